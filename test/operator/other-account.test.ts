// SPDX-License-Identifier: GPL-3.0-or-later
/** Credentials of another account: everything seems gone there, and nothing must be done for it. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { briskOffices } from '../kinds/site-vpn/by-hand.ts';
import { office, region, type Office } from '../kinds/site-vpn/office.ts';
import { annotate, backupTargets, place, putSecret, target, worlds, type Worlds } from './worlds.ts';

const [home, other] = ['123456789012', '210987654321'] as const;
const credentials = { region, credentialsSecretRef: { name: 'aws' } };

let world: Worlds;
afterEach(() => world.end());

async function use(account: string): Promise<void> {
  const { accessKeyID, secretAccessKey } = world.aws.account(account).rootKey;
  await putSecret(world, 'aws', { accessKeyID, secretAccessKey });
}

describe('A BackupTarget', () => {
  const keys = () =>
    world.aws
      .account(home)
      .users()
      .flatMap((one) => one.keys);
  const isReady = () => world.condition('Ready')?.status === 'True';
  const isHeld = () => world.condition('Stalled')?.reason === 'WrongAccount';
  const status = () => world.get()?.status as { accountID?: string; accessKey?: { id: string } } | undefined;

  async function begun(): Promise<void> {
    world = worlds();
    world.operator();
    await use(home);
    world.kubernetes.install([target({ aws: credentials })]);
    await world.until(isReady, 30);
    expect(status()?.accountID).toBe(home);
  }

  test('is left alone, is not deleted while its key works on, and goes once the credentials are right again.', async () => {
    await begun();
    const known = status()?.accessKey;
    await use(other);
    await world.until(isHeld, 30);
    expect(world.condition('Stalled')?.message).toContain(`credentials of account ${home} again`);
    expect(status()).toMatchObject({ accountID: home, accessKey: known });
    await world.admin.remove(backupTargets, place);
    await world.pass(1200);
    expect(world.get()).toBeDefined();
    expect(keys()).toMatchObject([{ id: known?.id }]);
    await use(home);
    await world.until(() => world.get() === undefined, 600);
    expect(keys()).toEqual([]);
  });

  test('leaves what is there where the annotation says so, by the id of that account.', async () => {
    await begun();
    await use(other);
    await world.until(isHeld, 30);
    await world.admin.remove(backupTargets, place);
    await annotate(world, { 'hybridcloud.dev/leave-account': other });
    await world.pass(600);
    expect(isHeld()).toBe(true);
    await annotate(world, { 'hybridcloud.dev/leave-account': home });
    await world.until(() => world.get() === undefined, 60);
    expect(keys()).toHaveLength(1);
  });
});

test('A SiteVpn is not deleted while its connection is paid for in the account of before.', async () => {
  const site: Office = briskOffices();
  world = site;
  world.operator();
  await use(home);
  await site.apply(office({ aws: credentials }));
  await site.until(() => site.is('Synced', 'True'), 120);
  const { vpnConnectionID } = site.status();
  expect(site.status().accountID).toBe(home);
  await use(other);
  await site.remove();
  await site.pass(900);
  expect(site.object()).toBeDefined();
  expect(site.is('Stalled', 'True')).toBe(true);
  expect(site.network().vpnConnections).toMatchObject([{ id: vpnConnectionID, state: 'available' }]);
  await use(home);
  await site.until(() => site.object() === undefined, 600);
  expect(site.network().vpnConnections).toEqual([]);
});
