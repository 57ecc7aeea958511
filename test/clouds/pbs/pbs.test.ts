// SPDX-License-Identifier: GPL-3.0-or-later
/** Proxmox Backup Server: how it is logged into, what goes out, and what its plain texts mean. */
import { expect, test } from '@jest/globals';
import {
  addTokenRequest,
  grantRequest,
  grantsOf,
  renewTokenRequest,
  rightsOn,
  tokenSecret,
  tokensOf,
} from '../../../src/clouds/pbs/access.ts';
import { asked } from '../../../src/clouds/pbs/asked.ts';
import { isSupported, pbsVersion } from '../../../src/clouds/pbs/node.ts';
import { taskOf, tasksOf } from '../../../src/clouds/pbs/tasks.ts';
import { requestOf } from '../../../src/clouds/proxmox/asked.ts';
import { scripted, secret } from '../proxmox/scripted.ts';

const upid = 'UPID:pbs:000002A4:00000D5B:00000012:66E0C0A1:create-datastore:vm:hybrid@pbs!operator:';

test('A path is written as the API viewer has it, and needs as many ids as it has braces.', () => {
  expect(
    asked('PUT', '/config/s3/{id}', ['aws'], { region: 'r', port: undefined, delete: ['port', 'region'] }),
  ).toEqual({
    action: 'PUT /config/s3/{id}',
    method: 'PUT',
    path: ['config', 's3', 'aws'],
    values: { region: 'r', delete: ['port', 'region'] },
  });
  expect(() => asked('GET', '/config/s3/{id}')).toThrow('ids');
  expect(() => asked('GET', '/config/s3', ['x'])).toThrow('ids');
});

test('A list is its name again and again, in a form as in an address.', () => {
  const list = { delete: ['port', 'region'] };
  expect(requestOf(asked('PUT', '/config/s3/{id}', ['a'], list)).content).toEqual({
    form: [
      ['delete', 'port'],
      ['delete', 'region'],
    ],
  });
  expect(requestOf(asked('DELETE', '/config/s3/{id}', ['a'], list)).query).toEqual([
    ['delete', 'port'],
    ['delete', 'region'],
  ]);
});

test('A token goes in with a colon between name and secret.', async () => {
  const { pbs, asked: sent } = scripted({ body: { data: [] } });
  await tokensOf(pbs, 'pve@pbs');
  expect(sent[0]?.headers['authorization']).toBe(`PBSAPIToken=hybrid@pbs!operator:${secret}`);
  expect(sent[0]?.url.pathname).toBe('/api2/json/access/users/pve%40pbs/token');
});

test('With the password comes a ticket, which is told to nobody and goes into cookie and header.', async () => {
  const {
    servers,
    server,
    asked: sent,
    records,
    learnt,
  } = scripted(
    {
      body: {
        data: { ticket: 'PBS:root@pam:66E0::canary==', CSRFPreventionToken: '66E0:canary-csrf', username: 'root@pam' },
      },
    },
    { body: { data: { tokenid: 'hybrid@pbs!operator', value: 'canary-value' } } },
  );
  const root = await servers.login(server, 'root@pam', 'canary-password');
  expect(await root.told(addTokenRequest('hybrid@pbs', 'operator', 'c'), tokenSecret)).toBe('canary-value');
  expect(sent[1]?.headers).toMatchObject({
    cookie: `PBSAuthCookie=${encodeURIComponent('PBS:root@pam:66E0::canary==')}`,
    csrfpreventiontoken: '66E0:canary-csrf',
  });
  expect(sent[0]?.headers).not.toHaveProperty('authorization');
  expect(learnt).toEqual(['PBS:root@pam:66E0::canary==', '66E0:canary-csrf']);
  expect(JSON.stringify(records)).not.toContain('canary');
  // a login changes nothing
  expect(records.map(({ call }) => call.effect)).toEqual(['read', 'write']);
});

test('A wrong password, and a ticket that would break out of its header, log nobody in.', async () => {
  const { servers, server } = scripted(
    { status: 401, body: 'permission check failed.' },
    { body: { data: { ticket: 'a; b=c', CSRFPreventionToken: 'x' } } },
  );
  await expect(servers.login(server, 'root@pam', 'x')).rejects.toMatchObject({ reason: 'CredentialsRejected' });
  await expect(servers.login(server, 'root@pam', 'x')).rejects.toMatchObject({ reason: 'BadAnswer' });
});

test('A server that answers a ping needs no login for it.', async () => {
  const { servers, server, asked: sent } = scripted({ body: { data: { pong: true } } });
  expect(await servers.answers(server)).toBe(true);
  expect(Object.keys(sent[0]?.headers ?? {})).toEqual(['accept']);
});

const refusals = [
  { status: 401, body: 'authentication failed', is: { class: 'Denied', reason: 'CredentialsRejected' } },
  { status: 403, body: 'permission check failed', is: { class: 'Denied', reason: 'AccessDenied' } },
  {
    status: 400,
    body: "parameter verification failed - 'id': s3 client config 'aws' already exists.",
    is: { class: 'Transient', reason: 'AlreadyThere', applied: 'no' },
  },
  {
    status: 400,
    body: 'detected modified configuration - file changed by other user? Try again.',
    is: { class: 'Transient', reason: 'Conflict', applied: 'no' },
  },
  { status: 400, body: 'datastore is currently in use', is: { class: 'Transient', reason: 'Locked', applied: 'no' } },
  {
    status: 400,
    body: 'failed to access bucket: bucket does not exist or no permission to access it',
    is: { class: 'Denied', reason: 'BucketRefused' },
  },
  {
    status: 400,
    body: "parameter verification failed - 'name': value too short",
    is: { class: 'Invalid', reason: 'Refused' },
  },
  {
    status: 400,
    body: "unable to open file '/etc/proxmox-backup/user.cfg' - Too many open files (os error 24)",
    is: { class: 'Transient', reason: 'ServiceError' },
  },
  { status: 503, body: 'x', is: { class: 'Transient', reason: 'ServiceError' } },
] as const;

test.each(refusals)('$status "$body" is $is.class, $is.reason.', async ({ status, body, is }) => {
  const { pbs, asked: sent } = scripted({ status, body });
  const failed = pbs.write(asked('POST', '/config/datastore', [], { name: 'x' }));
  await expect(failed).rejects.toMatchObject(is);
  await expect(failed).rejects.toThrow(status === 401 ? 'credentials' : body);
  expect(sent).toHaveLength(1);
});

test('What is not there reads as nothing, by 404 and by a text alike.', async () => {
  const { pbs } = scripted(
    { status: 404, body: 'x' },
    { status: 400, body: 'no such user' },
    { status: 400, body: 'broken' },
  );
  expect(await tokensOf(pbs, 'a@pbs')).toEqual([]);
  expect(await tokensOf(pbs, 'a@pbs')).toEqual([]);
  await expect(tokensOf(pbs, 'a@pbs')).rejects.toMatchObject({ reason: 'ServiceError' });
});

test('A task is followed on localhost, and found by its type exactly.', async () => {
  const { pbs, asked: sent } = scripted(
    {
      body: {
        data: [
          { upid, worker_type: 'create-datastore', worker_id: 'vm' },
          { upid: upid.replace('create-datastore', 'create-datastore-x'), worker_type: 'create-datastore-x' },
        ],
      },
    },
    { body: { data: { status: 'stopped', exitstatus: 'WARNINGS: 1' } } },
  );
  const found = await tasksOf(pbs, { type: 'create-datastore', since: 1 });
  expect(found).toHaveLength(1);
  expect(await taskOf(pbs, found[0] as (typeof found)[number])).toEqual({ is: 'Done', warnings: 1 });
  expect(sent.map(({ url }) => url.pathname)).toEqual([
    '/api2/json/nodes/localhost/tasks',
    `/api2/json/nodes/localhost/tasks/${encodeURIComponent(upid)}/status`,
  ]);
});

test('A new secret for a token is read from either answer; grants and rights are read as they are.', async () => {
  const { pbs } = scripted(
    { body: { data: { secret: 's2' } } },
    { body: { data: [{ path: '/', ugid: 'a@pbs!t', roleid: 'Audit', propagate: 0, ugid_type: 'user' }] } },
    { body: { data: { '/datastore': { 'Datastore.Allocate': false } } } },
  );
  expect(await pbs.told(renewTokenRequest('a@pbs', 't'), tokenSecret)).toBe('s2');
  const grant = { path: '/', who: 'a@pbs!t', role: 'Audit', propagate: false };
  expect(await grantsOf(pbs)).toEqual([grant]);
  expect([...(await rightsOn(pbs, '/datastore'))]).toEqual(['Datastore.Allocate']);
  expect(grantRequest(grant, true).values).toEqual({
    path: '/',
    'auth-id': 'a@pbs!t',
    role: 'Audit',
    propagate: false,
    delete: true,
  });
});

test.each([
  ['4.1.9', true],
  ['4.1.10', true],
  ['4.2', true],
  ['5.0.1', true],
  ['4.1.8', false],
  ['4.0.22', false],
  ['3.4.8', false],
  ['', false],
])('Version %s has S3 datastores that are no preview: %s.', (told, is) => {
  expect(isSupported(pbsVersion(told))).toBe(is);
});
