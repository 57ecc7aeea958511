// SPDX-License-Identifier: GPL-3.0-or-later
/** Many names with many endpoints in one zone: what they cost in requests to Route 53, which has five a second for all of an account. */
import { city, gslb, type City } from './city.ts';

type Calls = Readonly<Record<string, number>>;

export interface Many {
  readonly names: number;
  /** Of all names together. */
  readonly endpoints: number;
  /** Virtual seconds from the manifests until all are Ready. */
  readonly seconds: number;
  /** Requests to Route 53 until then, by action. */
  readonly making: Calls;
  /** And at rest, in so many seconds. */
  readonly resting: Calls;
  readonly restingSeconds: number;
  /** Requests that were refused, for their rate or otherwise, or held back since some were. */
  readonly refused: number;
}

function manifestOf(name: number, endpoints: number): object {
  const list = Array.from({ length: endpoints }, (_, at) => {
    const address = `20.${Math.floor(name / 250)}.${name % 250}.${at + 1}`;
    return {
      name: `e${at}`,
      weight: 1,
      target: { type: 'Addresses', addresses: [address] },
      healthCheck: { type: 'TCP', address, port: 443 },
    };
  });
  return gslb({ record: { name: `n${name}`, ttlSeconds: 60 }, policy: 'Weighted', endpoints: list }, `n${name}`);
}

function isSettled(world: City, name: string): boolean {
  return world.is('Ready', 'True', name) && world.is('Synced', 'True', name);
}

/** @param each Endpoints of a name. */
export async function many(names: number, each: number, restingSeconds: number): Promise<Many> {
  const world = await city({ aws: { quotas: { healthChecks: 10_000 } } });
  const { records } = world.operator();
  const took = () => {
    const of = records.splice(0).filter(({ call }) => call.service === 'route53');
    const calls: Record<string, number> = {};
    for (const { call } of of) calls[call.action] = (calls[call.action] ?? 0) + 1;
    return { calls, refused: of.filter(({ result }) => typeof result !== 'number' || result >= 400).length };
  };
  await world.pass(10);
  took();
  const began = world.clock.monotonic();
  world.kubernetes.install(Array.from({ length: names }, (_, at) => manifestOf(at, each)));
  const waited = new Set(Array.from({ length: names }, (_, at) => `n${at}`));
  let asked = 0;
  // asking about so many costs more than what they do in a second
  await world.until(() => {
    if (++asked % 5 === 0) for (const name of waited) if (isSettled(world, name)) waited.delete(name);
    return waited.size === 0;
  }, 7200);
  const seconds = (world.clock.monotonic() - began) / 1000;
  const made = took();
  // one whole drift interval first, so that nothing of the making is counted
  await world.pass(660);
  took();
  await world.pass(restingSeconds);
  const rested = took();
  await world.end();
  const refused = made.refused + rested.refused;
  return {
    names,
    endpoints: names * each,
    seconds,
    making: made.calls,
    resting: rested.calls,
    restingSeconds,
    refused,
  };
}

const driftSeconds = 600;
const total = (calls: Calls) => Object.values(calls).reduce((sum, count) => sum + count, 0);

/** Of which everything is told at rest but how endpoints are: each list once a drift interval, for all objects; tags once an hour, ten a call. */
export function fewestAtRest({ names, endpoints, restingSeconds }: Many): number {
  // each name has its record sets and an owner record; 300 records and 1,000 checks come a page
  const lists = Math.ceil((endpoints + names) / 300) + Math.ceil(endpoints / 1000) + 1;
  return (lists * restingSeconds) / driftSeconds + (Math.ceil(endpoints / 10) * restingSeconds) / 3600;
}

/** At rest without how endpoints are. */
export function readsAtRest({ resting }: Many): number {
  const { GetHealthCheckStatus: _told, ...lists } = resting;
  return total(lists);
}

/** How endpoints are takes a request each: once a minute, or what a tenth of the account's requests allows. */
export function statusesAtRest({ endpoints, restingSeconds }: Many): number {
  return Math.min(endpoints / 60, 0.5) * restingSeconds;
}

/** No way to make them takes less: each check is made, marked and heard of, and some 25 lists and batches are of all together. Then Route 53 takes half a minute. */
export function fewestSeconds({ endpoints }: Many): number {
  return (3 * endpoints + 25) / 5 + 30;
}

export function callsPerEndpoint({ making, endpoints }: Many): number {
  return total(making) / endpoints;
}
