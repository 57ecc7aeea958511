// SPDX-License-Identifier: GPL-3.0-or-later
/** From created to Ready, and what it is like to be at rest: every side in a process of its own, against one API server. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Order, Told, Usage } from './orders.ts';
import type { Side } from './peers/side.ts';
import { bundled } from './bundled.ts';
import { end, message, start } from './processes.ts';

/** Longer than anything here takes: a side that loses an object fails its measurement. */
const patienceMs = 180_000;
/** As the operator's image starts Node. */
const flags: Readonly<Partial<Record<Side, readonly string[]>>> = { ours: ['--max-semi-space-size=2'] };

export interface Bench {
  readonly server: ChildProcess;
  readonly url: string;
}

export async function bench(): Promise<Bench> {
  const server = start('./api-server.ts', []);
  const { url } = await message<{ url: string }>(server);
  return { server, url };
}

function order({ server }: Bench, what: Order): void {
  server.send(what);
}

async function told(given: Bench): Promise<Told> {
  const answer = message<Told>(given.server);
  order(given, { do: 'tell' });
  return answer;
}

async function usage(client: ChildProcess): Promise<Usage> {
  const answer = message<Usage>(client);
  client.send({ ask: 'usage' });
  return answer;
}

export function named(prefix: string, namespace: string, count: number) {
  return Array.from({ length: count }, (_, n) => ({ name: `${prefix}-${n}`, namespace }));
}

type Names = ReturnType<typeof named>;

async function allReady(given: Bench, count: number): Promise<Told> {
  const answer = message<Told>(given.server);
  order(given, { do: 'await', ready: count });
  const late = delay(patienceMs, undefined, { ref: false }).then(() => {
    throw new Error(`not all of ${count} became Ready within ${patienceMs / 1000} s`);
  });
  return Promise.race([answer, late]);
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const ascending = (a: number, b: number) => a - b;
const latenciesOf = ({ latencies }: Told, prefix = '') =>
  latencies.flatMap(([name, ms]) => (ms !== null && name.startsWith(prefix) ? [ms] : [])).sort(ascending);

/** A side, started and watching an empty (or the given) world. */
async function running<T>(
  given: Bench,
  { side, cloudMs = 0, existing }: { side: Side; cloudMs?: number; existing?: Names },
  use: (client: ChildProcess) => Promise<T>,
): Promise<T> {
  if (!existing) order(given, { do: 'forget' });
  const program = existing ? await bundled() : './reconciler.ts';
  const client = start(program, [side, given.url, String(cloudMs)], flags[side] ?? []);
  try {
    await message(client);
    // a watch opens after its list
    await delay(300);
    return await use(client);
  } finally {
    await end(client);
  }
}

export interface OneByOne {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Each is made when the one before it is Ready. */
export function oneByOne(given: Bench, side: Side, count: number): Promise<OneByOne> {
  return running(given, { side }, async () => {
    const warmUp = 10;
    for (let n = 0; n < count + warmUp; n++) {
      order(given, { do: 'make', names: [{ name: `${n < warmUp ? 'warm' : 'one'}-${n}`, namespace: 'default' }] });
      await allReady(given, n + 1);
    }
    const sorted = latenciesOf(await told(given), 'one');
    return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
  });
}

export interface AtOnce {
  readonly wallMs: number;
  readonly cpuMsPerObject: number;
  readonly writesPerObject: number;
}

export function atOnce(
  given: Bench,
  side: Side,
  { count, cloudMs = 0 }: { count: number; cloudMs?: number },
): Promise<AtOnce> {
  return running(given, { side, cloudMs }, async (client) => {
    order(given, { do: 'count' });
    await usage(client);
    order(given, { do: 'make', names: named('many', 'default', count) });
    const seen = await allReady(given, count);
    const { cpuMs } = await usage(client);
    const writes = Object.entries(seen.writes)
      .filter(([what]) => what.includes('/things'))
      .reduce((sum, [, times]) => sum + times, 0);
    return {
      wallMs: latenciesOf(seen).at(-1) ?? Number.NaN,
      cpuMsPerObject: cpuMs / count,
      writesPerObject: writes / count,
    };
  });
}

/** How long the objects of one tenant take, alone and beside a flood of another's. */
export function besideFlood(given: Bench, { flood, few, cloudMs }: { flood: number; few: number; cloudMs: number }) {
  const p99 = (flooded: number) =>
    running(given, { side: 'ours', cloudMs }, async () => {
      const quiet = named('quiet', 'quiet', few);
      order(given, { do: 'make', names: [...named('flood', 'flood', flooded), ...quiet] });
      return quantile(latenciesOf(await allReady(given, flooded + few), 'quiet'), 0.99);
    });
  return p99(0).then(async (aloneMs) => ({ aloneMs, besideMs: await p99(flood) }));
}

export interface Rest {
  /** From the start of the process until every object was looked at. */
  readonly coldStartMs: number;
  readonly writesAtColdStart: number;
  readonly peakRSSMB: number;
  readonly idleCPUMsPerSecond: number;
  readonly writesAtRest: number;
  readonly startedAfterP50Ms: number;
  readonly startedAfterP99Ms: number;
  readonly cpuMsPerChange: number;
}

const things = ([what]: [string, number]) => what.includes('/things');
const sum = (writes: Told['writes']) =>
  Object.entries(writes)
    .filter(things)
    .reduce((all, [, count]) => all + count, 0);

async function lookedAt(client: ChildProcess, count: number): Promise<{ readonly peakRSSMB: number }> {
  for (let looks = 0; ; await delay(5)) {
    const now = await usage(client);
    looks += now.looks;
    if (looks >= count) return now;
  }
}

/** A process that begins with `count` objects that are Ready, is left alone, and then sees changes. */
export async function atRest(
  given: Bench,
  side: Side,
  { count, idleSeconds }: { count: number; idleSeconds: number },
): Promise<Rest> {
  const existing = named('many', 'default', count);
  // not counted
  await bundled();
  await running(given, { side }, async () => {
    order(given, { do: 'make', names: existing });
    await allReady(given, count);
  });
  order(given, { do: 'count' });
  const began = performance.now();
  return running(given, { side, existing }, async (client) => {
    const { peakRSSMB } = await lookedAt(client, count);
    const coldStartMs = performance.now() - began;
    const writesAtColdStart = sum((await told(given)).writes);
    order(given, { do: 'count' });
    await delay(2000);
    await usage(client);
    await delay(idleSeconds * 1000);
    const idle = await usage(client);
    const writesAtRest = sum((await told(given)).writes);
    order(given, { do: 'touch', count: 600, perSecond: 200 });
    await delay(4000);
    const started = (await usage(client)).startedAfterMs.toSorted(ascending);
    order(given, { do: 'touch', count: 4000, perSecond: 2000 });
    await delay(4000);
    const busy = await usage(client);
    return {
      coldStartMs,
      writesAtColdStart,
      peakRSSMB,
      idleCPUMsPerSecond: idle.cpuMs / idleSeconds,
      writesAtRest,
      startedAfterP50Ms: quantile(started, 0.5),
      startedAfterP99Ms: quantile(started, 0.99),
      cpuMsPerChange: busy.cpuMs / 4000,
    };
  });
}
