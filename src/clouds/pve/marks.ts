// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * By what a machine of ours is known: a tag, the UUID of its firmware, and a line in its notes. Numbers are given out again, names are not
 * unique, and people write notes; so it is ours when tag and UUID say so. Pure.
 */
import { digest } from '../../core/digest.ts';
import { markOf, ownershipOf, type Owner, type Tags } from '../../core/owner-mark.ts';
import type { VmConfig } from './vm-config.ts';

const shown = ['hybridcloud.dev/owner', 'hybridcloud.dev/cluster'] as const;

/** Small letters, digits and `-` (pve-common, JSONSchema: pve-tag). */
export function ownerTag({ uid, cluster }: Owner): string {
  return `hybridcloud-${digest('tag', cluster, uid)}`;
}

/** RFC 9562, 5.8: UUIDv8. */
function uuidFrom(word: string, { uid, cluster }: Owner): string {
  const hex = digest(word, cluster, uid) + digest(`${word} again`, cluster, uid);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

/** The same for the same object, so that a machine that is made anew is the same to what knows it by this. */
export function machineUUID(owner: Owner): string {
  return uuidFrom('uuid', owner);
}

/** With the prefix of Proxmox (IEEE OUI BC:24:11). The same for the same object: who has a lease by it keeps it. */
export function machineMac({ uid, cluster }: Owner): string {
  const octets = digest('mac', cluster, uid).toUpperCase().match(/../g) ?? [];
  return ['BC', '24', '11', ...octets.slice(0, 3)].join(':');
}

function notes(what: string, owner: Owner): string {
  const mark = markOf(owner);
  const words = shown.map((key) => `${key}=${mark[key] ?? ''}`);
  return `${what} of ${owner.object}, made by hybrid-cloud-operator.\n\n${words.join(' ')}`;
}

/** What stands in the notes: one line for people, one that says whose it is. */
export function markedNotes(owner: Owner): string {
  return notes('Proxmox Backup Server', owner);
}

/** In parentheses stands what a plan does not know before the object is there. */
function markIn(notes: string): Tags {
  const pairs = notes.matchAll(/\b(hybridcloud\.dev\/(?:owner|cluster))=(\([^()\n]*\)|[-.\w]+)/g);
  return Object.fromEntries([...pairs].map(([, key = '', value = '']) => [key, value]));
}

/** The notes without the line that says whose it is. */
export function unmarkedNotes(notes: string): string {
  return notes
    .split('\n')
    .filter((line) => Object.keys(markIn(line)).length === 0)
    .join('\n')
    .trimEnd();
}

/** `partly`: something says that it is ours, and something that it is not; nobody but a person can say which. */
export type MachineOwnership = 'mine' | 'partly' | 'not mine';

export function ownershipOfMachine(
  { tags, uuid, description }: Pick<VmConfig, 'tags' | 'uuid' | 'description'>,
  owner: Owner,
): MachineOwnership {
  const [tagged, known] = [tags.includes(ownerTag(owner)), uuid === machineUUID(owner)];
  const noted = ownershipOf(markIn(description), owner);
  if (!tagged && !known) return 'not mine';
  return tagged && known && (noted === 'mine' || noted === 'nobodys') ? 'mine' : 'partly';
}

export function isNoted({ description }: Pick<VmConfig, 'description'>, owner: Owner): boolean {
  return ownershipOf(markIn(description), owner) === 'mine';
}

/** Of every copy that a restore test made, whoever's: it is no guest that anybody has to save. */
export const copyOfAnybody = 'hybridcloud-restore-test';

/** Another one than the machine's: what was restored for a test is never taken for the server. */
export function copyTag({ uid, cluster }: Owner): string {
  return `hybridcloud-copy-${digest('copy tag', cluster, uid)}`;
}

export interface CopyMark {
  readonly tags: readonly string[];
  readonly uuid: string;
  readonly description: string;
}

export function copyMark(owner: Owner, guest: number): CopyMark {
  return {
    tags: [copyTag(owner), copyOfAnybody],
    uuid: uuidFrom('copy', owner),
    description: notes(`Restore test: a copy of guest ${guest}, to be destroyed,`, owner),
  };
}

/** Tag, UUID and notes: whoever wants to keep a copy takes any of them off. */
export function isOurCopy(config: Pick<VmConfig, 'tags' | 'uuid' | 'description'>, owner: Owner): boolean {
  return config.tags.includes(copyTag(owner)) && config.uuid === uuidFrom('copy', owner) && isNoted(config, owner);
}
