// SPDX-License-Identifier: GPL-3.0-or-later
/** What goes wrong with a server, with real HTTPS: crashes between a secret and its keeping, other certificates, lost tokens, old versions. */
import { afterEach, expect, test } from '@jest/globals';
import { observeServer } from '../../../../src/kinds/pbs-instance/server/observe.ts';
import { absentServer, operatorUser, planServer } from '../../../../src/kinds/pbs-instance/server/plan.ts';
import type { ExistingServer } from '../../../../src/kinds/pbs-instance/server/wish.ts';
import { act, shop, walk, type Shop } from './shop.ts';

let at: Shop;
afterEach(() => at.close());

const look = () => observeServer(at.world_, at.wish);
const next = async () => planServer(at.wish, await look());

async function first(): Promise<void> {
  const [step] = (await next()).steps;
  if (step) await act({ world: at.world_, wish: at.wish }, step);
}

const edit = (change: Readonly<Record<string, string>>) => {
  const kept = at.secrets.all.get('main-server');
  if (kept) at.secrets.all.set('main-server', { ...kept, data: new Map([...kept.data, ...Object.entries(change)]) });
};

test('A token whose value was lost on the way into the Secret is renewed, and there is one.', async () => {
  at = await shop();
  await first();
  at.secrets.refuse(9);
  await expect(first()).rejects.toMatchObject({ reason: 'Conflict' });
  at.secrets.refuse(0);
  expect([...(at.server.state.access.users.get(operatorUser)?.tokens.keys() ?? [])]).toEqual(['operator']);
  expect(await walk(at)).not.toHaveProperty('hold');
  expect([...(at.server.state.access.users.get(operatorUser)?.tokens.keys() ?? [])]).toEqual(['operator']);
});

test('Another writer of the Secret in that very moment loses nothing.', async () => {
  at = await shop();
  await first();
  at.secrets.refuse(2);
  await first();
  expect(at.secrets.all.get('main-server')?.data.get('tokenID')).toBe(`${operatorUser}!operator`);
});

test("A crash after root's password was changed, and before it was forgotten, ends well.", async () => {
  at = await shop();
  const world = { ...at.world_, forgetRootPassword: () => Promise.reject(new Error('killed')) };
  await expect(walk(at, at.wish, world)).rejects.toThrow('killed');
  expect(at.kept.password).toBeDefined();
  const { done } = await walk(at);
  expect(done.map((one) => one.do)).toEqual(['RetireRootPassword', 'PrepareCacheDisk']);
  expect(at.kept.password).toBeUndefined();
});

test('A certificate that changed is a hold that says where to compare it; nothing is sent. Added by hand, all goes on.', async () => {
  at = await shop();
  await walk(at);
  const before = at.server.fingerprint.toUpperCase();
  at.server.renewCertificate();
  await at.close();
  const served = await at.world.servePbs(new URL(at.url).hostname);
  at = { ...at, close: () => served.close() };
  at.world.calls.length = 0;
  // connections that were open end here
  await next().catch(() => undefined);
  const { steps, hold } = await next();
  const now = at.server.fingerprint.toUpperCase();
  expect(now).not.toBe(before);
  expect(steps).toEqual([]);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'CertificateChanged' });
  expect(hold?.message).toContain(now);
  expect(at.world.calls).toEqual([]);
  edit({ fingerprint: `${before}, ${now}` });
  expect(await walk(at)).toEqual({ done: [] });
});

test('A certificate that the server itself announces is pinned beside the one that proves it.', async () => {
  at = await shop();
  await walk(at);
  const before = at.server.fingerprint.toUpperCase();
  // on its disk, and not served yet
  at.server.renewCertificate();
  await at.clock.advance(11 * 60_000);
  expect((await walk(at)).done.map((one) => one.do)).toEqual(['PinNextCertificate']);
  expect(at.secrets.all.get('main-server')?.data.get('fingerprint')).toBe(
    `${before},${at.server.fingerprint.toUpperCase()}`,
  );
});

test('Who opens the connection on the way is noticed before there is a token: the server says another certificate.', async () => {
  at = await shop();
  await first();
  at.server.renewCertificate();
  await expect(first()).rejects.toMatchObject({ class: 'Denied', reason: 'CertificateDiffers' });
  expect(at.server.state.access.users.has(operatorUser)).toBe(false);
});

test('A token that is gone is a hold with the command that makes another; what is put into the Secret is used.', async () => {
  at = await shop();
  await walk(at);
  at.server.remove.token(`${operatorUser}!operator`);
  const { steps, hold } = await next();
  expect(steps).toEqual([]);
  expect(hold).toMatchObject({ reason: 'TokenLost' });
  expect(hold?.message).toContain(`generate-token ${operatorUser}`);
  const other = at.server.token({ user: operatorUser, name: 'operator2' });
  edit({ tokenID: other.id, secret: other.secret });
  expect(await walk(at)).toEqual({ done: [] });
});

test.each([['4.1.8'], ['4.0.22']])('Version %s is held until it is upgraded.', async (version) => {
  at = await shop({ version });
  const { hold } = await walk(at);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'VersionTooOld' });
  expect(hold?.message).toContain(version);
  at.server.state.version = '4.1.9';
  expect((await walk(at)).done.map((one) => one.do)).toEqual(['PrepareCacheDisk']);
});

test('A cache disk that cannot be formatted is told, and tried again ten minutes later.', async () => {
  at = await shop();
  at.server.tellTasks('dircreate', 'command "mkfs.ext4" failed');
  const { hold } = await walk(at);
  expect(hold).toMatchObject({ reason: 'CacheDiskFailed' });
  expect(hold?.message).toContain('mkfs.ext4');
  await at.clock.advance(10 * 60_000 + 1000);
  expect((await walk(at)).done.map((one) => one.do)).toEqual(['PrepareCacheDisk']);
});

test("A Secret of somebody else's under that name is never touched.", async () => {
  at = await shop();
  at.secrets.put('main-server', { tokenID: 'x@pbs!y', secret: 'z' });
  expect(await next()).toMatchObject({ steps: [], hold: { reason: 'SecretNotOurs' } });
  expect(at.world.calls).toEqual([]);
});

test('An existing server: what its token lacks is named with path, privilege and command; nothing is written.', async () => {
  at = await shop();
  const token = at.server.token({ user: 'mine@pbs', name: 'hc', roles: [['/datastore', 'Admin']] });
  at.secrets.put('pbs', { tokenID: token.id, secret: token.secret });
  const trust = { by: 'Fingerprint', sha256: [at.server.fingerprint] } as const;
  const wish: ExistingServer = { type: 'Existing', url: at.url, granted: true, secret: 'pbs', trust };
  const { steps, hold } = planServer(wish, await observeServer(at.world_, wish));
  expect(steps).toEqual([]);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'PermissionsMissing' });
  expect(hold?.message).toContain('Sys.Modify on /system/s3-endpoint');
  const commands = [
    ...(hold?.message ?? '').matchAll(/acl update (\S+) (\S+) --auth-id '([^']+)'( --propagate false)?/g),
  ];
  for (const [, path = '', role = '', who = '', narrow] of commands)
    at.server.state.access.acl.push({ path, role, who, propagate: narrow === undefined });
  expect(planServer(wish, await observeServer(at.world_, wish))).toEqual({ steps: [] });
  expect(absentServer(wish, await observeServer(at.world_, wish), 'Retain')).toEqual({ steps: [] });
  expect(at.world.calls.filter(({ effect }) => effect === 'write')).toEqual([]);
});

test('An existing server whose Secret has no token is asked nothing.', async () => {
  at = await shop();
  const trust = { by: 'Fingerprint', sha256: [at.server.fingerprint] } as const;
  const wish: ExistingServer = { type: 'Existing', url: at.url, granted: true, secret: 'pbs', trust };
  await expect(observeServer(at.world_, wish)).rejects.toMatchObject({ class: 'Denied', reason: 'CredentialsMissing' });
  expect(at.world.calls).toEqual([]);
});

test('Deletion that leaves the VM takes the user, its token and its rights along, and is over then.', async () => {
  at = await shop();
  await walk(at);
  const { steps } = absentServer(at.wish, await look(), 'Retain');
  expect(steps).toMatchObject([{ do: 'RemoveOperatorUser' }]);
  expect(absentServer(at.wish, await look(), 'Delete')).toEqual({ steps: [] });
  for (const step of steps) await act({ world: at.world_, wish: at.wish }, step);
  expect(at.server.state.access.users.has(operatorUser)).toBe(false);
  expect(absentServer(at.wish, await look(), 'Retain')).toEqual({ steps: [] });
});
