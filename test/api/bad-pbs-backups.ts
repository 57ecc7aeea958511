// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wrong about the bucket, the datastore, the storage and the jobs of a PbsInstance. */
import type { Bad } from './bad.ts';
import { changedPbs, existing, otherS3 } from './good-pbs-instances.ts';

type Values = Parameters<typeof changedPbs>[0];

const one = (name: string, values: Values, message: string, parsed?: string): Bad => ({
  name,
  spec: changedPbs(values),
  message,
  ...(parsed === undefined ? {} : { parsed }),
});

const s3 = (name: string, values: object, message: string, parsed?: string): Bad =>
  one(name, otherS3(values), message, parsed);

const beside = (field: string, value: Values[string]): Bad =>
  one(`${field} beside a BackupTarget`, { [`s3.${field}`]: value }, `s3.${field} must not stand beside`);

const job = (name: string, values: object, message: string, parsed?: string): Bad =>
  one(name, { jobs: [{ id: 'nightly', schedule: '02:00', ...values }] }, message, parsed);

const select = (name: string, values: object, message: string, parsed?: string): Bad =>
  job(name, { select: values }, message, parsed);

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const cron = '0 2 * * *';
const schedules = ['datastore.gcSchedule', 'datastore.prune.schedule', 'datastore.verify.schedule'] as const;

const bucket: readonly Bad[] = [
  one('an id of two characters', { 's3.id': 'ab' }, 'spec.s3.id', 's3.id'),
  one('an id with a slash', { 's3.id': 'aws/s3' }, 's3.id must be a name for the S3 endpoint'),
  one('an id of 33 characters', { 's3.id': 'a'.repeat(33) }, 'spec.s3.id', 's3.id'),
  beside('endpoint', 's3.example.com'),
  beside('bucket', 'backups'),
  beside('credentialsSecretRef', { name: 'minio' }),
  beside('port', 9000),
  beside('region', 'auto'),
  beside('addressing', 'Path'),
  beside('fingerprint', fingerprint),
  beside('quirks', ['SkipIfNoneMatchHeader']),
  one('a rate of nothing', { 's3.limits': { uploadPerSecond: '0Mi' } }, 'uploadPerSecond must be a whole number of Mi'),
  one('a rate in Gi', { 's3.limits': { downloadPerSecond: '1Gi' } }, 'downloadPerSecond must be a whole number of Mi'),
  one(
    'no requests at all',
    { 's3.limits': { putRequestsPerSecond: 0 } },
    'putRequestsPerSecond',
    'putRequestsPerSecond',
  ),
  s3('no endpoint', { endpoint: undefined }, 's3.endpoint is required without'),
  s3('no bucket', { bucket: undefined }, 's3.bucket is required without'),
  s3('no credentials', { credentialsSecretRef: undefined }, 's3.credentialsSecretRef is required without'),
  s3('a URL for the endpoint', { endpoint: 'https://s3.example.com' }, 's3.endpoint must be the name or address'),
  s3('an endpoint with a port', { endpoint: 's3.example.com:9000' }, 's3.endpoint must be the name or address'),
  s3('an endpoint with _', { endpoint: 's3_a.example.com' }, 's3.endpoint must be the name or address'),
  s3('an address without Path', { endpoint: '10.0.0.5' }, 's3.addressing must be Path'),
  s3('a bucket with a dot', { bucket: 'my.backups' }, 's3.bucket must be the name of a bucket'),
  s3('a bucket of capitals', { bucket: 'Backups' }, 's3.bucket must be the name of a bucket'),
  s3('a region of capitals', { region: 'EU' }, 's3.region must be a region'),
  s3('port 0', { port: 0 }, 'spec.s3.port: Invalid value', 's3.port'),
  s3('an addressing of its own', { addressing: 'Host' }, 'spec.s3.addressing: Unsupported value', 's3.addressing'),
  s3('an unknown quirk', { quirks: ['NoList'] }, 'spec.s3.quirks', 's3.quirks'),
  s3('a fingerprint without colons', { fingerprint: 'x'.repeat(95) }, 's3.fingerprint must be a SHA-256'),
  s3(
    'a Secret of capitals for S3',
    { credentialsSecretRef: { name: 'MINIO' } },
    's3.credentialsSecretRef.name must be',
  ),
];

const store: readonly Bad[] = [
  one('a datastore with a slash', { 'datastore.name': 'vm/backup' }, 'datastore.name must be a name'),
  one('no datastore', { datastore: undefined }, 'spec.datastore: Required value', 'datastore'),
  ...schedules.map((field) => one(`cron in ${field}`, { [field]: cron }, `${field} has the five fields of cron`)),
  ...schedules.map((field) => one(`a question in ${field}`, { [field]: 'when?' }, `${field} must be a calendar event`)),
  one(
    'nothing that is kept',
    { 'datastore.prune': { keepLast: 0, keepDaily: 0, keepWeekly: 0, keepMonthly: 0 } },
    'datastore.prune must keep something',
  ),
  ...['keepLast', 'keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'].map((name) =>
    one(`${name} -1`, { [`datastore.prune.${name}`]: -1 }, `spec.datastore.prune.${name}: Invalid value`, name),
  ),
  one('a negative age', { 'datastore.verify.outdatedAfterDays': -1 }, 'outdatedAfterDays', 'outdatedAfterDays'),
  one('a cache of nothing', { 'datastore.maxCacheSize': '0Gi' }, 'maxCacheSize must be a whole', 'maxCacheSize'),
  one('a cache beyond all', { 'datastore.maxCacheSize': '200000Gi' }, 'maxCacheSize must be 1Gi to', 'maxCacheSize'),
  one(
    'a cache as large as its disk',
    { 'datastore.maxCacheSize': '64Gi' },
    'smaller than server.vm.cacheDisk',
    'maxCacheSize',
  ),
  one('a budget that is none', { 'datastore.s3Budget.readPerMonth': '5Gi' }, 'must be 10Gi to', 'readPerMonth'),
  one('a budget of nothing', { 'datastore.s3Budget.readPerMonth': '0Gi' }, 'whole number of Gi', 'readPerMonth'),
  one(
    'closed by a word of its own',
    { 'datastore.maintenance': 'read-only' },
    'maintenance: Unsupported value',
    'maintenance',
  ),
  one('an alert at nothing', { 'datastore.s3Alerts': { getRequests: 0 } }, 'getRequests', 'getRequests'),
  ...['uploaded', 'downloaded'].flatMap((name) => [
    one(`${name} in Mi`, { 'datastore.s3Alerts': { [name]: '5Mi' } }, `s3Alerts.${name} must be a whole number of Gi`),
    one(`${name} beyond all`, { 'datastore.s3Alerts': { [name]: '500001Gi' } }, `s3Alerts.${name} must be 1Gi to`),
  ]),
  one('cron for an alert', { 'datastore.s3Alerts': { resetSchedule: cron } }, 'resetSchedule has the five fields'),
  one(
    'a question for an alert',
    { 'datastore.s3Alerts': { resetSchedule: 'when?' } },
    'resetSchedule must be a calendar',
  ),
  one('no verification by no', { 'datastore.verify.newBackups': 'No' }, 'newBackups: Unsupported value', 'newBackups'),
];

const backup: readonly Bad[] = [
  one('a storage with a space', { 'storage.id': 'pbs main' }, 'storage.id must be the id of a storage'),
  one('a storage that ends in -', { 'storage.id': 'pbs-' }, 'storage.id must be the id of a storage'),
  one('a namespace with two slashes', { 'storage.namespace': 'kr//seoul' }, 'storage.namespace must be up to 7 names'),
  one('a namespace of 8', { 'storage.namespace': 'a/b/c/d/e/f/g/h' }, 'storage.namespace must be up to 7 names'),
  one(
    'a key for capitals',
    { 'storage.encryption': { secretRef: { name: 'KEY' } } },
    'storage.encryption.secretRef.name must be the name',
  ),
  one(
    'a key in the Secret of Proxmox VE',
    { 'storage.encryption': { secretRef: { name: 'pve-token' } } },
    'storage.encryption.secretRef must not be the Secret of proxmox.credentialsSecretRef',
  ),
  one(
    'a key in the Secret of the server',
    { ...existing(), 'storage.encryption': { secretRef: { name: 'pbs-token' } } },
    'storage.encryption.secretRef must not be the Secret of server.existing.credentialsSecretRef',
  ),
  one(
    'a key in the Secret of S3',
    { ...otherS3(), 'storage.encryption': { secretRef: { name: 'minio' } } },
    'storage.encryption.secretRef must not be the Secret of s3.credentialsSecretRef',
  ),
  job('an id that begins with a digit', { id: '1st' }, 'jobs.id must be 2 to 50'),
  job('an id with a dot', { id: 'a.b' }, 'jobs.id must be 2 to 50'),
  job('no schedule', { schedule: undefined }, 'spec.jobs[0].schedule: Required value', 'jobs.0.schedule'),
  job('no storage to fleece on', { fleecing: {} }, 'fleecing.storage: Required value', 'fleecing.storage'),
  job('a path to fleece on', { fleecing: { storage: '/tmp' } }, 'jobs.fleecing.storage must be the id'),
  job(
    'changes found by guessing',
    { changeDetection: 'Quick' },
    'changeDetection: Unsupported value',
    'changeDetection',
  ),
  job('mail to nobody', { notifications: { mode: 'LegacySendmail' } }, 'mailTo is required with'),
  job(
    'mail that is ignored',
    { notifications: { mode: 'NotificationSystem', mailTo: ['root'] } },
    'mailTo must not stand beside notifications.mode NotificationSystem',
  ),
  job('failures told to nobody', { notifications: { mailOn: 'Failure' } }, 'mailOn is about mail to'),
  job('what is no address', { notifications: { mailTo: ['a b@example.com'] } }, 'mailTo must be mail addresses'),
  job('an option for an address', { notifications: { mailTo: ['-oQ/tmp'] } }, 'mailTo must be mail addresses'),
  job('mail that is never sent', { notifications: { mailOn: 'Never' } }, 'mailOn: Unsupported value', 'mailOn'),
  job('cron for a job', { schedule: cron }, 'jobs.schedule has the five fields of cron'),
  job('a sentence for a job', { schedule: '(every night)' }, 'jobs.schedule must be a calendar event'),
  job('a mode that there is none of', { backupMode: 'Live' }, 'backupMode: Unsupported value', 'backupMode'),
  select('ids without a type', { vmIDs: [100] }, 'select.vmIDs belongs to select.type VMs'),
  select('no ids', { type: 'VMs' }, 'select.vmIDs belongs to select.type VMs'),
  select('an empty list of ids', { type: 'VMs', vmIDs: [] }, 'select.vmIDs belongs to select.type VMs'),
  select('a pool without a type', { pool: 'production' }, 'select.pool belongs to select.type Pool'),
  select('no pool', { type: 'Pool' }, 'select.pool belongs to select.type Pool'),
  select('a pool with a space', { type: 'Pool', pool: 'pro duction' }, 'select.pool must be the name of a pool'),
  select('an exception from a list', { type: 'VMs', vmIDs: [100], exclude: [101] }, 'select.exclude belongs to'),
  select('an id below 100', { type: 'VMs', vmIDs: [99] }, 'spec.jobs[0].select.vmIDs[0]: Invalid value', 'vmIDs'),
  select('a tag without a type', { tag: 'gold' }, 'select.tag belongs to select.type Tag'),
  select('no tag', { type: 'Tag' }, 'select.tag belongs to select.type Tag'),
  select('two tags', { type: 'Tag', tag: 'gold;silver' }, 'select.tag must be one tag'),
  select('an exception from a tag', { type: 'Tag', tag: 'gold', exclude: [101] }, 'select.exclude belongs to'),
  select('a selection by tags', { type: 'Tags' }, 'select.type: Unsupported value', 'select.type'),
  one(
    'an objective of no hours',
    { objectives: { recoveryPointHours: 0 } },
    'recoveryPointHours',
    'recoveryPointHours',
  ),
  one(
    'an objective of -1 days',
    { objectives: { verifiedWithinDays: -1 } },
    'verifiedWithinDays',
    'verifiedWithinDays',
  ),
  one('a restore test without a storage', { restoreTests: {} }, 'restoreTests.storage: Required value', 'storage'),
  one('a path to restore to', { restoreTests: { storage: '/tmp' } }, 'restoreTests.storage must be the id'),
  one(
    'an address of a node to restore on',
    { restoreTests: { storage: 'local-lvm', node: '192.168.0.10' } },
    'restoreTests.node must be the name of a node',
  ),
  one(
    'a pool of copies with a space',
    { restoreTests: { storage: 'local-lvm', pool: 'restore tests' } },
    'restoreTests.pool must be the name of a pool',
  ),
  one(
    'a restore test each hour',
    { restoreTests: { storage: 'local-lvm', intervalDays: 0 } },
    'intervalDays',
    'restoreTests.intervalDays',
  ),
  one('a look each second', { telemetry: { intervalSeconds: 1 } }, 'intervalSeconds', 'telemetry.intervalSeconds'),
  one('a policy of its own', { deletionPolicy: 'Orphan' }, 'deletionPolicy: Unsupported value', 'deletionPolicy'),
];

export const badPbsBackups: readonly Bad[] = [...bucket, ...store, ...backup];
