// SPDX-License-Identifier: GPL-3.0-or-later
/** S3 of one region throttles everything for half a minute while all objects want a look; counted, under virtual time. */
import type { HttpRequest, HttpResponse } from '../../src/wire/call.ts';
import { backupTargets, target, worlds, type Running, type Worlds } from '../operator/worlds.ts';

const throttled = 'ap-northeast-2';
const other = 'us-west-2';
const throttledSeconds = 30;

export interface Throttling {
  /** Requests offered to the throttled region until all is well again, to those of the same looks without throttling. */
  readonly offered: number;
  /** Objects of that region in an error state (Stalled, or Ready False) at any time. */
  readonly inError: number;
  /** From the end of the throttling until every object of the region was looked at. */
  readonly recoverySeconds: number;
  /** The same looks in another region, meanwhile, to without throttling. */
  readonly otherRegion: number;
}

function slowDown(): HttpResponse {
  const text = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
  const body = (async function* () {
    yield await Promise.resolve(new TextEncoder().encode(text));
  })();
  return { status: 503, headers: { 'content-type': 'application/xml' }, body };
}

const isOf = (region: string, { headers }: HttpRequest) =>
  (headers['authorization'] ?? '').includes(`/${region}/s3/aws4_request`);

interface Stage {
  readonly world: Worlds;
  readonly running: Running;
  readonly names: (region: string) => readonly string[];
  /** Requests to the throttled region since the last reset. */
  readonly offered: { count: number };
  readonly fault: { on: boolean };
}

async function stage(each: number): Promise<Stage> {
  const world = worlds();
  const offered = { count: 0 };
  const fault = { on: false };
  const running = world.operator({
    transport: async (request) => {
      if (isOf(throttled, request)) offered.count++;
      return fault.on && isOf(throttled, request) ? slowDown() : world.transport(request);
    },
  });
  const names = (region: string) => Array.from({ length: each }, (_, n) => `${region}-${n}`);
  for (const region of [throttled, other])
    world.kubernetes.install(names(region).map((name) => target({ aws: { region } }, name) as never));
  const all = [...names(throttled), ...names(other)];
  await world.until(() => all.every((name) => world.condition('Ready', name)?.status === 'True'), 300);
  await world.pass(30);
  return { world, running, names, offered, fault };
}

/** Everybody asks for a look now. */
async function lookNow({ world, names, running, offered }: Stage): Promise<void> {
  offered.count = 0;
  running.records.length = 0;
  const now = new Date(world.clock.now()).toISOString();
  const body = { metadata: { annotations: { 'hybridcloud.dev/reconcile-at': now } } };
  for (const name of [...names(throttled), ...names(other)])
    await world.admin.patch(backupTargets, { namespace: 'default', name }, { type: 'merge', body });
}

/** Virtual seconds until each object of the region had all its settings read since `from`. */
async function looked({ world, running, names }: Stage, region: string, from: number): Promise<number> {
  const seen = (name: string) =>
    running.records.some(
      ({ call, startedAt, result }) =>
        call.scope?.name === name &&
        call.action === 'GetBucketPolicy' &&
        startedAt >= from &&
        (result === 200 || result === 404),
    );
  await world.until(() => names(region).every(seen), 600);
  return (world.clock.now() - from) / 1000;
}

export async function measureThrottling(each = 10): Promise<Throttling> {
  const it = await stage(each);
  const { world, names, offered, fault } = it;
  await lookNow(it);
  const began = world.clock.now();
  const [, quietOther] = [await looked(it, throttled, began), await looked(it, other, began)];
  await world.pass(60);
  const quiet = offered.count;

  fault.on = true;
  await lookNow(it);
  const start = world.clock.now();
  const otherSeconds = await looked(it, other, start);
  const bad = new Set<string>();
  for (let second = (world.clock.now() - start) / 1000; second < throttledSeconds; second++) {
    await world.pass(1);
    for (const name of names(throttled))
      if (world.condition('Stalled', name)?.status === 'True' || world.condition('Ready', name)?.status === 'False')
        bad.add(name);
  }
  fault.on = false;
  const recoverySeconds = await looked(it, throttled, world.clock.now());
  await world.pass(60 - Math.min(59, recoverySeconds));
  const result = {
    offered: offered.count / quiet,
    inError: bad.size,
    recoverySeconds,
    otherRegion: otherSeconds / Math.max(quietOther, 0.1),
  };
  await world.end();
  return result;
}
