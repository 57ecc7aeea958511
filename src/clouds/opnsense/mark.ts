// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * OPNsense has no tags: the owner mark stands in the description, readable for whoever looks at the device. One record's description also
 * says what was applied last, as the device itself tells only what was saved.
 */
import { markOf, type Owner, type Tags } from '../../core/owner-mark.ts';

/** DescriptionField.php */
const longest = 255;
const shown = ['hybridcloud.dev/owner', 'hybridcloud.dev/cluster'] as const;

export interface Description {
  /** For people: `aws-tunnel-1`. */
  readonly label: string;
  readonly owner?: Owner;
  /** Digest of what was applied. */
  readonly applied?: string;
}

export function describe({ label, owner, applied }: Description): string {
  if (!owner) return label.slice(0, longest);
  const mark = markOf(owner);
  const words = shown.map((key) => `${key}=${mark[key] ?? ''}`);
  const tail = ` (${[...words, ...(applied === undefined ? [] : [`applied=${applied}`])].join(' ')})`;
  return `${label.slice(0, longest - tail.length)}${tail}`;
}

/** The mark in a description, as tags. */
export function markIn(description: string): Tags {
  const pairs = description.matchAll(/\b(hybridcloud\.dev\/(?:owner|cluster))=([-.\w]+)/g);
  return Object.fromEntries([...pairs].map(([, key = '', value = '']) => [key, value]));
}

export function appliedIn(description: string): string | undefined {
  return /\bapplied=([0-9a-f]+)\b/.exec(description)?.[1];
}
