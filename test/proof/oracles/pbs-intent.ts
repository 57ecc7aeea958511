// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Nothing is taken away that nobody asked to be, of what is not ours, or on an old look. Of a VM a number proves nothing: it is stopped or
 * destroyed only where, in this very moment, tag, UUID and notes are those that the machine of this object was made with, and the last
 * thing that the same process did was to read them.
 */
import type { Carried } from '../network.ts';
import type { Worlds } from '../worlds.ts';
import { copiesOf, isOurAccount, isOurEntry, marks, serversUp, type Guest, type PbsObject } from './pbs-world.ts';

/** What a machine of ours was made with. */
export interface Identity {
  readonly tags: string;
  readonly uuid: string;
}

export interface Circumstances {
  readonly worlds: Worlds;
  readonly object: PbsObject | undefined;
  readonly identity: Identity | undefined;
  readonly approved: boolean;
  readonly earlier: readonly Carried[];
}

export function uuidOf({ config }: Guest): string {
  return /uuid=([0-9a-f-]+)/i.exec(config['smbios1'] ?? '')?.[1]?.toLowerCase() ?? '';
}

const destroying = /^DELETE \/nodes\/[^/]+\/qemu\/[^/]+$/;
const stopping = /^POST \/nodes\/[^/]+\/qemu\/[^/]+\/status\/(stop|shutdown|reboot|reset)$/;

function methodAndPath({ action, path = '' }: Carried): string {
  return `${action.split(' ')[0] ?? ''} ${path.replace(/^\/api2\/json/, '')}`;
}

function vmOf({ path = '' }: Carried): number {
  return Number(/\/qemu\/(\d+)/.exec(path)?.[1]);
}

/** What a process asked last, and was told. */
function lastRead(process: number, earlier: readonly Carried[]): string | undefined {
  const last = earlier.findLast((call) => call.process === process && !(call.fault === 'late' && call.status));
  return last?.effect === 'read' && last.status > 0 && last.status < 400 ? last.path : undefined;
}

/** Nothing stands between the look at the machine's configuration and this call, however late it arrives. */
function hasLooked(call: Carried, earlier: readonly Carried[]): boolean {
  const before = earlier.filter(({ index }) => index < call.index);
  return lastRead(call.process, before) === (call.path ?? '').replace(/(\/qemu\/\d+).*/, '$1/config');
}

function machine(call: Carried, { worlds, object, identity, earlier }: Circumstances): string | undefined {
  const what = methodAndPath(call);
  if (!destroying.test(what) && !stopping.test(what)) return undefined;
  const guest = worlds.proxmox.pve.guest(vmOf(call));
  if (!guest) return undefined;
  const { tags = '' } = guest.config;
  const same = identity?.uuid === uuidOf(guest) && tags.includes(identity.tags);
  if (!same || !marks(guest.config, object?.metadata.uid)) return `${what}: not our machine, by tag, UUID or notes`;
  return hasLooked(call, earlier) ? undefined : `${what} without a fresh look at its configuration`;
}

/** Of a restore test: nobody has to ask for it to go. It is never running. */
function isCopy(call: Carried, { worlds, object }: Pick<Circumstances, 'worlds' | 'object'>): boolean {
  const copies = copiesOf(worlds, object?.metadata.uid);
  return destroying.test(methodAndPath(call)) && copies.some(({ vmid, running }) => vmid === vmOf(call) && !running);
}

const deletion = ({ object }: Circumstances) => object?.metadata.deletionTimestamp !== undefined;

function isConfirmed({ metadata, spec }: PbsObject): boolean {
  return metadata.annotations?.['hybridcloud.dev/confirm-data-loss'] === spec.datastore.name;
}

function wanted(call: Carried, around: Circumstances): string | undefined {
  const what = methodAndPath(call);
  const { object, approved } = around;
  if (!destroying.test(what) && !what.startsWith('DELETE /config/datastore/')) return undefined;
  const all = deletion(around) && object?.spec.deletionPolicy === 'Delete';
  if (!all && !approved) return `${what} that nobody asked for`;
  const loss = call.parameters['destroy-data'] === '1';
  return loss && !(all && isConfirmed(object)) ? `${what} with all backups, which nobody confirmed` : undefined;
}

/** Only what is ours by its account or mark. */
function ownership(call: Carried, { worlds, object, approved }: Circumstances): string | undefined {
  const what = methodAndPath(call);
  const { pve } = worlds.proxmox;
  const named = (place: string) => new RegExp(`^(?:DELETE|PUT) /${place}/([^/]+)`).exec(what)?.[1];
  if (approved) return undefined;
  const entry = pve.storages().find(({ id }) => id === named('storage'));
  if (entry && !isOurEntry(object, entry)) return `${what}: not our entry`;
  const job = pve.jobs().find(({ id }) => id === named('cluster/backup'));
  if (job && !marks(job.options, object?.metadata.uid)) return `${what}: not our job`;
  const user = call.service === 'pbs' ? named('access/users') : undefined;
  return user !== undefined && isOfOthers(worlds, object, user) ? `${what}: not our user` : undefined;
}

/** On a server that is not the operator's own. */
function isOfOthers(worlds: Worlds, object: PbsObject | undefined, user: string): boolean {
  const there = serversUp(worlds).some(({ state }) => state.standalone && state.access.users.has(user));
  return there && !isOurAccount(object, user);
}

/** Why this call must not be made, or `undefined`. */
export function withoutIntent(call: Carried, around: Circumstances): string | undefined {
  if (call.effect === 'read' || (call.service !== 'pve' && call.service !== 'pbs')) return undefined;
  if (isCopy(call, around))
    return hasLooked(call, around.earlier) ? undefined : `${methodAndPath(call)} of a copy without a fresh look`;
  return machine(call, around) ?? wanted(call, around) ?? ownership(call, around);
}

/** All that is left of a process's calls for the judgement of later ones. */
export function readsOf(process: number, earlier: readonly Carried[]): unknown {
  return lastRead(process, earlier) ?? null;
}
