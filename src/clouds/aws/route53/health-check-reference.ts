// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Caller references of health checks: what a check is made with, up to 64 characters, never used twice (API reference, CreateHealthCheck).
 * `hco/<uid>/<12 hex digits of what it is for>[.<number>]`: whose it is shows before it has tags, and one that was burnt by a deletion has
 * a next one. Pure.
 */
import { createHash } from 'node:crypto';

const prefix = 'hco/';

/**
 * The same for the same, so that a create whose answer was lost is answered with the check that it made.
 * @param role What the check is for, with all that cannot be changed in it: another one needs another reference.
 */
export function referenceFor(uid: string, role: string): string {
  return `${prefix}${uid}/${createHash('sha256').update(role).digest('hex').slice(0, 12)}`;
}

/**
 * The next ones for the same role, where those before were other checks', which are gone. Counted: whoever asks again, in another process too, comes
 * to the same one, and is answered with the check that was made with it, though no list shows that yet.
 */
export function nextReference(reference: string, burnt: number): string {
  return burnt === 0 ? reference : `${reference}.${burnt.toString(36)}`;
}

/** Whether a check was made with this reference, or with another one for the same role. */
export function isReferenceFor(reference: string, wanted: string): boolean {
  return reference === wanted || reference.startsWith(`${wanted}.`);
}

/** UID of the object that made it; `undefined`: made by somebody else. */
export function uidInReference(reference: string): string | undefined {
  return /^hco\/([^/]+)\/[0-9a-f]{12}(\.|$)/.exec(reference)?.[1];
}
