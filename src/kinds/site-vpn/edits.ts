// SPDX-License-Identifier: GPL-3.0-or-later
/** Changes of lists that give the same list where nothing changes. Pure. */
import type { Tags } from '../../core/owner-mark.ts';
import { hasTags } from './marks.ts';

interface Thing {
  readonly id: string;
}

export function edited<T extends Thing>(list: readonly T[], id: string, change: (one: T) => T): readonly T[] {
  const next = list.map((one) => (one.id === id ? change(one) : one));
  return next.every((one, index) => one === list[index]) ? list : next;
}

export function without<T extends Thing>(list: readonly T[], id: string): readonly T[] {
  return list.some((one) => one.id === id) ? list.filter((one) => one.id !== id) : list;
}

export function retagged<T extends { readonly tags: Tags }>(tags: Tags): (one: T) => T {
  return (one) => (hasTags(one, tags) ? one : { ...one, tags: { ...one.tags, ...tags } });
}

export function untagged<T extends { readonly tags: Tags }>(tags: Tags): (one: T) => T {
  return (one) =>
    Object.keys(tags).some((key) => one.tags[key] !== undefined)
      ? { ...one, tags: Object.fromEntries(Object.entries(one.tags).filter(([key]) => tags[key] === undefined)) }
      : one;
}
