// SPDX-License-Identifier: GPL-3.0-or-later
/** Files that a kind delivers in a ConfigMap or Secret: whose they are, of what they were made, and whether somebody changed them since. */
import { canonical, digest } from '../core/digest.ts';
import type { ConfigMap } from '../core/objects.ts';
import { milliseconds, rfc3339 } from '../core/time.ts';

const notes = {
  inputs: 'hybridcloud.dev/inputs-digest',
  sealed: 'hybridcloud.dev/digest',
  deliveredAt: 'hybridcloud.dev/delivered-at',
} as const;

export interface Sealing {
  /** All that it holds afterwards. */
  readonly data: ReadonlyMap<string, string>;
  readonly digestOfInputs: string;
  readonly ownerUID: string;
  readonly now: number;
}

export type SealedFiles =
  | { readonly found: 'absent' }
  | { readonly found: 'foreign'; readonly name: string }
  | {
      readonly found: 'ours';
      readonly name: string;
      /** Of what they were made. */
      readonly digest: string;
      readonly deliveredAt: number;
      /** They are as they were written. */
      readonly intact: boolean;
    };

/** Tells edited files from delivered ones. Salted with the owner, so that equal files do not show as equal. */
function seal(ownerUID: string, data: ReadonlyMap<string, string>): string {
  return digest(ownerUID, canonical(Object.fromEntries(data)));
}

/** The annotations that go with the files. */
export function sealed({ data, digestOfInputs, ownerUID, now }: Sealing): Readonly<Record<string, string>> {
  return {
    [notes.inputs]: digestOfInputs,
    [notes.sealed]: seal(ownerUID, data),
    [notes.deliveredAt]: rfc3339(now),
  };
}

export function readSealed(kept: ConfigMap | undefined, ownerUID: string): SealedFiles {
  if (!kept) return { found: 'absent' };
  const { name, owners, annotations, data } = kept;
  if (!owners.some(({ uid }) => uid === ownerUID)) return { found: 'foreign', name };
  return {
    found: 'ours',
    name,
    digest: annotations[notes.inputs] ?? '',
    deliveredAt: milliseconds(annotations[notes.deliveredAt] ?? '') || 0,
    intact: annotations[notes.sealed] === seal(ownerUID, data),
  };
}
