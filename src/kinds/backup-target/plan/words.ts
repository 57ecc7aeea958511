// SPDX-License-Identifier: GPL-3.0-or-later
import { markOf, ownershipOf, type Ownership, type Tags } from '../../../core/owner-mark.ts';
import { canonical } from '../../../core/digest.ts';
import type { Observed } from '../observed.ts';

/** What the parts of the plan share: whose mark is whose, and what the user gave us by name or by its former owner. */
export interface Words {
  readonly mark: Tags;
  ownershipOf(tags: Tags): Ownership;
  /** Not ours, and to become it: nobody's and named for adoption, or marked by exactly the owner whose things are taken over. */
  adopting(tags: Tags, id: string): boolean;
  /** Ours, or to become it. */
  concerns(tags: Tags, id: string): boolean;
  canonical(value: unknown): string;
}

/** What the user named for adoption. */
function namedIn(annotations: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set((annotations['hybridcloud.dev/adopt'] ?? '').split(',').map((id) => id.trim()));
}

export function wordsFor(observed: Observed, annotations: Readonly<Record<string, string>>): Words {
  const { owner } = observed;
  const adopting = (tags: Tags, id: string) => isAdopting(annotations, ownershipOf(tags, owner), id);
  return {
    mark: markOf(owner),
    ownershipOf: (tags) => ownershipOf(tags, owner),
    adopting,
    concerns: (tags, id) => ownershipOf(tags, owner) === 'mine' || adopting(tags, id),
    canonical,
  };
}

export function isAdopting(annotations: Readonly<Record<string, string>>, ownership: Ownership, id: string): boolean {
  if (ownership === 'mine') return false;
  if (ownership === 'nobodys') return namedIn(annotations).has(id);
  return annotations['hybridcloud.dev/take-over']?.trim() === ownership.uid;
}

/** Equal as data, whatever the order of members. */
export function sameJSON(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b ?? null);
}
