// SPDX-License-Identifier: GPL-3.0-or-later
/** Backup jobs of the datacenter (PVE::API2::Backup). Written as text, read as objects. */
import { z } from 'zod';
import { flag, text } from '../proxmox/loose.ts';
import type { Asked } from '../proxmox/asked.ts';
import { parsePropertyString, propertyString } from '../proxmox/property-string.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

/** A word that is not known is as good as none: it is no reason to know nothing of a job. */
const oneOf = <const Word extends string>(...words: readonly Word[]) => z.enum(words).optional().catch(undefined);

const job = z.looseObject({
  id: z.string(),
  enabled: flag.optional(),
  schedule: z.string().optional(),
  storage: z.string().optional(),
  mode: z.string().optional(),
  all: flag.optional(),
  vmid: text.optional(),
  pool: z.string().optional(),
  exclude: text.optional(),
  comment: z.string().optional(),
  'notes-template': z.string().optional(),
  'prune-backups': z.unknown().optional(),
  node: z.string().optional(),
  fleecing: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  'pbs-change-detection-mode': oneOf('legacy', 'data', 'metadata'),
  'notification-mode': oneOf('auto', 'legacy-sendmail', 'notification-system'),
  mailto: z.string().optional(),
  mailnotification: oneOf('always', 'failure'),
  'next-run': z.number().optional(),
});

export type Selection =
  | { readonly type: 'All'; readonly exclude: readonly number[] }
  | { readonly type: 'IDs'; readonly ids: readonly number[] }
  | { readonly type: 'Pool'; readonly pool: string };

/** Of files of containers. Since 8.3. */
export type ChangeDetection = 'legacy' | 'data' | 'metadata';

/** Who hears of a run. What is not set here, /etc/vzdump.conf of a node may set. */
export interface JobNotifications {
  readonly mode?: 'auto' | 'legacy-sendmail' | 'notification-system';
  /** Sorted; `auto` is the notification system where it is empty. */
  readonly mailTo: readonly string[];
  readonly mailOn?: 'always' | 'failure';
}

export interface BackupJob {
  readonly id: string;
  readonly enabled: boolean;
  /** A calendar event, as systemd has them. */
  readonly schedule: string;
  readonly storage: string;
  readonly mode: 'snapshot' | 'suspend' | 'stop';
  readonly select: Selection;
  readonly comment: string;
  /** Where blocks that a guest overwrites during its backup are kept meanwhile, so that a slow server does not slow the guest. Since 8.2. */
  readonly fleecing?: string;
  /** Absent: left as it is. */
  readonly changeDetection?: ChangeDetection;
  /** Absent: left as they are. */
  readonly notifications?: JobNotifications;
}

export interface KnownJob extends BackupJob {
  /** What is set that would let it save less than it says: `prune-backups`, `node`. */
  readonly strays: readonly string[];
  /** Seconds since 1970. */
  readonly nextRun?: number;
}

/** Written as text, read as an object. */
function fleecingOf({ fleecing }: z.output<typeof job>): string | undefined {
  const { enabled, storage } = typeof fleecing === 'string' ? parsePropertyString(fleecing).options : (fleecing ?? {});
  return flag.safeParse(enabled).data === true && typeof storage === 'string' ? storage : undefined;
}

function notificationsOf(one: z.output<typeof job>): Pick<KnownJob, 'notifications'> {
  const { 'notification-mode': mode, mailto = '', mailnotification: mailOn } = one;
  const mailTo = mailto
    .split(/[,;\s]+/)
    .filter(Boolean)
    .sort();
  if (mode === undefined && mailTo.length === 0 && mailOn === undefined) return {};
  return {
    notifications: {
      ...(mode === undefined ? {} : { mode }),
      mailTo,
      ...(mailOn === undefined ? {} : { mailOn }),
    },
  };
}

function straysOf(one: z.output<typeof job>): readonly string[] {
  return (['prune-backups', 'node'] as const).filter((name) => one[name] !== undefined);
}

const ids = (list = '') =>
  list
    .split(/[,;\s]+/)
    .filter(Boolean)
    .map(Number)
    .sort((a, b) => a - b);

function selectionOf({ all, vmid, pool, exclude }: z.output<typeof job>): Selection {
  if (pool !== undefined) return { type: 'Pool', pool };
  return all === true ? { type: 'All', exclude: ids(exclude) } : { type: 'IDs', ids: ids(vmid) };
}

function modeOf(mode = 'snapshot'): BackupJob['mode'] {
  return mode === 'suspend' || mode === 'stop' ? mode : 'snapshot';
}

export async function backupJobs(pve: ProxmoxApi): Promise<readonly KnownJob[]> {
  const found = await pve.read(
    asked((api) => api.cluster.backup.$get()),
    z.array(job),
  );
  return found.map((one) => known(one));
}

function known(one: z.output<typeof job>): KnownJob {
  const fleecing = fleecingOf(one);
  const changeDetection = one['pbs-change-detection-mode'];
  return {
    id: one.id,
    enabled: one.enabled ?? true,
    schedule: one.schedule ?? '',
    storage: one.storage ?? '',
    mode: modeOf(one.mode),
    select: selectionOf(one),
    comment: one.comment ?? '',
    strays: straysOf(one),
    ...(fleecing === undefined ? {} : { fleecing }),
    ...(changeDetection === undefined ? {} : { changeDetection }),
    ...notificationsOf(one),
    ...(one['next-run'] === undefined ? {} : { nextRun: one['next-run'] }),
  };
}

/** The three ways exclude each other: a change takes the others away. */
function selection(select: Selection): {
  readonly set: Readonly<Record<string, string | boolean>>;
  readonly others: readonly string[];
} {
  if (select.type === 'Pool') return { set: { pool: select.pool }, others: ['all', 'vmid', 'exclude'] };
  if (select.type === 'IDs') return { set: { vmid: select.ids.join(',') }, others: ['all', 'pool', 'exclude'] };
  const exclude = select.exclude.length > 0;
  return {
    set: { all: true, ...(exclude ? { exclude: select.exclude.join(',') } : {}) },
    others: ['vmid', 'pool', ...(exclude ? [] : ['exclude'])],
  };
}

function notificationFields({ mode, mailTo, mailOn }: JobNotifications): Readonly<Record<string, string>> {
  return {
    ...(mode === undefined ? {} : { 'notification-mode': mode }),
    ...(mailTo.length === 0 ? {} : { mailto: mailTo.join(',') }),
    ...(mailOn === undefined ? {} : { mailnotification: mailOn }),
  };
}

/** Of a type that is wider than what the package knows: it is older than fleecing, and all that came after. */
function fieldsOf(one: BackupJob): Pick<BackupJob, 'enabled' | 'schedule' | 'storage' | 'mode' | 'comment'> {
  const { enabled, schedule, storage, mode, comment, fleecing, changeDetection, notifications } = one;
  const fields = {
    enabled,
    schedule,
    storage,
    mode,
    comment,
    ...(fleecing === undefined ? {} : { fleecing: propertyString({ options: { enabled: '1', storage: fleecing } }) }),
    ...(changeDetection === undefined ? {} : { 'pbs-change-detection-mode': changeDetection }),
    ...(notifications ? notificationFields(notifications) : {}),
  };
  return fields;
}

/** The id is ours to choose, so a second try finds the first. */
export function addJobRequest(one: BackupJob): Asked {
  return asked((api) => api.cluster.backup.$post({ id: one.id, ...fieldsOf(one), ...selection(one.select).set }));
}

/** @param known What of it is set now: only what is there can be taken away. */
export function changeJobRequest(
  one: BackupJob,
  known: Pick<KnownJob, 'select' | 'fleecing' | 'notifications'> & Partial<Pick<KnownJob, 'strays'>>,
): Asked {
  const { set, others } = selection(one.select);
  const was = Object.keys(selection(known.select).set);
  const mailed = (known.notifications?.mailTo ?? []).length > 0;
  const gone = [
    ...others.filter((name) => was.includes(name)),
    ...(known.fleecing !== undefined && one.fleecing === undefined ? ['fleecing'] : []),
    ...(mailed && one.notifications?.mailTo.length === 0 ? ['mailto'] : []),
    ...(known.strays ?? []),
  ];
  return asked((api) =>
    api.cluster.backup
      .$(one.id)
      .$put({ ...fieldsOf(one), ...set, ...(gone.length === 0 ? {} : { delete: gone.join(',') }) }),
  );
}

export function removeJobRequest(id: string): Asked {
  return asked((api) => api.cluster.backup.$(id).$delete());
}

const guest = z.looseObject({
  vmid: z.union([z.number(), z.string()]).transform(Number),
  name: z.string().optional(),
  type: z.string(),
});

export interface Guest {
  readonly vmid: number;
  readonly name: string;
  readonly type: string;
}

/** Guests that no enabled job names. */
export async function guestsWithoutJob(pve: ProxmoxApi): Promise<readonly Guest[]> {
  const found = await pve.read(
    asked((api) => api.cluster['backup-info']['not-backed-up'].$get()),
    z.array(guest),
  );
  return found.map(({ vmid, name = '', type }) => ({ vmid, name, type }));
}

const volumes = z.object({
  children: z.array(
    z.looseObject({
      id: z.union([z.number(), z.string()]).transform(Number),
      children: z.array(z.looseObject({ id: z.string(), included: flag, reason: z.string().optional() })).optional(),
    }),
  ),
});

export interface Included {
  readonly vmid: number;
  /** Drives and mount points: `scsi0`, `rootfs`. */
  readonly saved: readonly string[];
  readonly leftOut: readonly string[];
}

/** What nobody could have saved: a folder of the host in a container, an EFI disk of a guest that boots by BIOS (PVE::LXC::Config, ::QemuConfig). */
const noDisk = /not a volume|^efidisk but/;

/** Which guests a job saves, and which of their disks. `undefined`: there is no such job any more. */
export async function includedIn(pve: ProxmoxApi, id: string): Promise<readonly Included[] | undefined> {
  const found = await pve.find(
    asked((api) => api.cluster.backup.$(id).included_volumes.$get()),
    volumes,
  );
  return found?.children.map(({ id: vmid, children = [] }) => ({
    vmid,
    saved: children.flatMap(({ id: disk, included }) => (included ? [disk] : [])),
    leftOut: children.flatMap(({ id: disk, included, reason = '' }) => (included || noDisk.test(reason) ? [] : [disk])),
  }));
}
