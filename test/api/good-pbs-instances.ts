// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstances at the edges of what is allowed; the first is that of runbook 1. */
import { ignorable } from '../../src/api/pbs-instance/ignored.ts';
import { goodIgnoring, goodMaintenance } from './bad-shared.ts';
import { changed, type Spec } from './manifests.ts';

export const fingerprint = `AB${':0C'.repeat(31)}`;

/** Runbook 1, parts 3 to 5. */
export function goodPbsInstance(): Spec {
  return {
    proxmox: {
      url: 'https://192.168.0.10:8006',
      node: 'node1',
      tls: { fingerprints: [fingerprint] },
      credentialsSecretRef: { name: 'pve-token' },
    },
    server: {
      vm: {
        network: { address: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
        iso: { file: 'proxmox-backup-server_4.2-1-auto.iso' },
        fqdn: 'pbs-main.example.com',
      },
    },
    s3: { id: 'aws-s3-storage', backupTargetRef: { name: 'vm-backups' } },
    datastore: { name: 'vm-backup-s3' },
    storage: { id: 'pbs-main' },
    jobs: [{ id: 'nightly', schedule: '02:00' }],
  };
}

export const changedPbs = (values: Parameters<typeof changed>[0]): Spec => changed(values, goodPbsInstance());

/** On a server that is there. */
export function existing(change: object = {}): { server: Spec } {
  return {
    server: {
      type: 'Existing',
      existing: {
        url: 'https://192.168.0.20:8007',
        tls: { fingerprints: [fingerprint] },
        credentialsSecretRef: { name: 'pbs-token' },
        ...change,
      },
    },
  };
}

/** In an S3 that is not of a BackupTarget. */
export function otherS3(change: object = {}): { s3: Spec } {
  return {
    s3: {
      id: 'minio',
      endpoint: 's3.example.com',
      bucket: 'backups',
      credentialsSecretRef: { name: 'minio' },
      ...change,
    },
  };
}

export const goodPbsInstances: readonly { readonly name: string; readonly spec: Spec }[] = [
  { name: 'that of the runbook', spec: goodPbsInstance() },
  {
    name: 'limits beside a BackupTarget',
    spec: changedPbs({
      's3.limits': { uploadPerSecond: '1Mi', downloadPerSecond: '99999Mi', putRequestsPerSecond: 100 },
    }),
  },
  { name: 'limits of nothing, for another S3', spec: changedPbs(otherS3({ limits: {} })) },
  {
    name: 'alerts about S3',
    spec: changedPbs({ 'datastore.s3Alerts': { getRequests: 1, downloaded: '100Gi', resetSchedule: 'weekly' } }),
  },
  { name: 'closed for a while', spec: changedPbs({ 'datastore.maintenance': 'ReadOnly' }) },
  { name: 'no job', spec: changedPbs({ jobs: undefined }) },
  { name: 'a server that is there', spec: changedPbs(existing()) },
  {
    name: 'a server that is there, with an authority of its own and an IPv6 address',
    spec: changedPbs(existing({ url: 'https://[fd00::20]:8007', tls: { caSecretRef: { name: 'ca' } } })),
  },
  { name: 'another S3', spec: changedPbs(otherS3()) },
  {
    name: 'an S3 of one’s own, with all of its quirks',
    spec: changedPbs(
      otherS3({
        endpoint: '10.0.0.5',
        port: 9000,
        region: 'auto',
        addressing: 'Path',
        fingerprint,
        quirks: ['SkipIfNoneMatchHeader', 'DeleteObjectsViaDeleteObject'],
      }),
    ),
  },
  {
    name: 'a VM that the network gives its address',
    spec: changedPbs({ 'server.vm.network': { addressing: 'DHCP', vlanID: 20, macAddress: 'BC:24:11:0A:0B:0C' } }),
  },
  {
    name: 'a VM of another size, from an image that is fetched, in a pool',
    spec: changedPbs({
      'server.vm.cores': 8,
      'server.vm.memory': '16Gi',
      'server.vm.disk': '100Gi',
      'server.vm.cacheDisk': '128Gi',
      'server.vm.pool': 'backup/pbs',
      'server.vm.timeZone': 'Asia/Seoul',
      'server.vm.mailTo': 'backup@example.com',
      'server.vm.iso': {
        storage: 'nfs-iso',
        url: 'https://mirror.example.com/pbs_4.2-1-auto.iso',
        checksum: `sha256:${'ab12'.repeat(16)}`,
      },
    }),
  },
  {
    name: 'encrypted, in a namespace',
    spec: changedPbs({
      storage: { id: 'pbs-main', namespace: 'kr/seoul', encryption: { secretRef: { name: 'key' } } },
    }),
  },
  {
    name: 'jobs of each sort',
    spec: changedPbs({
      jobs: [
        { id: 'gold', schedule: '06:00', select: { type: 'Tag', tag: 'Gold_1.a+b-c' } },
        { id: 'told', schedule: '05:00', notifications: { mailTo: ['backup@example.com', 'root'], mailOn: 'Failure' } },
        { id: 'quick', schedule: '04:00', changeDetection: 'Metadata', notifications: { mode: 'NotificationSystem' } },
        { id: 'fleeced', schedule: '03:00', fleecing: { storage: 'local-lvm' } },
        { id: 'nightly', schedule: 'mon..fri 22:30', select: { type: 'All', exclude: [900] } },
        { id: 'some', schedule: '*/6:00', select: { type: 'VMs', vmIDs: [100, 101] }, backupMode: 'Stop' },
        { id: 'pool_1', schedule: 'sat 03:15', select: { type: 'Pool', pool: 'production' }, backupMode: 'Suspend' },
      ],
    }),
  },
  {
    name: 'everything else as one likes it',
    spec: changedPbs({
      managementPolicy: 'Plan',
      deletionPolicy: 'Delete',
      'datastore.gcSchedule': '03:30',
      'datastore.prune': {
        schedule: 'sun 04:00',
        keepLast: 0,
        keepDaily: 0,
        keepWeekly: 0,
        keepMonthly: 0,
        keepYearly: 1,
      },
      'datastore.verify': { newBackups: 'Enabled', schedule: 'sat 05:00', outdatedAfterDays: 0 },
      'datastore.maxCacheSize': '48Gi',
      'datastore.s3Budget': { requestsPerMonth: 500_000, readPerMonth: '1024Gi' },
      objectives: { recoveryPointHours: 50, verifiedWithinDays: 90 },
      telemetry: { intervalSeconds: 3600 },
      restoreTests: { storage: 'local-lvm', intervalDays: 1, node: 'node2', pool: 'tests/copies', vmIDs: [100, 101] },
      driftIntervalSeconds: 120,
    }),
  },
  { name: 'windows of maintenance', spec: changedPbs({ maintenance: goodMaintenance }) },
  goodIgnoring(changedPbs, ignorable),
  { name: 'a freeze', spec: changedPbs({ maintenance: { freeze: true } }) },
];
