// SPDX-License-Identifier: GPL-3.0-or-later
/** AWS's lists of tags, and our maps of them. */
import type { Tags } from '../../core/owner-mark.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export function toTagList(tags: Tags): Tag[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}

export function fromTagList(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Tags {
  return Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));
}
