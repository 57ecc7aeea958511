// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Which key was made for which reservation. Access keys carry no tags, so one whose answer was lost is known by its time alone; all times
 * here are IAM's own: that of the reservation is taken from the Date of IAM's answers.
 */
import type { AccessKey } from '../../../clouds/aws/iam/users.ts';
import type { Observed, Reserved, Span } from '../observed.ts';

/** IAM shows a new key within seconds; longer than this is no lag any more. The journal's grace for a create whose outcome is open is the same. */
export const lagMs = 6 * 60_000;
/** A place that was reserved longer ago is reserved anew before a key is made for it. Longer than an announced create stays open. */
const reservationMs = 10 * 60_000;
/** Date and creation time are whole seconds, both cut off, and IAM's hosts need not agree to the second. */
const roundingMs = 5_000;

/**
 * From the reservation on, since a key is only asked for after it. To the last moment at which one may be asked for, and on for as long as a
 * request may live: 30 s until we give up, and what the network and IAM may sit on it; no less than what the journal waits for it.
 *
 * A place that is reserved anew, say because somebody else's key turned up, may have a key of ours that does not show yet: as long as that can be,
 * the former span goes on, but no further back than IAM lags; what is older shows, and is in `besides` or was dealt with.
 */
export function spanFrom(iam: number, former: Span | undefined): Span {
  const to = iam + reservationMs + lagMs;
  if (!former || former.to < iam || former.from > iam) return { from: iam, to };
  return { from: Math.max(former.from, iam - lagMs), to };
}

/**
 * Made while a key of ours could be, and not there before it: the answer, and with it the secret part, never arrived. `last`: the one that did
 * arrive; nothing of ours is made after it. Without IAM's time no key is known so.
 */
export function madeFor(key: AccessKey, { span, besides }: Reserved, last: AccessKey | undefined): boolean {
  if (!span || besides.includes(key.id)) return false;
  const to = Math.min(span.to + roundingMs, last?.createdAt ?? Number.POSITIVE_INFINITY);
  return key.createdAt >= span.from - roundingMs && key.createdAt <= to;
}

const sameKeys = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();

/** Notes just these keys, and is fresh by the operator's clock: what was lost of it is known by its time. */
function isFresh({ at, besides: noted }: Reserved, now: number, besides: readonly string[]): boolean {
  return at > 0 && at <= now && now - at < reservationMs && sameKeys(noted, besides);
}

/** The place is there. */
export function isReserved({ secret, now }: Pick<Observed, 'secret' | 'now'>, besides: readonly string[]): boolean {
  return secret.found === 'ours' && isFresh(secret.reserved, now, besides);
}

/** The same for the place beside the current key. */
export function isNextReserved({ secret, now }: Pick<Observed, 'secret' | 'now'>, besides: readonly string[]): boolean {
  if (secret.found !== 'ours' || !secret.pending || secret.pending.delivered || !secret.pending.intact) return false;
  return isFresh(secret.pending.reserved, now, besides);
}
