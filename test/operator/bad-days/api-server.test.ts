// SPDX-License-Identifier: GPL-3.0-or-later
/** The API server is away, starts anew, or tells nonsense. */
import { afterEach, expect, test } from '@jest/globals';
import type { Transport } from '../../../src/wire/call.ts';
import { target, worlds, type Worlds } from '../worlds.ts';
import { account, cloudWrites, glide, isReady, keptUp, isSynced, remove, userOf } from './hands.ts';

let world: Worlds;
afterEach(() => world.end());

const wellAgain = (name?: string) => isReady(world, name) && isSynced(world, name);

test('For five minutes nobody reaches it: the operator ends with its lease, writes nothing meanwhile, and the next one misses nothing.', async () => {
  world = worlds();
  let away = false;
  const transport: Transport = (request) =>
    away && request.url.host === 'kubernetes.test'
      ? Promise.reject(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' }))
      : world.transport(request);
  const { all, stop } = keptUp(world, { transport });
  world.kubernetes.install([target()]);
  await world.until(() => wellAgain());
  away = true;
  world.kubernetes.faults.cut();
  await glide(world, 20);
  const before = all.reduce((sum, running) => sum + cloudWrites(running).length, 0);
  world.kubernetes.install([target({}, 'second')]);
  await remove(world);
  await glide(world, 280);
  expect(all[0]?.ended).toMatchObject({ status: 1 });
  expect(all.reduce((sum, running) => sum + cloudWrites(running).length, 0)).toBe(before);
  for (const { lines } of all)
    expect(lines.filter((line) => /"level":"(warn|error)"/.test(line)).length).toBeLessThan(25);
  away = false;
  await world.until(() => wellAgain('second') && world.get() === undefined, 600);
  expect(
    account(world)
      .users()
      .map(({ name }) => name),
  ).toEqual(['user-second']);
  stop();
});

test('It starts anew, its history forgotten, again and again during a creation: one bucket, one user, one key.', async () => {
  world = worlds();
  world.operator();
  world.kubernetes.install([target()]);
  for (let n = 0; n < 8; n++) {
    await glide(world, 1);
    world.kubernetes.faults.request({ kind: 'error', status: 503, nth: 1, count: 3 });
    world.kubernetes.faults.cut();
    world.kubernetes.compact();
  }
  await world.until(() => wellAgain(), 600);
  expect(account(world).buckets()).toHaveLength(1);
  expect(userOf(world)?.keys).toHaveLength(1);
});

test('While it starts it refuses what is good, now and then (422): nobody is told to mend anything, and all is done when it is over.', async () => {
  world = worlds();
  let starting = true;
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 422, reason: 'Invalid' };
  const message = 'spec.user.prefix: Invalid value: "null": spec.user.prefix in body must be of type string: "null"';
  async function* body(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(JSON.stringify({ ...status, message }));
  }
  let refused = 0;
  // the finalizer is refused, the status is not: two cores answer in turn
  const transport: Transport = (request) => {
    const odd = starting && request.method === 'PATCH' && /backuptargets\/[^/]+$/.test(request.url.pathname);
    if (!odd) return world.transport(request);
    refused++;
    return Promise.resolve({ status: 422, headers: { 'content-type': 'application/json' }, body: body() });
  };
  world.operator({ transport });
  world.kubernetes.install([target()]);
  const stalled: (string | undefined)[] = [];
  for (let second = 0; second < 60; second++) {
    await glide(world, 1);
    stalled.push(world.condition('Stalled')?.status);
  }
  expect(refused).toBeGreaterThan(2);
  expect(world.condition('Synced')).toMatchObject({ status: 'Unknown', reason: 'Invalid' });
  starting = false;
  await world.until(() => wellAgain(), 300);
  expect(stalled).not.toContain('True');
});

test('10,000 junk events: broken lines, foreign shapes, objects that nobody knows. Nothing is lost, and memory does not grow.', async () => {
  world = worlds();
  const junk = junkFor();
  const running = world.operator({ transport: junk.transport });
  world.kubernetes.install([target()]);
  await world.until(() => wellAgain());
  const sent = junk.sent();
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  world.kubernetes.install([target({}, 'second')]);
  for (let n = 0; n < 100; n++) {
    world.kubernetes.faults.cut({ resource: 'backuptargets' });
    await glide(world, 15);
  }
  await world.until(() => wellAgain('second') && wellAgain(), 400);
  expect(junk.sent() - sent).toBeGreaterThan(9000);
  expect(running.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect(running.lines.length).toBeLessThan(800);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(120 * 1024 * 1024);
  expect(account(world).users()).toHaveLength(2);
  await remove(world);
  await world.until(() => world.get() === undefined, 900);
}, 60_000);

/** Lines after which a stream cannot be believed any more: it is ended, and another is opened. */
const unreadable = [
  '{"type":"MODIFIED","object":{"kind\n',
  'null\n',
  '[]\n',
  '"text"\n',
  '{"type":"MODIFIED"}\n',
  '{"type":"PURPLE","object":{}}\n',
  '{"type":"MODIFIED","object":{"kind":"BackupTarget"}}\n',
  '{"type":"MODIFIED","object":{"kind":"BackupTarget","metadata":{"name":7,"namespace":{},"resourceVersion":[]}}}\n',
];
const unknown =
  '{"type":"DELETED","object":{"apiVersion":"hybridcloud.dev/v1alpha1","kind":"BackupTarget","metadata":{"name":"unknown-N","namespace":"default","uid":"u-N","resourceVersion":"1"}}}\n';

/** Before each watch of ours begins to tell the truth: every other time 250 objects that nobody knows, else a line that ends it. */
function junkFor(): { readonly transport: Transport; sent(): number } {
  let sent = 0;
  let streams = 0;
  async function* soiled(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const bad = ++streams % 2 === 0 ? unreadable[(streams / 2) % unreadable.length] : undefined;
    if (bad !== undefined) {
      sent++;
      yield Buffer.from(bad);
    } else for (let n = 0; n < 250; n++) yield Buffer.from(unknown.replaceAll('N', String(++sent)));
    yield* body;
  }
  return {
    sent: () => sent,
    transport: async (request) => {
      const answer = await world.transport(request);
      const watch = request.url.searchParams.has('watch') && request.url.pathname.endsWith('/backuptargets');
      return watch && answer.status === 200 ? { ...answer, body: soiled(answer.body) } : answer;
    },
  };
}
