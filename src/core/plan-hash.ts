// SPDX-License-Identifier: GPL-3.0-or-later
import { canonical, digest } from './digest.ts';
import type { Step } from './step.ts';

/** What a hash needs of a kind. */
export interface Identifying<S extends Step> {
  identity(step: S): unknown;
}

/** The changes among some steps: a probe proves, it changes nothing. */
export function changesIn<S extends Step>(steps: readonly S[]): S[] {
  return steps.filter((step) => step.effect !== 'probe');
}

/** One digest a change, sorted, each once: neither order nor repetition (pages of one deletion) make another plan. */
export function digestsOf<S extends Step>(kind: Identifying<S>, steps: readonly S[]): string[] {
  const all = changesIn(steps).map((step) => digest(canonical(kind.identity(step))));
  return [...new Set(all)].sort();
}

/** @param digests In any order. */
export function hashOf(digests: readonly string[]): string {
  return digest(...[...new Set(digests)].sort());
}

/** Stable while the same set of changes is planned. */
export function planHash<S extends Step>(kind: Identifying<S>, steps: readonly S[]): string {
  return hashOf(digestsOf(kind, steps));
}
