// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Which of the record sets of one name and type a query gets. Sources: Developer Guide, "Choosing a routing policy", "How Amazon Route 53 chooses
 * records when health checking is configured", "How Amazon Route 53 averts cascading failures": when all are unhealthy, all count as healthy.
 */
import { policyOf, type Policy } from '../record-shape.ts';
import type { RecordSet } from '../state.ts';
import { distance, placeOf, type Place } from './places.ts';

export interface Chooser {
  readonly client: string;
  /** In [0, 1). */
  readonly random: () => number;
  readonly healthy: (set: RecordSet) => boolean;
}

type Choose = (sets: readonly RecordSet[], chooser: Chooser) => readonly RecordSet[];

const choices: Readonly<Record<Policy, Choose>> = {
  Simple: (sets) => sets.slice(0, 1),
  Failover: failover,
  Weight: weighted,
  Region: latency,
  GeoLocation: geolocation,
  MultiValueAnswer: multivalue,
};

/** Empty when no location fits: then there is no answer. */
export function choose(sets: readonly RecordSet[], chooser: Chooser): readonly RecordSet[] {
  const first = sets[0];
  return first ? choices[policyOf(first)](sets, chooser) : [];
}

export function depends(sets: readonly RecordSet[]): boolean {
  return sets.some(({ region, geo }) => region !== undefined || geo !== undefined);
}

/** The primary while it is healthy, then the secondary while that is; the primary when neither is. */
function failover(sets: readonly RecordSet[], { healthy }: Chooser): readonly RecordSet[] {
  const [primary, secondary] = (['PRIMARY', 'SECONDARY'] as const).map((role) =>
    sets.find((set) => set.failover === role),
  );
  const chosen = [primary, secondary].find((set) => set && healthy(set)) ?? primary ?? secondary;
  return chosen ? [chosen] : [];
}

/** Weights of zero count only when no other set is healthy; when all are zero, each has the same chance. */
function weighted(sets: readonly RecordSet[], chooser: Chooser): readonly RecordSet[] {
  const positive = sets.filter(({ weight = 0 }) => weight > 0);
  const zero = sets.filter(({ weight = 0 }) => weight === 0);
  const candidates = [positive, zero].map((some) => some.filter(chooser.healthy)).find((some) => some.length > 0);
  return byWeight(candidates ?? (positive.length > 0 ? positive : zero), chooser);
}

function byWeight(sets: readonly RecordSet[], { random }: Chooser): readonly RecordSet[] {
  const total = sets.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (total === 0) return sets.slice(Math.floor(random() * sets.length)).slice(0, 1);
  let left = random() * total;
  const chosen = sets.find(({ weight = 0 }) => {
    left -= weight;
    return left < 0;
  });
  return chosen ? [chosen] : [];
}

function latency(sets: readonly RecordSet[], { client, healthy }: Chooser): readonly RecordSet[] {
  const from = placeOf(client)?.region ?? 'us-east-1';
  const good = sets.filter(healthy);
  const way = ({ region = '' }: RecordSet): number => distance(from, region);
  const nearest = (good.length > 0 ? good : sets).toSorted((a, b) => way(a) - way(b));
  return nearest.slice(0, 1);
}

/** The smallest place that the client is in, then larger ones when it is unhealthy, at last the default. */
function geolocation(sets: readonly RecordSet[], { client, healthy }: Chooser): readonly RecordSet[] {
  const fitting = locations(placeOf(client)).flatMap((location) => sets.filter((set) => locationOf(set) === location));
  const chosen = fitting.find(healthy) ?? fitting[0];
  return chosen ? [chosen] : [];
}

function locationOf({ geo }: RecordSet): string {
  return `${geo?.continent ?? ''}/${geo?.country ?? ''}/${geo?.subdivision ?? ''}`;
}

function locations(place: Place | undefined): string[] {
  if (!place) return ['/*/'];
  const { continent, country, subdivision } = place;
  const small = subdivision === undefined ? [] : [`/${country}/${subdivision}`];
  return [...small, `/${country}/`, `${continent}//`, '/*/'];
}

/** Up to eight healthy ones, at random; up to eight of all when none is. */
function multivalue(sets: readonly RecordSet[], { healthy, random }: Chooser): readonly RecordSet[] {
  const good = sets.filter(healthy);
  return shuffled(good.length > 0 ? good : sets, random).slice(0, 8);
}

export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const keyed = list.map((item) => ({ item, key: random() }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}
