// SPDX-License-Identifier: GPL-3.0-or-later
/** What people set beside the PbsInstance, and what it shall follow, by the whole operator. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { PbsView } from '../../src/simulator/proxmox/told-pbs.ts';
import { pbsInstance, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;
const address = '192.168.0.30';

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

async function serverThere(): Promise<PbsView> {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 40)) });
  world.start();
  const server = world.site.world.addPbs({ address, hostname: 'pbs-old', version: '4.2.3' });
  const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator', roles: [['/', 'Admin']] });
  await putSecret(world, 'pbs-token', { tokenID: id, secret });
  return server;
}

function onIt({ fingerprint }: PbsView, spec: object): object {
  const tls = { fingerprints: [fingerprint.toUpperCase()] };
  const existing = { url: `https://${address}:8007`, tls, credentialsSecretRef: { name: 'pbs-token' } };
  return pbsInstance({ server: { type: 'Existing', existing }, ...spec });
}

test('A guest that gets the tag is in the job within a minute, and shown; a tag of nobody is told, and makes no job.', async () => {
  const server = await serverThere();
  const jobs = [{ id: 'gold', schedule: '02:00', select: { type: 'Tag', tag: 'gold' } }];
  world.kubernetes.install([target(), onIt(server, { jobs })]);
  await world.until(() => world.told('Synced')?.reason === 'TagUnused', hour).catch(explained);
  const { pve } = world.site.world;
  expect(pve.jobs()).toEqual([]);
  const guest = pve.guest(200);
  if (!guest) throw new Error('no guest');
  guest.config['tags'] = 'gold';
  await world.until(() => world.told('Synced')?.status === 'True', 90).catch(explained);
  expect(pve.jobs()).toMatchObject([{ id: 'gold', options: { vmid: '200' } }]);
  const other = pve.guest(201);
  if (!other) throw new Error('no guest');
  other.config['tags'] = 'gold;web';
  await world.until(() => world.status().jobs?.[0]?.tagged === '2: 200, 201', 150).catch(explained);
  expect(pve.jobs()).toMatchObject([{ id: 'gold', options: { vmid: '200,201' } }]);
});
