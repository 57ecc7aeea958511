// SPDX-License-Identifier: GPL-3.0-or-later
/** From the spec to what each part wants, in the part's own words. Pure. */
import type { PbsInstanceSpec } from '../../api/pbs-instance.ts';
import { machineUUID } from '../../clouds/pve/marks.ts';
import type { Owner } from '../../core/owner-mark.ts';
import { telemetryAge } from './ages.ts';
import { serverKnown, type ServerKnown } from './known.ts';
import { imageName, type ImageSource, type MachineWish } from './machine/wish.ts';
import { ownSecrets } from './names.ts';
import { alertsOf, limitsOf } from './s3-limits.ts';
import type { Observed } from './observed.ts';
import { copyIDs } from './restore-of.ts';
import type { Reach } from './reach.ts';
import { mountOf, type ServerWish } from './server/wish.ts';
import type { S3Wish, StoreWish } from './store/wish.ts';
import { accountOf, type WiringWish, type WishedJob } from './wiring/wish.ts';
import type { PbsDesired } from './wish.ts';
import type { WorthWish } from './worth/wish.ts';

type Vm = NonNullable<PbsInstanceSpec['server']['vm']>;
type Job = PbsInstanceSpec['jobs'][number];

const gibibyte = 1024 ** 3;
const giB = (size: string) => Number(size.replace(/Gi$/, ''));
/** Of the second disk: it is mounted at /mnt/datastore/<name>. */
export const cacheName = 'cache';
const standardPort = 8007;

function networkOf({ network }: Vm): MachineWish['network'] {
  const { addressing, address = '', gateway = '', dns = '' } = network;
  return addressing === 'DHCP' ? { source: 'DHCP' } : { source: 'Static', cidr: address, gateway, dns };
}

function sourceOf({ iso }: Vm): ImageSource | undefined {
  const { url, checksum = '' } = iso;
  const [algorithm, hex = ''] = checksum.split(':');
  if (url === undefined) return undefined;
  return { url, checksum: { algorithm: algorithm === 'sha512' ? 'sha512' : 'sha256', hex } };
}

/** `undefined`: the server is there already. */
export function machineWish({
  spec,
  name,
  withholds,
}: Pick<PbsDesired, 'spec' | 'name' | 'withholds'>): MachineWish | undefined {
  const { vm } = spec.server;
  if (!vm) return undefined;
  const { network, iso, fqdn, pool, mailTo } = vm;
  const fetch = sourceOf(vm);
  return {
    name: fqdn.split('.')[0] ?? fqdn,
    node: spec.proxmox.node,
    ...(pool === undefined ? {} : { pool }),
    cores: vm.cores,
    memoryMiB: giB(vm.memory) * 1024,
    storage: vm.storage,
    diskGiB: giB(vm.disk),
    cacheDiskGiB: giB(vm.cacheDisk),
    bridge: network.bridge,
    ...(network.vlanID === undefined ? {} : { vlan: network.vlanID }),
    ...(network.macAddress === undefined ? {} : { mac: network.macAddress }),
    network: networkOf(vm),
    fqdn,
    mailTo: mailTo ?? `root@${fqdn}`,
    timeZone: vm.timeZone,
    iso: { storage: iso.storage, file: fetch ? imageName(fetch) : (iso.file ?? ''), ...(fetch ? { fetch } : {}) },
    ...(withholds ? { withholds } : {}),
    passwordSecret: ownSecrets(name).root,
  };
}

/** Where the server answers: as a user gave it, or where we put it. */
export function serverURL({ server }: PbsInstanceSpec): string {
  const { existing, vm } = server;
  if (existing) return existing.url;
  const { addressing, address = '' } = vm?.network ?? {};
  const host = addressing === 'DHCP' ? (vm?.fqdn ?? '') : (address.split('/')[0] ?? '');
  return `https://${host}:${standardPort}`;
}

export function serverWish(
  { spec, name }: Pick<PbsDesired, 'spec' | 'name'>,
  owner: Owner,
  { granted, trust }: Reach,
): ServerWish {
  const url = serverURL(spec);
  const { existing } = spec.server;
  if (existing)
    return {
      type: 'Existing',
      url,
      granted,
      secret: existing.credentialsSecretRef.name,
      trust: trust ?? { by: 'System' },
    };
  const secret = ownSecrets(name).operator;
  return { type: 'VirtualMachine', url, granted, secret, vm: machineUUID(owner), cache: { name: cacheName } };
}

const quirks = {
  SkipIfNoneMatchHeader: 'skip-if-none-match-header',
  DeleteObjectsViaDeleteObject: 'delete-objects-via-delete-object',
} as const;

function s3Wish({ s3 }: PbsInstanceSpec): S3Wish {
  const { id, backupTargetRef, endpoint = '', port, region, bucket = '', fingerprint, credentialsSecretRef } = s3;
  if (backupTargetRef) return { type: 'BackupTarget', id, name: backupTargetRef.name };
  return {
    type: 'Given',
    id,
    host: endpoint,
    ...(port === undefined ? {} : { port }),
    ...(region === undefined ? {} : { region }),
    bucket,
    pathStyle: s3.addressing === 'Path',
    quirks: (s3.quirks ?? []).map((one) => quirks[one]),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    secret: credentialsSecretRef?.name ?? '',
  };
}

/** One datastore, or one storage entry and so on: names that a person wants taken over, with commas between them. */
function adopted({ annotations }: Pick<PbsDesired, 'annotations'>): readonly string[] {
  return (annotations['hybridcloud.dev/adopt'] ?? '').split(',').flatMap((one) => one.trim() || []);
}

/** Of the disk the rest is for indexes, and a file for each chunk there is: PBS counts neither (pbs-datastore, local_datastore_lru_cache.rs). */
const cacheShare = 3 / 4;

function cacheWish({ datastore, server }: PbsInstanceSpec): Pick<StoreWish, 'cache'> {
  const { maxCacheSize } = datastore;
  if (maxCacheSize !== undefined) return { cache: { bytes: giB(maxCacheSize) * gibibyte, fixed: true } };
  if (!server.vm) return {};
  return { cache: { bytes: Math.floor(giB(server.vm.cacheDisk) * cacheShare) * gibibyte, fixed: false } };
}

const closings = { ReadOnly: 'read-only', Offline: 'offline' } as const;

/** Closed on purpose. */
export function maintenanceWish({ datastore: { maintenance } }: PbsInstanceSpec): Pick<StoreWish, 'maintenance'> {
  return maintenance === undefined ? {} : { maintenance: closings[maintenance] };
}

export function storeWish(desired: PbsDesired): StoreWish {
  const { spec, name, uid, annotations } = desired;
  const { datastore, server } = spec;
  const { prune, verify } = datastore;
  const { schedule, ...keep } = prune;
  const folder = server.existing ? server.existing.cachePath : mountOf({ name: cacheName });
  const takeOver = annotations['hybridcloud.dev/take-over']?.trim();
  return {
    url: serverURL(spec),
    uid,
    s3: s3Wish(spec),
    datastore: {
      name: datastore.name,
      path: `${folder}/${datastore.name}`,
      gcSchedule: datastore.gcSchedule,
      verifyNew: verify.newBackups === 'Enabled',
    },
    ...limitsOf(spec),
    ...alertsOf(spec),
    ...maintenanceWish(spec),
    ...cacheWish(spec),
    prune: { schedule, keep },
    verify: { schedule: verify.schedule, outdatedAfterDays: verify.outdatedAfterDays },
    ...(server.existing ? {} : { record: ownSecrets(name).operator }),
    ...(adopted(desired).includes(datastore.name) ? { adopt: datastore.name } : {}),
    ...(takeOver ? { takeOver } : {}),
    ...(desired.absent ? { leaving: true as const } : {}),
  };
}

const modes = { Snapshot: 'snapshot', Suspend: 'suspend', Stop: 'stop' } as const;

/** The backup server is never backed up into itself: its own backup would wait for itself. */
function selectionOf({ select }: Job, self: number | undefined): WishedJob['select'] {
  const { type, exclude = [], vmIDs = [], pool = '', tag = '' } = select;
  const except = self === undefined ? [] : [self];
  if (type === 'Pool') return { type: 'Pool', pool };
  if (type === 'VMs') return { type: 'IDs', ids: vmIDs.filter((id) => id !== self).toSorted((a, b) => a - b) };
  if (type === 'Tag') return { type: 'Tag', tag: tag.toLowerCase(), except };
  const all = new Set([...exclude, ...except]);
  return { type: 'All', exclude: [...all].toSorted((a, b) => a - b) };
}

const detections = { Legacy: 'legacy', Data: 'data', Metadata: 'metadata' } as const;
const notificationModes = {
  Auto: 'auto',
  LegacySendmail: 'legacy-sendmail',
  NotificationSystem: 'notification-system',
} as const;

/** What the spec does not name is left as it is. */
function optionsOf({ changeDetection, notifications }: Job): Pick<WishedJob, 'changeDetection' | 'notifications'> {
  return {
    ...(changeDetection === undefined ? {} : { changeDetection: detections[changeDetection] }),
    ...(notifications
      ? {
          notifications: {
            mode: notificationModes[notifications.mode],
            mailTo: (notifications.mailTo ?? []).toSorted(),
            mailOn: notifications.mailOn === 'Failure' ? 'failure' : 'always',
          },
        }
      : {}),
  };
}

export function wishedJobs({ jobs }: PbsInstanceSpec, self: number | undefined): readonly WishedJob[] {
  return jobs.map((job) => ({
    id: job.id,
    enabled: true,
    schedule: job.schedule,
    mode: modes[job.backupMode],
    select: selectionOf(job, self),
    ...(job.fleecing ? { fleecing: job.fleecing.storage } : {}),
    ...optionsOf(job),
  }));
}

export function wiringWish(desired: PbsDesired, { fingerprint, vmid }: ServerKnown): WiringWish {
  const { spec, namespace, name, last } = desired;
  const { hostname, port } = new URL(serverURL(spec));
  const { encryption } = spec.storage;
  const lastKey = last.storage?.keyFingerprint;
  return {
    node: spec.proxmox.node,
    server: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443), fingerprint },
    datastore: spec.datastore.name,
    namespace: spec.storage.namespace ?? '',
    storage: spec.storage.id,
    account: accountOf(namespace, name),
    tokenSecret: ownSecrets(name).backup,
    ...(encryption ? { encryption: { secret: encryption.secretRef.name } } : {}),
    ...(lastKey === undefined ? {} : { lastKey }),
    jobs: wishedJobs(spec, vmid),
    adopt: adopted(desired),
  };
}

export function worthWish(desired: PbsDesired, observed: Observed): WorthWish {
  const { spec } = desired;
  const { vmid } = serverKnown(desired, observed);
  const { target, now } = observed;
  const bucket = target?.found === 'here' ? target : undefined;
  const instanceID = desired.last.server?.instanceID;
  const login = observed.wiring?.storage?.username;
  return {
    node: spec.proxmox.node,
    storage: spec.storage.id,
    datastore: spec.datastore.name,
    namespace: spec.storage.namespace ?? '',
    ...(login ? { login } : {}),
    jobs: spec.jobs.map(({ id, select: { exclude = [], tag } }) => ({
      id,
      exclude,
      ...(tag === undefined ? {} : { tag: tag.toLowerCase() }),
    })),
    ...maintenanceWish(spec),
    recoveryPointHours: spec.objectives.recoveryPointHours,
    verifiedWithinDays: spec.objectives.verifiedWithinDays,
    ...(vmid === undefined ? {} : { self: vmid }),
    copies: copyIDs(observed),
    ...(instanceID === undefined ? {} : { instanceID }),
    ...(bucket
      ? {
          bucket: {
            keepsVersions: bucket.keepsVersions,
            ...(bucket.bytes === undefined ? {} : { bytes: bucket.bytes }),
          },
        }
      : {}),
    telemetryMs: spec.telemetry.intervalSeconds * 1000,
    maxAgeMs: telemetryAge(desired, now),
  };
}
