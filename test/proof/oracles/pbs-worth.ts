// SPDX-License-Identifier: GPL-3.0-or-later
/** What backups are worth on the truth, what must not be lost, and what a deletion leaves. */
import type { Worlds } from '../worlds.ts';
import {
  copiesOf,
  isClaimed,
  isOurAccount,
  isOurEntry,
  marks,
  ourGuests,
  pbsIn,
  secretsIn,
  serversUp,
  serversWith,
  textOf,
  type PbsObject,
} from './pbs-world.ts';

const hour = 3_600_000;

/** Keys, tokens, passwords and tickets of everybody. */
export function secretsOf(worlds: Worlds): readonly string[] {
  const { proxmox } = worlds;
  const ofServers = proxmox
    .servers()
    .flatMap(({ state: { access } }) => [
      ...[...access.users.values()].flatMap(({ tokens, password }) => [
        ...[...tokens.values()].map(({ secret }) => secret),
        ...(password === undefined || password.startsWith('$') ? [] : [password]),
      ]),
      ...access.tickets.keys(),
    ]);
  const kept = secretsIn(worlds).flatMap((secret) =>
    ['secret', 'secretAccessKey', 'password', 'passwordHash', 'encryptionKey', 'encryption-key']
      .map((key) => textOf(secret, key) ?? '')
      .map((text) => keyData(text) ?? text),
  );
  return [...ofServers, ...kept].filter((text) => text.length >= 8);
}

/** The key itself in a key file of Proxmox. */
function keyData(text = ''): string | undefined {
  // asked after each call; most texts are none, and an error costs more than all else
  if (!text.startsWith('{')) return undefined;
  try {
    const { data } = JSON.parse(text) as { readonly data?: unknown };
    return typeof data === 'string' ? data : undefined;
  } catch {
    return undefined;
  }
}

/** The key that Proxmox VE encrypts with is in the Secret, at every moment; and no job is enabled before. */
export function keyLost(worlds: Worlds, { metadata, spec }: PbsObject): string | undefined {
  const { encryption, id } = spec.storage;
  if (!encryption) return undefined;
  const { pve } = worlds.proxmox;
  const secret = secretsIn(worlds).find((one) => one.metadata.name === encryption.secretRef.name);
  const kept = Object.keys(secret?.data ?? {}).flatMap((key) => keyData(textOf(secret, key)) ?? []);
  const used = keyData(pve.secrets(id)?.encryptionKey);
  if (used !== undefined && !kept.includes(used)) return 'Proxmox VE encrypts with a key that no Secret holds';
  const enabled = pve
    .jobs()
    .some(({ options }) => marks(options, metadata.uid) && options['storage'] === id && options['enabled'] !== '0');
  if (enabled && kept.length === 0) return 'a job is enabled before a key is kept';
  return enabled && used === undefined ? 'a job is enabled before Proxmox VE has a key' : undefined;
}

type Saved = ReturnType<ReturnType<typeof serversWith>[number]['snapshots']>[number];

function isGood({ verification, files }: Saved): boolean {
  return verification?.state !== 'failed' && files.some(({ size }) => size > 0);
}

/** By guest and time, of all servers that answer. */
export function backupsIn(worlds: Worlds, object: PbsObject | undefined): readonly string[] {
  if (!object) return [];
  const { name } = object.spec.datastore;
  const all = serversWith(worlds, object.spec).flatMap((server) => server.snapshots(name));
  return all.map(({ ns, type, id, time }) => `${ns}/${type}/${id}/${time}`);
}

interface Objective {
  readonly ms: number;
  readonly now: number;
  readonly saved: readonly Saved[];
  /** When runs began. */
  readonly runs: readonly number[];
}

/** One that has never been saved waits for its first run: until that has passed it by, or the objective's time is over (docs/adr/0050). */
function isMissed(vmid: number, since: number, { ms, now, saved, runs }: Objective): boolean {
  const good = saved.filter((one) => one.id === String(vmid) && isGood(one)).map(({ time }) => time * 1000);
  if (good.some((time) => now - time <= ms)) return false;
  return good.length > 0 || runs.some((began) => began > since) || now - since > ms;
}

/** Why the objective is missed, or `undefined`. */
export function objectiveMissed(worlds: Worlds, { metadata, spec }: PbsObject): string | undefined {
  const { jobs = [] } = spec;
  if (jobs.length === 0) return undefined;
  const { pve } = worlds.proxmox;
  const hours = spec.objectives?.recoveryPointHours ?? 26;
  const objective: Objective = {
    ms: hours * hour,
    now: worlds.clock.now(),
    saved: serversWith(worlds, spec).flatMap((server) => server.snapshots(spec.datastore.name)),
    runs: pve.tasks().flatMap(({ type, exit, startedAt }) => (type === 'vzdump' && exit ? startedAt : [])),
  };
  const own = ourGuests(worlds, metadata.uid).map(({ vmid }) => vmid);
  const copies = copiesOf(worlds, metadata.uid).map(({ vmid }) => vmid);
  const out = new Set([...own, ...copies, ...jobs.flatMap(({ select }) => select?.exclude ?? [])]);
  const made = Date.parse(metadata.creationTimestamp ?? '');
  const missed = pve
    .guests()
    .find(({ vmid, createdAt }) => !out.has(vmid) && isMissed(vmid, Math.max(made, createdAt), objective));
  return missed && `guest ${missed.vmid} has no good backup of the last ${hours} hours`;
}

function ofMachine(worlds: Worlds, { metadata, spec }: PbsObject): string[] {
  const { pve } = worlds.proxmox;
  const guests = ourGuests(worlds, metadata.uid);
  const answers = pve.volumes().filter(({ volid }) => /hybridcloud.*\.iso$/.test(volid) && !/-pbs-/.test(volid));
  return [
    ...(spec.deletionPolicy === 'Delete' ? guests.map(({ vmid }) => `VM ${vmid}`) : []),
    ...copiesOf(worlds, metadata.uid).map(({ vmid }) => `copy ${vmid}`),
    ...answers.map(({ volid }) => volid),
  ];
}

/** What a deletion should have taken. */
export function leftOver(worlds: Worlds, object: PbsObject | undefined): string[] {
  if (!object) return [];
  const { pve } = worlds.proxmox;
  const { uid } = object.metadata;
  const users = serversUp(worlds).flatMap(({ state }) => [...state.access.users.keys()]);
  const stores = object.spec.deletionPolicy === 'Delete' ? serversWith(worlds, object.spec) : [];
  return [
    ...(pbsIn(worlds) ? ['the object'] : []),
    ...pve
      .storages()
      .filter((entry) => isOurEntry(object, entry))
      .map(({ id }) => `storage ${id}`),
    ...pve
      .jobs()
      .filter(({ options }) => marks(options, uid))
      .map(({ id }) => `job ${id}`),
    ...users.filter((user) => isOurAccount(object, user)).map((user) => `user ${user}`),
    ...stores.map(() => `datastore ${object.spec.datastore.name}`),
    ...secretsIn(worlds)
      .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))
      .map(({ metadata }) => `Secret ${metadata.name}`),
    ...(object.spec.s3.backupTargetRef && isClaimed(worlds, object) ? ['the claim on the BackupTarget'] : []),
    ...ofMachine(worlds, object),
  ];
}
