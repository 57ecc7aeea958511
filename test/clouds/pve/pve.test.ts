// SPDX-License-Identifier: GPL-3.0-or-later
/** Requests as they go out, and what answers mean. */
import { expect, test } from '@jest/globals';
import { requestOf } from '../../../src/clouds/proxmox/asked.ts';
import { asked } from '../../../src/clouds/pve/asked.ts';
import { lacking } from '../../../src/clouds/pve/permissions.ts';
import { addStorageRequest, storageEntry } from '../../../src/clouds/pve/storage-entries.ts';
import { logTail, taskOf, tasksOf } from '../../../src/clouds/pve/tasks.ts';
import { isSupported, pveVersion, versionOf } from '../../../src/clouds/pve/version.ts';
import { uploadRequest } from '../../../src/clouds/pve/volumes.ts';
import { destroyRequest, nextFreeID, vmAt } from '../../../src/clouds/pve/vms.ts';
import { scripted, secret } from '../proxmox/scripted.ts';

const upid = 'UPID:node1:0003A1B2:1C2D3E4F:66E0C0A1:qmcreate:104:hybrid@pve!operator:';
const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');

test('A typed path becomes a request as data: its name, its parameters, nothing sent.', () => {
  const request = requestOf(
    asked((api) => api.nodes.$('node1').qemu.$(104).config.$put({ onboot: true, memory: '4096' })),
  );
  expect(request).toMatchObject({
    action: 'PUT /nodes/{id}/qemu/{id}/config',
    effect: 'write',
    path: ['api2', 'json', 'nodes', 'node1', 'qemu', '104', 'config'],
    content: {
      form: [
        ['onboot', '1'],
        ['memory', '4096'],
      ],
    },
  });
  expect(() => asked(() => undefined)).toThrow('one request');
});

test('Whatever stands in an id stays one segment of the path.', async () => {
  const { pve, asked: sent } = scripted();
  await pve.write(asked((api) => api.nodes.$('node1').storage.$('local').content.$('local:iso/a b?c#d.iso').$delete()));
  expect(sent[0]?.url.href).toBe(
    'https://192.0.2.10:8006/api2/json/nodes/node1/storage/local/content/local%3Aiso%2Fa%20b%3Fc%23d.iso',
  );
});

test.each(['..', '.', ''])('An id "%s" climbs nowhere: it is refused before anything is sent.', async (id) => {
  const { pve, asked: sent } = scripted();
  await expect(pve.write(asked((api) => api.storage.$(id).$delete()))).rejects.toMatchObject({ reason: 'InvalidURL' });
  expect(sent).toEqual([]);
});

test('The token goes in the header; a deletion has its parameters in the address and no body.', async () => {
  const { pve, asked: sent } = scripted();
  await pve.write(destroyRequest({ node: 'node1', vmid: 104 }));
  expect(sent[0]?.headers['authorization']).toBe(`PVEAPIToken=hybrid@pve!operator=${secret}`);
  expect([sent[0]?.method, sent[0]?.body]).toEqual(['DELETE', undefined]);
  expect(sent[0]?.url.search).toBe('?purge=1&destroy-unreferenced-disks=0');
});

test('A password and a key are sent and recorded nowhere.', async () => {
  const { pve, asked: sent, records } = scripted();
  const request = addStorageRequest({
    id: 'pbs-main',
    server: '192.0.2.20',
    port: 8007,
    datastore: 'vm',
    fingerprint,
    username: 'pve@pbs!node1',
    password: 'canary-password',
    encryptionKey: '{"data":"canary-key"}',
  });
  await pve.write(request);
  expect(String(sent[0]?.body)).toContain('password=canary-password');
  expect(String(sent[0]?.body)).toContain('canary-key');
  expect(JSON.stringify(records)).not.toContain('canary');
  expect(JSON.stringify(records)).toContain('pbs-main');
});

const refusals = [
  {
    status: 401,
    reason: 'Authentication failed!',
    more: {},
    is: { class: 'Denied', reason: 'CredentialsRejected', applied: 'no' },
  },
  {
    status: 403,
    reason: 'Permission check failed (/vms/104, VM.Config.Disk)',
    more: {},
    is: { class: 'Denied', reason: 'AccessDenied', applied: 'no' },
  },
  {
    status: 500,
    reason: "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
    more: {},
    is: { class: 'Transient', reason: 'Locked', applied: 'no' },
  },
  {
    status: 500,
    reason: 'VM is locked (backup)',
    more: {},
    is: { class: 'Transient', reason: 'Locked', applied: 'no' },
  },
  {
    status: 500,
    reason: "cfs-lock 'file-storage_cfg' error: got lock request timeout",
    more: {},
    is: { class: 'Transient', reason: 'Locked', applied: 'no' },
  },
  {
    status: 500,
    reason: 'cluster not ready - no quorum?',
    more: {},
    is: { class: 'Transient', reason: 'Locked', applied: 'no' },
  },
  {
    status: 500,
    reason: "unable to create VM 100 - VM 100 already exists on node 'node1'",
    more: {},
    is: { class: 'Transient', reason: 'AlreadyThere', applied: 'no' },
  },
  {
    status: 400,
    reason: 'Parameter verification failed.',
    more: { errors: { vmid: 'VM 100 already exists' } },
    is: { class: 'Transient', reason: 'AlreadyThere', applied: 'no' },
  },
  {
    status: 400,
    reason: 'Parameter verification failed.',
    more: { errors: { memory: 'type check failed' } },
    is: { class: 'Invalid', reason: 'Refused', applied: 'no' },
  },
  {
    status: 501,
    reason: "Method 'GET /nodes/node1/x' not implemented",
    more: {},
    is: { class: 'Invalid', reason: 'NotImplemented', applied: 'no' },
  },
  {
    status: 595,
    reason: 'No route to host',
    more: {},
    is: { class: 'Transient', reason: 'NodeUnreachable', applied: 'unknown' },
  },
  {
    status: 596,
    reason: 'Connection timed out',
    more: {},
    is: { class: 'Transient', reason: 'NodeUnreachable', applied: 'unknown' },
  },
  {
    status: 500,
    reason: 'something else broke',
    more: {},
    is: { class: 'Transient', reason: 'ServiceError', applied: 'unknown' },
  },
  {
    status: 503,
    reason: 'Service Unavailable',
    more: {},
    is: { class: 'Transient', reason: 'ServiceError', applied: 'unknown' },
  },
] as const;

test.each(refusals)(
  '$status $reason $more is $is.class, $is.reason; done: $is.applied.',
  async ({ status, reason, more, is }) => {
    const { pve, asked: sent } = scripted({ status, reason, body: { data: null, ...more } });
    await expect(pve.write(destroyRequest({ node: 'node1', vmid: 104 }))).rejects.toMatchObject(is);
    expect(sent).toHaveLength(1);
  },
);

test('What Proxmox VE says is told, with the parameters that it complains of.', async () => {
  const { pve } = scripted(
    { status: 403, reason: 'Permission check failed (/vms/104, VM.Config.Disk)' },
    {
      status: 400,
      reason: 'Parameter verification failed.',
      body: { data: null, errors: { memory: 'type check failed' } },
    },
  );
  await expect(nextFreeID(pve)).rejects.toThrow('(/vms/104, VM.Config.Disk)');
  await expect(nextFreeID(pve)).rejects.toThrow('memory: type check failed');
});

test('The text is in the JSON where the status line lost it, behind a proxy of HTTP/2.', async () => {
  const { pve } = scripted({ status: 500, body: { data: null, message: 'VM is locked (clone)\n' } });
  await expect(nextFreeID(pve)).rejects.toMatchObject({ reason: 'Locked' });
});

test('What is not there is a 500 that says so, and reads as nothing.', async () => {
  const { pve } = scripted(
    { status: 500, reason: "Configuration file 'nodes/node1/qemu-server/104.conf' does not exist" },
    { status: 500, reason: "storage 'pbs-main' does not exist" },
    { status: 400, reason: 'Parameter verification failed.', body: { data: null, errors: { upid: 'no such task' } } },
    { status: 500, reason: 'got no worker' },
  );
  expect(await vmAt(pve, { node: 'node1', vmid: 104 })).toBeUndefined();
  expect(await storageEntry(pve, 'pbs-main')).toBeUndefined();
  const task = { text: upid, node: 'node1', startedAt: 0, type: 'qmcreate', id: '104', user: 'x' };
  expect(await taskOf(pve, task)).toBeUndefined();
  await expect(vmAt(pve, { node: 'node1', vmid: 104 })).rejects.toMatchObject({ reason: 'ServiceError' });
});

test('A write that begins a task gives its name; an answer without one is a bad answer.', async () => {
  const { pve } = scripted({ body: { data: upid } }, { body: { data: null } }, { body: '<html>' });
  expect(await pve.begin(destroyRequest({ node: 'node1', vmid: 104 }))).toMatchObject({ type: 'qmcreate', id: '104' });
  await expect(pve.begin(destroyRequest({ node: 'node1', vmid: 104 }))).rejects.toMatchObject({ reason: 'BadAnswer' });
  await expect(pve.begin(destroyRequest({ node: 'node1', vmid: 104 }))).rejects.toMatchObject({ reason: 'BadAnswer' });
});

test('Tasks whose answer was lost are found by type, machine and time; the log tells its end.', async () => {
  const { pve, asked: sent } = scripted(
    { body: { data: [{ upid, status: 'OK' }, { upid: 'rubbish' }] } },
    {
      body: {
        data: [
          { n: 1, t: 'a' },
          { n: 2, t: '' },
          { n: 3, t: 'TASK ERROR: b' },
        ],
      },
    },
  );
  const found = await tasksOf(pve, { node: 'node1', type: 'qmcreate', vmid: 104, since: 1000 });
  expect(found.map(({ text }) => text)).toEqual([upid]);
  expect(sent[0]?.url.search).toBe('?source=all&typefilter=qmcreate&since=1000&vmid=104');
  expect(await logTail(pve, found[0] as (typeof found)[number], 1)).toEqual(['TASK ERROR: b']);
});

test('What is named among the permissions is granted, whether it is inherited below or not.', async () => {
  const { pve } = scripted({ body: { data: { '/vms': { 'VM.Allocate': 1, 'VM.Audit': 0 } } } }, { body: { data: {} } });
  const needed = [
    { path: '/vms', anyOf: ['VM.Allocate'] },
    { path: '/vms', anyOf: ['VM.Monitor', 'VM.Audit'] },
    { path: '/vms', anyOf: ['VM.PowerMgmt'] },
    { path: '/storage', anyOf: ['Datastore.Allocate'] },
  ];
  expect(await lacking(pve, needed)).toEqual([needed[2], needed[3]]);
});

test('The version is asked for once in ten minutes, and 8.4 is the oldest.', async () => {
  const {
    pve,
    asked: sent,
    clock,
  } = scripted({ body: { data: { version: '9.0.3', release: '9.0' } } }, { body: { data: { version: '9.2' } } });
  expect([await versionOf(pve), await versionOf(pve)]).toEqual([pveVersion('9.0.3'), pveVersion('9.0.3')]);
  await clock.advance(11 * 60_000);
  expect((await versionOf(pve)).text).toBe('9.2');
  expect(sent).toHaveLength(2);
  expect(['8.3.9', '8.4-1', '9.0', '10.1', '7.4', 'x'].map((one) => isSupported(pveVersion(one)))).toEqual([
    false,
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('A file goes up whole, its name in the part that Proxmox VE reads, and its checksum before it.', async () => {
  const bytes = new TextEncoder().encode('an ISO');
  const request = await uploadRequest({ node: 'node1', storage: 'local', file: 'answer-1.iso', bytes });
  const { content } = request;
  if (!content || !('bytes' in content)) throw new Error('no bytes');
  const text = Buffer.from(content.bytes).toString();
  expect(content.type).toMatch(/^multipart\/form-data; boundary=/);
  expect(text).toContain('name="filename"; filename="answer-1.iso"');
  expect(text.indexOf('name="checksum"')).toBeLessThan(text.indexOf('name="filename"'));
  const { pve, asked: sent } = scripted({ body: { data: upid } });
  await pve.upload(request);
  expect(sent[0]?.body).toBe(content.bytes);
  for (const file of ['../x.iso', 'a/b.iso', 'a.txt', 'a"b.iso', '.iso'])
    await expect(uploadRequest({ node: 'n', storage: 's', file, bytes })).rejects.toThrow(RangeError);
});
