// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { stage, vm } from './world.ts';
import type { Grant } from '../../../src/simulator/proxmox/told.ts';

const config = ['Disk', 'CDROM', 'CPU', 'Memory', 'Network', 'HWType', 'Options'].map((one) => `VM.Config.${one}`);
const maker: readonly Grant[] = [
  { path: '/vms', privileges: ['VM.Allocate', 'VM.Audit', 'VM.PowerMgmt', ...config] },
  { path: '/storage/local-lvm', privileges: ['Datastore.AllocateSpace'] },
  { path: '/storage/local', privileges: ['Datastore.Audit'] },
  { path: '/sdn/zones/localnetwork/vmbr0', privileges: ['SDN.Use'] },
];

test('The least that makes a VM is enough.', async () => {
  const { world, as } = stage();
  const { authorization } = world.pve.token({ grants: maker });
  expect((await as(authorization).post('/nodes/node1/qemu', vm)).status).toBe(200);
});

test.each([
  ['VM.Config.Disk', '/vms/100, VM.Config.Disk'],
  ['VM.Config.CDROM', '/vms/100, VM.Config.CDROM'],
  ['VM.Config.CPU', '/vms/100, VM.Config.CPU'],
  ['VM.Config.Memory', '/vms/100, VM.Config.Memory'],
  ['VM.Config.Network', '/vms/100, VM.Config.Network'],
  ['VM.Config.HWType', '/vms/100, VM.Config.HWType'],
  ['VM.Config.Options', '/vms/100, VM.Config.Options'],
  ['Datastore.AllocateSpace', '/storage/local-lvm, Datastore.AllocateSpace'],
  ['Datastore.Audit', '/storage/local, Datastore.AllocateSpace|Datastore.Audit'],
  ['SDN.Use', '/sdn/zones/localnetwork/vmbr0, SDN.Use'],
])('403 Permission check failed: without %s.', async (gone, what) => {
  const { world, as } = stage();
  const grants = maker.map((one) => ({
    ...one,
    privileges: (one.privileges ?? []).filter((privilege) => privilege !== gone),
  }));
  const { authorization } = world.pve.token({ grants });
  const answer = await as(authorization).post('/nodes/node1/qemu', vm);
  expect(answer).toMatchObject({ status: 403, reason: `Permission check failed (${what})` });
  expect(world.pve.guests()).toEqual([]);
});

test('403 Permission check failed: no VM.Allocate, neither on the VM nor on its pool.', async () => {
  const { world, as } = stage();
  const { authorization } = world.pve.token({ grants: maker.slice(1) });
  expect(await as(authorization).post('/nodes/node1/qemu', vm)).toMatchObject({
    status: 403,
    reason: 'Permission check failed',
  });
});

test('A pool that may hold it is enough, and what is in it is one’s own.', async () => {
  const { world, as, over } = stage();
  world.pve.addPool('backups');
  const grants = [{ path: '/pool/backups', privileges: maker[0]?.privileges ?? [] }, ...maker.slice(1)];
  const mine = as(world.pve.token({ grants }).authorization);
  await over((await mine.post('/nodes/node1/qemu', { ...vm, pool: 'backups' })).data);
  expect((await mine.get('/nodes/node1/qemu/100/config')).status).toBe(200);
  world.pve.makeGuest({ vmid: 101 });
  expect(await mine.get('/nodes/node1/qemu/101/config')).toMatchObject({
    status: 403,
    reason: 'Permission check failed (/vms/101, VM.Audit)',
  });
  expect((await mine.get('/cluster/resources', { type: 'vm' })).data).toHaveLength(1);
});

test("500 pool 'x' does not exist.", async () => {
  expect(await stage().pve.post('/nodes/node1/qemu', { ...vm, pool: 'x' })).toMatchObject({
    status: 500,
    reason: "pool 'x' does not exist",
  });
});

test("500 only root can set 'args' config: not a token, not even root's.", async () => {
  const { world, as } = stage();
  const { authorization } = world.pve.token({ user: 'root@pam', privsep: false });
  expect((await as(authorization).post('/nodes/node1/qemu', { ...vm, args: '-s' })).reason).toBe(
    "only root can set 'args' config",
  );
});

test('A token with privileges of its own has what both have; one without has its user’s.', async () => {
  const { world, as } = stage();
  world.pve.user('audit@pve', 'planted-password', [{ path: '/', role: 'PVEAuditor' }]);
  const both = world.pve.token({ user: 'audit@pve', name: 'a', privsep: false, grants: [] });
  const none = world.pve.token({ user: 'none@pve', name: 'a', grants: [] });
  expect((await as(both.authorization).get('/cluster/status')).status).toBe(200);
  expect((await as(none.authorization).get('/cluster/status')).reason).toBe('Permission check failed (/, Sys.Audit)');
});

test('GET /access/permissions: by path, each with whether it is handed down; one path when one is asked for.', async () => {
  const { world, as } = stage();
  const { authorization } = world.pve.token({
    grants: [
      { path: '/', privileges: ['Sys.Audit'], propagate: false },
      { path: '/storage', privileges: ['Datastore.Allocate'] },
    ],
  });
  const mine = as(authorization);
  expect((await mine.get('/access/permissions')).data).toEqual({
    '/': { 'Sys.Audit': 0 },
    '/storage': { 'Datastore.Allocate': 1 },
  });
  expect((await mine.get('/access/permissions', { path: '/storage/local' })).data).toEqual({
    '/storage/local': { 'Datastore.Allocate': 1 },
  });
  expect((await mine.get('/nodes/node1/status')).status).toBe(403);
});

test('What is given nearer takes the place of what is handed down, and NoAccess takes all.', async () => {
  const { world, as } = stage();
  const { authorization } = world.pve.token({
    grants: [
      { path: '/', role: 'Administrator' },
      { path: '/storage/local', role: 'NoAccess' },
    ],
  });
  expect((await as(authorization).get('/storage/local')).status).toBe(403);
  expect((await as(authorization).get('/storage/local-lvm')).status).toBe(200);
});

test('VM.Monitor is gone in 9, VM.GuestAgent.* is not yet in 8: a role with it cannot be made.', async () => {
  for (const [version, known, unknown] of [
    ['9.2', 'VM.GuestAgent.Audit', 'VM.Monitor'],
    ['8.4', 'VM.Monitor', 'VM.GuestAgent.Audit'],
  ] as const) {
    const { pve } = stage({ version });
    expect((await pve.post('/access/roles', { roleid: 'good', privs: known })).status).toBe(200);
    expect((await pve.post('/access/roles', { roleid: 'bad', privs: unknown })).reason).toContain(
      `invalid privilege '${unknown}'`,
    );
  }
});

test('A token’s secret is told once, a second one of its name is refused, and deleting it ends it.', async () => {
  const { pve, as } = stage();
  await pve.put('/access/acl', { path: '/', roles: 'Administrator', users: 'all@pve' });
  const made = await pve.post('/access/users/all@pve/token/new', { privsep: 0 });
  const { value, 'full-tokenid': id } = made.data as Record<string, string>;
  const mine = as(`PVEAPIToken=${id}=${value}`);
  expect((await mine.get('/cluster/status')).status).toBe(200);
  expect(JSON.stringify((await pve.get('/access/users/all@pve/token/new')).data)).not.toContain(value);
  expect((await pve.post('/access/users/all@pve/token/new')).json['errors']).toEqual({
    tokenid: 'Token already exists.',
  });
  await pve.delete('/access/users/all@pve/token/new');
  expect((await mine.get('/cluster/status')).status).toBe(401);
});

test('A token that was given more than its user has no more than its user.', async () => {
  const { world, as, pve } = stage();
  world.pve.user('audit@pve', 'planted-password', [{ path: '/', role: 'PVEAuditor' }]);
  const { authorization } = world.pve.token({ user: 'audit@pve', name: 'a', grants: [] });
  await pve.put('/access/acl', { path: '/', roles: 'Administrator', tokens: 'audit@pve!a' });
  expect((await as(authorization).get('/cluster/status')).status).toBe(200);
  expect(await as(authorization).post('/pools', { poolid: 'x' })).toMatchObject({
    status: 403,
    reason: 'Permission check failed (/pool/x, Pool.Allocate)',
  });
});
