// SPDX-License-Identifier: GPL-3.0-or-later
/** What is written into the Secret at each turn of a key's life: whole data and annotations, from those that were read. Pure. */
import type { Secret } from '../../core/objects.ts';
import { rfc3339 } from '../../core/time.ts';
import { notes, pendingNotes, places, refusalNote, retiringNotes, spanIn } from './access-secret.ts';
import { spanFrom } from './plan/reservation.ts';

export type Place = keyof typeof places;

/** A new content of the Secret. */
export interface Content {
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: ReadonlyMap<string, string>;
}

type Was = Pick<Secret, 'annotations' | 'data'>;

function without<T>(of: Iterable<readonly [string, T]>, names: readonly string[]): (readonly [string, T])[] {
  return [...of].filter(([name]) => !names.includes(name));
}

function annotated(
  { annotations }: Was,
  change: Readonly<Record<string, string>>,
  gone: readonly string[],
): Readonly<Record<string, string>> {
  return { ...Object.fromEntries(without(Object.entries(annotations), gone)), ...change };
}

const rotationNotes = [...Object.values(pendingNotes), ...Object.values(retiringNotes), refusalNote];
const pendingData = Object.values(places.pending);

/** By two clocks: the operator's, and IAM's where that is known. */
export interface When {
  readonly now: number;
  readonly iam: number | undefined;
}

function reservation(was: Was, { now, iam }: When, besides: readonly string[], of: typeof notes | typeof pendingNotes) {
  const span = iam === undefined ? undefined : spanFrom(iam, spanIn(was.annotations[of.span]));
  return {
    [of.reservedAt]: rfc3339(now),
    [of.besides]: besides.join(','),
    ...(span ? { [of.span]: `${rfc3339(span.from)}/${rfc3339(span.to)}` } : {}),
  };
}

/** Of a key that somebody has: not one of ours, whatever its time says. */
export function disowning(was: Was, key: string): Content {
  const { annotations, data } = was;
  const change = Object.fromEntries(
    [notes.besides, pendingNotes.besides]
      .filter((name) => annotations[name] !== undefined)
      .map((name) => [name, [...(annotations[name] ?? '').split(',').filter(Boolean), key].join(',')]),
  );
  return { annotations: annotated(was, change, []), data };
}

/** A place for a key where there is none: whatever a rotation left is forgotten, its keys are in `supersedes`. */
export function reserving(
  was: Was,
  when: When,
  keys: { readonly besides: readonly string[]; readonly supersedes: readonly string[] },
): Content {
  const change = {
    ...reservation(was, when, keys.besides, notes),
    [notes.supersedes]: keys.supersedes.join(','),
  };
  return {
    annotations: annotated(was, change, [...rotationNotes, notes.span]),
    data: new Map(without(was.data, pendingData)),
  };
}

/** A place beside the current key, for the one after it. */
export function reservingNext(was: Was, when: When, besides: readonly string[]): Content {
  const change = reservation(was, when, besides, pendingNotes);
  return {
    annotations: annotated(was, change, [
      pendingNotes.span,
      pendingNotes.deliveredAt,
      pendingNotes.digest,
      refusalNote,
    ]),
    data: new Map(without(was.data, pendingData)),
  };
}

export interface Made {
  readonly key: string;
  readonly value: string;
  readonly sealed: string;
}

export function delivering(was: Was, now: number, made: Made, place: Place): Content {
  const { deliveredAt, digest } = place === 'current' ? notes : pendingNotes;
  const { id, value } = places[place];
  return {
    annotations: annotated(was, { [deliveredAt]: rfc3339(now), [digest]: made.sealed }, []),
    data: new Map([...was.data, [id, made.key], [value, made.value]]),
  };
}

/** One write: consumers see the new key from then on, and the old one is noted as the one that goes. */
export function promoting(was: Was, now: number, replaced: { key: string; createdAt: number }): Content {
  const { annotations, data } = was;
  const change = {
    [notes.reservedAt]: annotations[pendingNotes.reservedAt] ?? '',
    [notes.besides]: annotations[pendingNotes.besides] ?? '',
    [notes.span]: annotations[pendingNotes.span] ?? '',
    [notes.supersedes]: '',
    [notes.deliveredAt]: rfc3339(now),
    [notes.digest]: annotations[pendingNotes.digest] ?? '',
    [retiringNotes.key]: replaced.key,
    [retiringNotes.createdAt]: rfc3339(replaced.createdAt),
  };
  return {
    annotations: annotated(was, change, [...Object.values(pendingNotes), retiringNotes.deactivatedAt, refusalNote]),
    data: new Map([
      ...without(data, pendingData),
      [places.current.id, data.get(places.pending.id) ?? ''],
      [places.current.value, data.get(places.pending.value) ?? ''],
    ]),
  };
}

export function deactivating(was: Was, now: number, old: { key: string; createdAt: number }): Content {
  const change = {
    [retiringNotes.key]: old.key,
    [retiringNotes.createdAt]: rfc3339(old.createdAt),
    [retiringNotes.deactivatedAt]: rfc3339(now),
  };
  return { annotations: annotated(was, change, [refusalNote]), data: was.data };
}

export function refusing(was: Was, now: number, message: string): Content {
  const text = `${rfc3339(now)} ${message.replace(/\s+/g, ' ').slice(0, 512)}`;
  return { annotations: annotated(was, { [refusalNote]: text }, []), data: was.data };
}
