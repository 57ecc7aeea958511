// SPDX-License-Identifier: GPL-3.0-or-later
/** The example's name, by the whole operator, with the two cities on loopback: dig, the status and the events say the same, within the times that the status gives. */
import { readFileSync } from 'node:fs';
import { afterEach, expect } from '@jest/globals';
import { parse } from 'yaml';
import type { GslbEndpointStatus } from '../../src/api/gslb-endpoint.ts';
import { startOperator } from '../../src/cli/simulate/operator.ts';
import { simulatedWorlds } from '../../src/cli/simulated-worlds.ts';
import { digAt, digTest, resolver } from './dig.ts';
import { fastClock } from './fast-clock.ts';
import { web, type Web } from './world.ts';

/** So slow that the lease of a busy machine holds. */
const times = 4;
/** Of the world's milliseconds: the machine may be busy. */
const slack = 10_000;
const [seoul, london] = ['3.36.122.217', '20.117.241.211'];

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly record: { readonly name: string }; readonly endpoints: object[] };
}

/** The example's, but for the TTL: a minute is long to wait. */
function example(): Manifest {
  const { metadata, spec, ...rest } = parse(readFileSync('examples/05-gslb-failover.yaml', 'utf8')) as Manifest;
  const record = { ...spec.record, ttlSeconds: 10 };
  return {
    ...rest,
    metadata: { ...metadata, namespace: 'default' } as Manifest['metadata'],
    spec: { ...spec, record },
  };
}

async function start() {
  const clock = fastClock(times);
  const cities: readonly [Web, Web] = [await web('Seoul'), await web('London')];
  const [one, other] = cities.map(({ port }) => `127.0.0.1:${port}`);
  const worlds = await simulatedWorlds({ clock, probes: [`${seoul}:80=${one}`, `${london}:80=${other}`] });
  worlds.kubernetes.install([example()]);
  const operator = startOperator(worlds, 'dig');
  const object = () => worlds.kubernetes.objects('gslbendpoints')[0];
  const status = () => (object()?.status ?? {}) as GslbEndpointStatus;
  return {
    clock,
    cities,
    status,
    resolve: resolver(digAt(worlds.dns), () => clock.now()),
    ready: () => status().conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    reasons: () =>
      worlds.kubernetes.objects('events').map((event) => (event as unknown as { readonly reason?: string }).reason),
    async end() {
      await operator.stop('it has done its part');
      await worlds.close();
      for (const city of cities) await city.kill();
    },
  };
}

let it: Awaited<ReturnType<typeof start>> | undefined;
afterEach(async () => it?.end());

digTest(
  "The example's name: Seoul is killed, London answers within the time that the status gives, status and events say so, and back again.",
  async () => {
    it = await start();
    const { clock, cities, status, resolve, ready, reasons } = it;
    const [first] = cities;
    /** The world's milliseconds until it is so. */
    const until = async (so: () => boolean | Promise<boolean>, ms: number): Promise<number> => {
      const from = clock.now();
      while (!(await so())) {
        if (clock.now() - from > ms) throw new Error(`After ${ms} ms: ${JSON.stringify(status())}`);
        await clock.sleep(500);
      }
      return clock.now() - from;
    };
    const answers = async (wanted: string): Promise<boolean> => {
      const value = await resolve('web.seojun.shop');
      expect([seoul, london]).toContain(value);
      return value === wanted;
    };
    await until(ready, 300_000);
    await until(() => answers(seoul), slack);
    const { failoverSeconds = 0 } = status();
    // interval × threshold + TTL
    expect(failoverSeconds).toBe(30 + 10);
    await first.kill();
    expect(await until(() => answers(london), 300_000)).toBeLessThanOrEqual(failoverSeconds * 1000 + slack);
    await until(() => status().serving?.[0] === 'london', 300_000);
    expect(status()).toMatchObject({ healthy: '1/2', servingNames: 'london' });
    await until(() => reasons().includes('FailedOver'), 60_000);
    await first.revive();
    expect(await until(() => answers(seoul), 300_000)).toBeLessThanOrEqual(failoverSeconds * 1000 + slack);
    await until(() => status().serving?.[0] === 'seoul', 300_000);
    await until(() => reasons().includes('FailedBack'), 60_000);
  },
  240_000,
);
