// SPDX-License-Identifier: GPL-3.0-or-later
/** A server that was just installed is taken over, with real HTTPS: once, by its own certificate, and root's password is nobody's afterwards. */
import { afterEach, expect, test } from '@jest/globals';
import { observeServer } from '../../../../src/kinds/pbs-instance/server/observe.ts';
import { operatorUser } from '../../../../src/kinds/pbs-instance/server/plan.ts';
import { serverSession } from '../../../../src/kinds/pbs-instance/server/session.ts';
import { password, shop, walk, type Shop } from './shop.ts';

let at: Shop;
afterEach(() => at.close());

const verbs = (done: readonly { readonly do: string }[]) => done.map((one) => one.do);

const whole = ['PinCertificate', 'MakeOperatorToken', 'GrantOperator', 'RetireRootPassword', 'PrepareCacheDisk'];

function writesIn({ records }: Shop) {
  return records.filter(({ call }) => call.effect === 'write' && call.action !== 'GET /ping');
}

test('From the first answer to a server that is ours: certificate, token, rights, password, disk; and then not one write more.', async () => {
  at = await shop();
  const { done, hold } = await walk(at);
  expect(hold).toBeUndefined();
  expect(verbs(done)).toEqual(whole);
  const kept = at.secrets.all.get('main-server');
  expect(kept).toMatchObject({ type: 'hybridcloud.dev/pbs-token', owners: [{ uid: 'uid-main' }] });
  expect(kept?.data.get('fingerprint')).toBe(at.server.fingerprint.toUpperCase());
  expect(kept?.data.get('tokenID')).toBe(`${operatorUser}!operator`);
  expect(at.learnt).toContain(kept?.data.get('secret'));
  expect(at.server.state.mounts).toMatchObject([{ path: '/mnt/datastore/cache', device: 'sdb' }]);
  const before = writesIn(at).length;
  expect(await walk(at)).toEqual({ done: [] });
  expect(writesIn(at)).toHaveLength(before);
});

test("Root's password is nobody's afterwards, and the token does what it has to, and not all that there is.", async () => {
  at = await shop();
  await walk(at);
  expect(at.kept.password).toBeUndefined();
  const trust = { by: 'Fingerprint', sha256: [at.server.fingerprint] } as const;
  const place = { url: at.url, granted: true, scope: at.world_.scope, trust };
  await expect(at.servers.login(place, 'root@pam', password)).rejects.toMatchObject({ reason: 'CredentialsRejected' });
  const acl = at.server.state.access.acl.filter(({ who }) => who.startsWith(operatorUser));
  expect(acl.filter(({ path }) => path === '/')).toEqual([
    expect.objectContaining({ role: 'Admin', propagate: false }),
    expect.objectContaining({ role: 'Admin', propagate: false }),
  ]);
  expect(new Set(acl.map(({ path }) => path))).toEqual(
    new Set(['/', '/access', '/datastore', '/system/s3-endpoint', '/system/status', '/system/tasks', '/system/disks']),
  );
  expect(at.server.state.access.users.get(operatorUser)?.password).toBeUndefined();
  expect(await serverSession(at.world_, at.wish)).toBeDefined();
});

test('No step, record, message or fact holds the password or the token.', async () => {
  at = await shop();
  const { done } = await walk(at);
  const secret = at.secrets.all.get('main-server')?.data.get('secret') ?? 'none';
  const seen = await observeServer(at.world_, at.wish);
  const told = JSON.stringify([done, seen, at.records]);
  expect(told).not.toContain(password);
  expect(told).not.toContain(secret);
  expect(told).not.toContain('random-text');
  expect(at.learnt).toEqual(expect.arrayContaining([password, secret]));
});

test('A certificate that changes between look and act is not pinned.', async () => {
  at = await shop();
  const { world_, wish } = at;
  let looks = 0;
  const certificate = at.servers.certificate.bind(at.servers);
  at.servers.certificate = async (server) => (looks++ === 0 ? Array(32).fill('AB').join(':') : certificate(server));
  await expect(walk(at, wish, world_)).rejects.toMatchObject({ reason: 'Conflict' });
  expect(at.secrets.all.size).toBe(0);
});

test('What the hypervisor beside it does not see is not pinned: nothing is kept, and nobody is logged in.', async () => {
  at = await shop();
  const asked: string[] = [];
  const world = {
    ...at.world_,
    seenByHost: (fingerprint: string) => {
      asked.push(fingerprint);
      return Promise.resolve(false);
    },
  };
  await expect(walk(at, at.wish, world)).rejects.toMatchObject({ class: 'Denied', reason: 'CertificateDiffers' });
  expect(asked).toEqual([at.server.fingerprint.toUpperCase()]);
  expect(at.secrets.all.size).toBe(0);
  expect(at.world.calls).toEqual([]);
});

test('Once the password is gone nothing is trusted at first sight any more: a lost Secret is a hold.', async () => {
  at = await shop();
  await walk(at);
  at.secrets.all.clear();
  at.world.calls.length = 0;
  const { done, hold } = await walk(at);
  expect(done).toEqual([]);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'CertificateUnknown' });
  expect(at.world.calls).toEqual([]);
});

test('Installed anew under the same UUID it is another server, too, as long as its first password is kept.', async () => {
  at = await shop();
  await walk(at);
  const next = await shop({ seed: 3 });
  try {
    for (const [name, secret] of at.secrets.all) next.secrets.all.set(name, secret);
    expect(verbs((await walk(next)).done)).toEqual(whole);
    expect(next.secrets.all.get('main-server')?.data.get('fingerprint')).toBe(next.server.fingerprint.toUpperCase());
    // what the operator is told of the store is of the object, not of the VM
    expect(next.kept.password).toBeUndefined();
  } finally {
    await next.close();
  }
});

test('Another VM in its place is another server: its certificate is pinned anew, and the old token is no use to it.', async () => {
  at = await shop();
  await walk(at);
  const old = at.secrets.all.get('main-server')?.data.get('secret');
  const lost = at.url;
  const next = await shop({ seed: 2 });
  try {
    // the Secret of the one that was lost
    for (const [name, secret] of at.secrets.all) next.secrets.all.set(name, secret);
    const wish = { ...next.wish, vm: '99999999-bc34-437a-960c-79f5d091c78f' };
    const { done } = await walk(next, wish);
    expect(verbs(done)).toEqual(whole);
    const kept = next.secrets.all.get('main-server');
    expect(kept?.data.get('url')).not.toBe(lost);
    expect(kept?.data.get('fingerprint')).toBe(next.server.fingerprint.toUpperCase());
    expect(kept?.data.get('secret') === old).toBe(false);
  } finally {
    await next.close();
  }
});
