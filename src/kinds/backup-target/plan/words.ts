// SPDX-License-Identifier: GPL-3.0-or-later
import { markOf, ownershipOf, type Ownership, type Tags } from '../../../core/owner-mark.ts';
import { canonical } from '../../../core/digest.ts';
import type { Observed } from '../observed.ts';

/** What the parts of the plan share: whose mark is whose, and what the user named for adoption. */
export interface Words {
  readonly mark: Tags;
  ownershipOf(tags: Tags): Ownership;
  adopted(id: string): boolean;
  canonical(value: unknown): string;
}

/** What the user named for adoption. */
export function namedIn(annotations: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set((annotations['hybridcloud.dev/adopt'] ?? '').split(',').map((id) => id.trim()));
}

export function wordsFor(observed: Observed, annotations: Readonly<Record<string, string>>): Words {
  const named = namedIn(annotations);
  return {
    mark: markOf(observed.owner),
    ownershipOf: (tags) => ownershipOf(tags, observed.owner),
    adopted: (id) => named.has(id),
    canonical,
  };
}

/** Equal as data, whatever the order of members. */
export function sameJSON(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b ?? null);
}
