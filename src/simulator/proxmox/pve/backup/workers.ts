// SPDX-License-Identifier: GPL-3.0-or-later
/** What vzdump does, guest by guest: "job errors" when one failed, warnings when one had some (PVE::VZDump, exec_backup). */
import { writeBackup, type Archive } from '../../pbs/store/backup.ts';
import { PbsError } from '../../pbs/errors.ts';
import type { Guest, StorageRecord, Task } from '../../state.ts';
import { S3Error } from '../../s3/client.ts';
import { newTask, fateOf } from '../../task.ts';
import type { World } from '../../world.ts';
import { disksOf } from '../guests/drives.ts';
import { keyFingerprint } from '../storage/entries.ts';
import { LinkError, signIn } from '../storage/pbs-link.ts';
import { linkOfStorage } from '../storage/state.ts';
import type { Worker } from '../worker.ts';
import { keepOf, pruneAfter, type Keep } from './prune.ts';
import { idsOf, selected, type JobOptions } from './select.ts';

type Fate = NonNullable<Guest['fate']>['backups'];

function fateOfGuest(guest: Guest): Fate | undefined {
  const { fate } = guest;
  if (!fate) return undefined;
  guest.fate = fate.times > 1 ? { ...fate, times: fate.times - 1 } : undefined;
  return fate.backups;
}

/** Disks with `backup=0` are left out, and a guest that has no other is saved without any. */
function archivesOf({ state }: World, guest: Guest, at: number): readonly Archive[] {
  const day = Math.floor(at / 86_400_000);
  return disksOf(guest)
    .filter(({ drive }) => drive.options['backup'] !== '0')
    .map(({ name, drive }) => ({
      name: `drive-${name}.img`,
      size: state.pve.volumes.get(drive.file)?.size ?? 0,
      content: `${drive.file}@${day}`,
    }));
}

interface Saving {
  readonly world: World;
  readonly storage: StorageRecord;
  readonly at: number;
  readonly endsAt: number;
  readonly keep: Keep | undefined;
}

async function save(saving: Saving, guest: Guest, fate: Fate | undefined): Promise<void> {
  const { world, storage, at } = saving;
  const { server, caller } = await signIn(world, linkOfStorage(world, storage));
  const config = Object.entries(guest.config).map(([name, value]) => `${name}: ${value}\n`);
  const snapshot = await writeBackup(world, server, caller, {
    store: storage.options['datastore'] ?? '',
    ns: storage.options['namespace'] ?? '',
    type: guest.kind === 'qemu' ? 'vm' : 'ct',
    id: String(guest.vmid),
    time: Math.floor(at / 1000),
    archives: fate === 'empty' ? [] : archivesOf(world, guest, at),
    config: config.join(''),
    fingerprint: keyFingerprint(world.state.pve.secrets.get(storage.id)),
    corrupt: fate === 'corrupt',
  });
  const store = server.datastores.get(storage.options['datastore'] ?? '');
  if (saving.keep && store) await pruneAfter({ world, server, caller }, { store: store.name, snapshot }, saving.keep);
  if (store?.options['verify-new'] !== true) return;
  const only = `${snapshot.ns}:${snapshot.type}/${snapshot.id}/${snapshot.time}`;
  const effect = {
    kind: 'verify',
    with: { store: store.name, options: JSON.stringify({ only, 'ignore-verified': false }) },
  };
  server.tasks.push(
    newTask(world.state, {
      product: 'pbs',
      node: server.hostname,
      type: 'verify',
      id: store.name,
      authid: 'root@pam',
      now: saving.endsAt,
      ms: world.times.verify,
      effect,
    }),
  );
}

function problemOf(error: unknown): string {
  if (error instanceof LinkError) return `could not activate storage: ${error.message}`;
  if (error instanceof PbsError || error instanceof S3Error)
    return `backup write data failed: command error: ${error.message}`;
  throw error;
}

/** @returns how many errors and warnings there were */
async function saveOne(saving: Saving, task: Task, guest: Guest): Promise<'ok' | 'error' | 'warning'> {
  const { vmid, config } = guest;
  task.log.push(`INFO: Starting Backup of VM ${vmid} (${guest.kind})`);
  const fate = fateOfGuest(guest);
  const failed = (why: string) => {
    task.log.push(`ERROR: Backup of VM ${vmid} failed - ${why}`);
    return 'error' as const;
  };
  if (config['lock'] !== undefined) return failed(`VM is locked (${config['lock']})`);
  if (fate === 'fail') return failed('job failed with err -5 - Input/output error');
  try {
    await save(saving, guest, fate);
  } catch (error) {
    return failed(problemOf(error));
  }
  task.log.push(`INFO: Finished Backup of VM ${vmid} (00:01:00)`);
  if (fate !== 'warn') return 'ok';
  task.log.push(`WARN: guest-fsfreeze failed`);
  return 'warning';
}

async function saveAll(saving: Saving, task: Task, options: JobOptions): Promise<readonly string[]> {
  const results: string[] = [];
  for (const { guest, vmid } of selected(saving.world, options)) {
    if (guest && guest.node !== task.node) continue;
    if (!guest) task.log.push(`ERROR: Backup of VM ${vmid} failed - unable to find VM '${vmid}'`);
    // only what goes to a PBS is kept anywhere here
    const saved = guest && saving.storage.type === 'pbs' ? await saveOne(saving, task, guest) : 'ok';
    results.push(guest ? saved : 'error');
  }
  return results;
}

const noOption = new Set(['vmid', 'id', 'schedule', 'enabled', 'comment', 'node', 'starttime', 'dow']);

/** The first line of every log: as it would be called by hand (PVE::VZDump, command_line and exec_backup). */
function commandLine(options: JobOptions): string {
  const ids = idsOf(options['vmid']).map(String);
  const others = Object.entries(options).filter(([name]) => !noOption.has(name));
  return ['vzdump', ...ids, ...others.flatMap(([name, value]) => [`--${name}`, quoted(value)])].join(' ');
}

/** PVE::Tools::shellquote. */
const quoted = (text: string) => (/^[\w.:,/@%+-]+$/.test(text) ? text : `'${text}'`);

const vzdump: Worker = async (world, task, endsAt) => {
  const options = JSON.parse(String(task.effect.with['options'])) as JobOptions;
  task.log.push(`INFO: starting new backup job: ${commandLine(options)}`);
  const id = options['storage'] ?? 'local';
  const storage = world.state.pve.storages.get(id);
  if (!storage) return `could not get storage information for '${id}': storage '${id}' does not exist`;
  const told = fateOf(world.state, 'pve', 'vzdump');
  if (told !== undefined && !told.startsWith('WARNINGS')) return told;
  const keep = keepOf(options['prune-backups'] ?? storage.options['prune-backups']);
  const results = await saveAll({ world, storage, at: Number(task.effect.with['at']), endsAt, keep }, task, options);
  if (results.includes('error')) {
    task.log.push('INFO: Backup job finished with errors');
    return 'job errors';
  }
  const warnings = results.filter((one) => one === 'warning').length;
  return warnings > 0 ? `WARNINGS: ${warnings}` : (told ?? 'OK');
};

export const backupWorkers: Readonly<Record<string, Worker>> = { vzdump };
