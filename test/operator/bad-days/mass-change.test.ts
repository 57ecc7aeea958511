// SPDX-License-Identifier: GPL-3.0-or-later
/** Something says that everything is gone. More likely it is wrong. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { backupTargets, target, worlds, type Running, type Worlds } from '../worlds.ts';
import { account, at, cloudWrites, glide, isReady, isSynced, secrets, stalledBy } from './hands.ts';
import type { Transport } from '../../../src/wire/call.ts';

let names: readonly string[] = [];
const limit = 5;

let world: Worlds;
let running: Running;
/** The list of buckets is empty, whatever there is, and every bucket is not found. */
let blind = false;
const held = () => names.filter((name) => stalledBy(world, name) === 'MassChangeBrake');
const well = () => names.every((name) => isReady(world, name) && isSynced(world, name));

beforeEach(() => {
  blind = false;
  world = worlds();
  const transport: Transport = async (request) => {
    const read = request.method === 'GET' || request.method === 'HEAD';
    const empty = blind && read && /s3|iksan-/.test(request.url.host + request.url.pathname) && isS3(request.url);
    return empty ? emptyAnswer(request.url) : world.transport(request);
  };
  running = world.operator({ transport });
});
afterEach(() => world.end());

async function have(count: number): Promise<void> {
  names = Array.from({ length: count }, (_, n) => `t-${String(n).padStart(2, '0')}`);
  world.kubernetes.install(names.map((name) => target({ validation: { intervalSeconds: 3600 } }, name)));
  await world.until(well, 120);
  await glide(world, 30);
  running.records.length = 0;
}

function isS3({ host, pathname }: URL): boolean {
  return (
    host !== 'kubernetes.test' && (pathname === '/' || pathname.startsWith('/iksan-') || host.startsWith('iksan-'))
  );
}

/** ListBuckets: none. Everything else of S3: there is no such bucket. */
function emptyAnswer({ pathname, host }: URL) {
  const list = pathname === '/' && !host.startsWith('iksan-');
  const text = list
    ? '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'
    : '<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>';
  return {
    status: list ? 200 : 404,
    headers: { 'content-type': 'application/xml' },
    body: (async function* () {
      yield new TextEncoder().encode(text);
    })(),
  };
}

test('A source that is empty for all of 50: nothing is deleted, and no more than 5 are made again.', async () => {
  await have(50);
  blind = true;
  await glide(world, 1000);
  const writes = cloudWrites(running).map(({ call }) => call);
  expect(writes.filter(({ action }) => /^Delete(?!Object)/.test(action))).toEqual([]);
  const again = writes.filter(({ action }) => action === 'CreateBucket');
  const which = new Set(again.map(({ parameters }) => parameters.find(({ name }) => name === 'Bucket')?.value));
  expect(which.size).toBeLessThanOrEqual(limit);
  expect(held().length).toBeGreaterThanOrEqual(50 - limit);
  const [one = ''] = held();
  expect(world.condition('Synced', one)?.message).toMatch(/hybridcloud\.dev\/allow-mass-change-until/);
  expect(account(world).buckets()).toHaveLength(50);
  blind = false;
  await world.until(well, 1300);
}, 240_000);

async function annotateAll(some: readonly string[], until: string): Promise<void> {
  const body = { metadata: { annotations: { 'hybridcloud.dev/allow-mass-change-until': until } } };
  for (const name of some) await world.admin.patch(backupTargets, at(name), { type: 'merge', body });
}

const time = (ms: number) => new Date(world.clock.now() + ms).toISOString();

test('Every Secret is deleted: 5 get new keys, the others wait for a person, whose word counts while its time is near and not over.', async () => {
  await have(16);
  for (const name of names) await world.admin.remove(secrets, at(`${name}-s3`));
  await world.until(() => held().length === 11, 30);
  const keys = () => cloudWrites(running).filter(({ call }) => call.action === 'CreateAccessKey').length;
  await glide(world, 700);
  expect(keys()).toBe(limit);
  const some = held().slice(0, 4);
  for (const wrong of [time(-1000), time(25 * 3600_000), 'true']) {
    await annotateAll(some, wrong);
    await world.pass(3);
  }
  expect(keys()).toBe(limit);
  await annotateAll(some, time(600_000));
  await world.until(() => some.every((name) => isReady(world, name)), 60);
  expect(keys()).toBe(limit + 4);
  expect(held()).toHaveLength(7);
  // a new process knows it, too: it is in the statuses
  await running.operator.stop();
  running = world.operator();
  await glide(world, 700);
  expect(keys()).toBe(0);
  expect(held()).toHaveLength(7);
  // over, it counts no more
  await glide(world, 600);
  for (const name of some) await world.admin.remove(secrets, at(`${name}-s3`));
  await world.until(() => held().length === 11, 30);
}, 240_000);

test('Deletions, changes of a spec and new objects are asked for, however many.', async () => {
  await have(24);
  for (const name of names.slice(0, 12)) await world.admin.remove(backupTargets, at(name));
  for (const name of names.slice(12)) {
    const body = { spec: { user: { policyName: 'Renamed' } } };
    await world.admin.patch(backupTargets, at(name), { type: 'merge', body });
  }
  await world.until(() => account(world).users().length === 12, 900);
  await world.until(
    () =>
      account(world)
        .users()
        .every(({ policies }) => Object.keys(policies).join() === 'Renamed'),
    60,
  );
  expect(held()).toEqual([]);
}, 240_000);
