// SPDX-License-Identifier: GPL-3.0-or-later
/** Ours among others': what somebody else put into a bucket's policy or lifecycle stays; what is ours is set right. Pure. */
import { canonical } from '../../../core/digest.ts';

type Part = Readonly<Record<string, unknown>>;

export interface Beside<P> {
  /** Ours is there already, exactly as it should be. */
  readonly right: boolean;
  /** Others' parts as they are, then ours. */
  readonly parts: readonly P[];
}

/** Canonical JSON has lists of one as their item. */
export function listOf(value: unknown): readonly Part[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Part[];
}

/** @param isOurs Tells our parts by their name, of this version or an older one. */
export function besideOthers<P extends object>(
  have: readonly Part[],
  ours: readonly P[],
  isOurs: (part: Part) => boolean,
): Beside<P> {
  const others = have.filter((part) => !isOurs(part)) as unknown as readonly P[];
  const texts = (parts: readonly unknown[]) => parts.map(canonical).sort().join();
  return { right: texts(have.filter(isOurs)) === texts(ours), parts: [...others, ...ours] };
}
