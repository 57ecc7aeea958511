// SPDX-License-Identifier: GPL-3.0-or-later
/** Every request that we can write exists in the products' own API contracts, with each of its parameters, and none that is needed is missing. */
import { maintenanceMark } from '../../../src/kinds/pbs-instance/store/mark.ts';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as access from '../../../src/clouds/pbs/access.ts';
import * as care from '../../../src/clouds/pbs/care.ts';
import * as nodes from '../../../src/clouds/pbs/node.ts';
import * as stores from '../../../src/clouds/pbs/datastores.ts';
import { changeOwnerRequest, ownedGroups } from '../../../src/clouds/pbs/groups.ts';
import { addNamespaceRequest, namespacesOf } from '../../../src/clouds/pbs/namespaces.ts';
import * as s3 from '../../../src/clouds/pbs/s3-endpoints.ts';
import * as serverTasks from '../../../src/clouds/pbs/tasks.ts';
import type { Asked } from '../../../src/clouds/proxmox/asked.ts';
import * as jobs from '../../../src/clouds/pve/backup-jobs.ts';
import { lacking } from '../../../src/clouds/pve/permissions.ts';
import { nodeUptime } from '../../../src/clouds/pve/nodes.ts';
import { showsCertificate } from '../../../src/clouds/pve/scan.ts';
import { runsFollowing } from '../../../src/clouds/pve/schedules.ts';
import * as storages from '../../../src/clouds/pve/storage-entries.ts';
import * as tasks from '../../../src/clouds/pve/tasks.ts';
import { versionOf } from '../../../src/clouds/pve/version.ts';
import * as vms from '../../../src/clouds/pve/vms.ts';
import * as volumes from '../../../src/clouds/pve/volumes.ts';
import { scripted } from './scripted.ts';

interface Endpoint {
  readonly path: string;
  readonly method: string;
  readonly parameters?: { readonly properties?: Readonly<Record<string, { readonly optional?: unknown }>> };
}

function endpoints(file: string): readonly Endpoint[] {
  return JSON.parse(readFileSync(`src/simulator/proxmox/schema/${file}`, 'utf8')) as Endpoint[];
}

const contracts = {
  'pve-8.4': endpoints('pve-8.4.json'),
  'pve-9.2': endpoints('pve-9.2.json'),
  'pbs-4.2': endpoints('pbs-4.2.json'),
};

/** Not among the endpoints of the copies, but in proxmox-api's types, which are made of Proxmox VE 8.1's own viewer. */
const typedOnly = ['GET /cluster/backup-info/not-backed-up', 'GET /cluster/jobs/schedule-analyze'];

/** Not among them either, but in the server's source: api2/node/time.rs. */
const sourceOnly = ['GET /nodes/{node}/time'];

const nameless = (path: string) => path.replaceAll(/\{[^}]+\}/g, '{}');

/** What is wrong with a request; nothing where it is right. */
function faults(
  contract: readonly Endpoint[],
  { action, values }: Pick<Asked, 'action' | 'values'>,
): readonly string[] {
  const [method = '', path = ''] = action.split(' ');
  const found = contract.find((one) => one.method === method && nameless(one.path) === nameless(path));
  if (!found) return [`${action} does not exist`];
  const known = found.parameters?.properties ?? {};
  const isKnown = (name: string) => name in known || `${name.replace(/\d+$/, '')}[n]` in known;
  const inPath = [...found.path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
  return [
    ...Object.keys(values)
      .filter((name) => !isKnown(name))
      .map((name) => `${action} knows no ${name}`),
    ...Object.entries(known)
      .filter(([name, { optional }]) => !optional && !(name in values) && !inPath.includes(name))
      .map(([name]) => `${action} needs ${name}`),
  ];
}

const place = { node: 'node1', vmid: 100 };
const storage = { node: 'node1', storage: 'local' };
const job: jobs.BackupJob = {
  id: 'nightly',
  enabled: true,
  schedule: '02:00',
  storage: 'pbs',
  mode: 'snapshot',
  select: { type: 'All', exclude: [1] },
  comment: 'c',
};
const machine: vms.NewVm = {
  ...place,
  name: 'pbs',
  cores: 1,
  memoryMiB: 2048,
  tags: ['a'],
  description: 'd',
  uuid: 'u',
  storage: 's',
  diskGiB: 1,
  cacheDiskGiB: 1,
  bridge: 'b',
  cds: ['a', 'b'],
  pool: 'p',
};

const toPve: readonly Asked[] = [
  vms.createRequest(machine),
  vms.startRequest(place),
  vms.shutdownRequest(place, 60),
  vms.changeRequest(place, { digest: 'd', set: { ide2: 'none,media=cdrom', onboot: true } }),
  vms.destroyRequest(place),
  vms.growRequest(place, { slot: 'scsi1', sizeGiB: 128, digest: 'd' }),
  volumes.downloadRequest({ ...storage, file: 'a.iso', url: 'https://x', checksum: { algorithm: 'sha256', hex: 'x' } }),
  volumes.deleteVolumeRequest(storage, 'local:iso/a.iso'),
  storages.addStorageRequest({
    id: 'pbs',
    server: 's',
    port: 8007,
    datastore: 'd',
    fingerprint: 'f',
    username: 'u',
    password: 'p',
    namespace: 'n',
    encryptionKey: 'k',
  }),
  storages.changeStorageRequest('pbs', { fingerprint: 'f', password: 'p', digest: 'd' }),
  storages.changeStorageRequest('pbs', {
    username: 'u',
    namespace: 'n',
    port: 8007,
    disable: false,
    content: 'backup',
    'prune-backups': 'keep-all=1',
    'encryption-key': 'k',
  }),
  storages.changeStorageRequest('pbs', { namespace: '' }),
  storages.removeStorageRequest('pbs'),
  jobs.addJobRequest(job),
  jobs.addJobRequest({ ...job, fleecing: 'local-lvm' }),
  jobs.addJobRequest({
    ...job,
    changeDetection: 'metadata',
    notifications: { mode: 'legacy-sendmail', mailTo: ['backup@example.com', 'root'], mailOn: 'failure' },
  }),
  jobs.changeJobRequest(job, { ...job, select: { type: 'Pool', pool: 'p' } }),
  jobs.removeJobRequest('nightly'),
];

const endpoint: s3.S3Endpoint = {
  id: 'aws',
  endpoint: 'x',
  accessKeyID: 'a',
  region: 'r',
  port: 443,
  pathStyle: false,
  quirks: ['skip-if-none-match-header'],
};
const store: stores.NewDatastore = {
  name: 'vm',
  path: '/x',
  s3: { client: 'aws', bucket: 'b' },
  comment: 'c',
  gcSchedule: 'daily',
  verifyNew: true,
};
const names = ['get', 'put', 'post', 'head', 'delete', 'upload', 'download'];
const alerts: stores.S3Alerts = {
  thresholds: Object.fromEntries(names.map((name) => [`s3-${name}`, 1024 ** 3])),
  resetSchedule: 'monthly',
};
const prune: care.PruneJob = { id: 'p', store: 'vm', schedule: 'daily', keep: { keepLast: 1 }, comment: 'c' };
const verify: care.VerifyJob = { id: 'v', store: 'vm', schedule: 'monthly', outdatedAfterDays: 60, comment: 'c' };
const grant: access.Grant = { path: '/', who: 'a@pbs!t', role: 'Audit', propagate: false };

const toPbs: readonly Asked[] = [
  access.addUserRequest('a@pbs', 'c'),
  access.changeUserRequest('a@pbs', { comment: 'c', enable: true }),
  access.removeUserRequest('a@pbs'),
  access.addTokenRequest('a@pbs', 't', 'c'),
  access.renewTokenRequest('a@pbs', 't'),
  access.removeTokenRequest('a@pbs', 't'),
  access.grantRequest(grant),
  access.grantRequest(grant, true),
  changeOwnerRequest({ datastore: 'vm', namespace: '' }, { type: 'vm', id: '200' }, 'a@pbs!t'),
  changeOwnerRequest({ datastore: 'vm', namespace: 'a/b' }, { type: 'vm', id: '200' }, 'a@pbs!t'),
  addNamespaceRequest('vm', 'a'),
  addNamespaceRequest('vm', 'a/b'),
  s3.addS3Request(endpoint, 'k'),
  s3.addS3Request({ ...endpoint, rates: { in: 1, out: 5e9 }, putRateLimit: 9 }, 'k'),
  s3.changeS3Request({ ...endpoint, rates: { in: 1 } }),
  s3.changeS3Request({ ...endpoint, quirks: [] }, 'k'),
  s3.removeS3Request('aws'),
  s3.checkS3Request('aws', 'b', 'vm'),
  stores.addDatastoreRequest({ ...store, reuse: 'Taken' }),
  stores.changeDatastoreRequest(store),
  stores.addDatastoreRequest({ ...store, alerts }),
  stores.changeDatastoreRequest({ ...store, alerts }),
  stores.changeDatastoreRequest({ ...store, alerts: { thresholds: {} } }),
  stores.beginMaintenanceRequest('vm', {
    mode: 'read-only',
    message: maintenanceMark('6f1c2f6e-5b0f-4c52-9a8e-0a4f1f6a0001'),
  }),
  stores.beginMaintenanceRequest('vm', { mode: 'offline', message: maintenanceMark('a'.repeat(99)) }),
  stores.endMaintenanceRequest('vm'),
  stores.detachDatastoreRequest('vm'),
  stores.destroyDatastoreRequest('vm'),
  stores.refreshRequest('vm'),
  stores.collectGarbageRequest('vm'),
  care.addPruneRequest(prune),
  care.changePruneRequest({ ...prune, keep: {} }, prune),
  care.removePruneRequest('p'),
  care.addVerifyRequest(verify),
  care.changeVerifyRequest(verify),
  care.removeVerifyRequest('v'),
  nodes.addDirectoryRequest('cache', 'sdb'),
  nodes.setPasswordRequest('root@pam', 'p'),
];

test.each(toPve)('Proxmox VE knows $action, in 8.4 and in 9.2.', (request) => {
  expect(faults(contracts['pve-8.4'], request)).toEqual([]);
  expect(faults(contracts['pve-9.2'], request)).toEqual([]);
});

test.each(toPbs)('Proxmox Backup Server knows $action.', (request) => {
  expect(faults(contracts['pbs-4.2'], request)).toEqual([]);
});

const upid = 'UPID:node1:0003A1B2:1C2D3E4F:66E0C0A1:qmcreate:104:root@pam:';
const task = { text: upid, node: 'node1', startedAt: 0, type: 'qmcreate', id: '104', user: 'root@pam' };

/** Reads go out as they are, whatever comes back. */
async function reads(server: 'pve' | 'pbs'): Promise<readonly Pick<Asked, 'action' | 'values'>[]> {
  const { pve, pbs, records, servers, server: there } = scripted();
  const all =
    server === 'pve'
      ? [
          vms.nextFreeID(pve),
          vms.vmAt(pve, place),
          vms.listedVms(pve),
          vms.powerOf(pve, place),
          vms.vmAtNextStart(pve, place),
          nodeUptime(pve, 'node1'),
          tasks.listedTasks(pve, { node: 'node1', vmid: 104, since: 1 }),
          volumes.isosOn(pve, storage),
          storages.storageEntry(pve, 'pbs'),
          storages.backupStorages(pve),
          storages.isStorageActive(pve, 'node1', 'pbs'),
          jobs.backupJobs(pve),
          runsFollowing(pve, 'daily', { after: 0, count: 2 }),
          jobs.guestsWithoutJob(pve),
          showsCertificate(pve, { node: 'node1', server: 's', port: 8007, fingerprint: 'f' }),
          tasks.taskOf(pve, task),
          tasks.tasksOf(pve, { node: 'node1', type: 'qmcreate', vmid: 104, since: 1 }),
          tasks.logTail(pve, task),
          versionOf(pve),
          lacking(pve, [{ path: '/', anyOf: ['Sys.Audit'] }]),
        ]
      : [
          access.usersOf(pbs),
          access.tokensOf(pbs, 'a@pbs'),
          access.grantsOf(pbs),
          access.rightsOn(pbs, '/'),
          namespacesOf(pbs, 'vm'),
          ownedGroups(pbs, { datastore: 'vm', namespace: 'a' }),
          s3.s3Endpoints(pbs),
          stores.datastores(pbs),
          nodes.serverVersion(pbs),
          nodes.fingerprintTold(pbs),
          nodes.disksOf(pbs),
          nodes.timeZoneOf(pbs),
          nodes.directoriesOf(pbs),
          stores.datastoreUsage(pbs, 'vm'),
          care.pruneJobs(pbs),
          care.verifyJobs(pbs),
          serverTasks.taskOf(pbs, task),
          serverTasks.tasksOf(pbs, { type: 'backup', store: 'vm', since: 1 }),
          serverTasks.logTail(pbs, task),
          servers.answers(there),
          servers.login(there, 'root@pam', 'x'),
        ];
  await Promise.allSettled(all);
  expect(records).toHaveLength(all.length);
  return records.map(({ call: { action, parameters } }) => ({
    action,
    values: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
  }));
}

test('All reads of Proxmox VE are in both contracts.', async () => {
  for (const request of await reads('pve')) {
    if (typedOnly.includes(request.action)) continue;
    expect(faults(contracts['pve-8.4'], request)).toEqual([]);
    expect(faults(contracts['pve-9.2'], request)).toEqual([]);
  }
});

test('All reads of Proxmox Backup Server are in its contract.', async () => {
  const known = (await reads('pbs')).filter(({ action }) => !sourceOnly.includes(action));
  for (const request of known) expect(faults(contracts['pbs-4.2'], request)).toEqual([]);
});
