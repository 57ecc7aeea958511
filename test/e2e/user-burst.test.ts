// SPDX-License-Identifier: GPL-3.0-or-later
/** Many objects at once, and an operator that is killed, ended, replaced, and packed as a bundle. */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { stop } from 'esbuild';
import { buildBundle } from '../../deploy/bundle/build-bundle.ts';
import { startServer, there, title, type RealServer } from './kube-server.ts';
import { until } from './kube-world.ts';
import { conditionIn } from './user/kstatus.ts';
import type { OperatorProcess } from './user/operator-process.ts';
import { record } from './user/recorder.ts';
import { backupTarget, hasKubectl, home, team, userWorld, type UserWorld } from './user/world.ts';

const able = there && hasKubectl;
const why = there && !hasKubectl ? 'skipped: kubectl is not on this machine' : title;
let server: RealServer;
let world: UserWorld;

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** An operator whose machine is too busy to renew its lease ends, and nobody here starts another: the lease is as long as by default. */
const patient = ['--lease-seconds=15'];

function ending(operator: OperatorProcess | undefined): string {
  if (!operator) return '';
  const { exitCode } = operator.process;
  return `the operator ${exitCode === null ? 'runs' : `ended with ${exitCode}`}; its last lines: ${operator.lines.slice(-3).join(' ')}`;
}

async function allReady(all: number, withinMs = 60_000, operator?: OperatorProcess): Promise<void> {
  const path = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
  const ready = async () => (await world.kubectl('get', 'bt', '-o', `jsonpath=${path}`)).match(/^True$/gm)?.length ?? 0;
  const until = performance.now() + withinMs;
  while ((await ready()) !== all) {
    if (performance.now() > until)
      throw new Error(`${ending(operator)}\n${await world.kubectl('get', 'bt', '-o', 'wide')}`);
    // each question is a process of its own, and shares the machine with what it waits for
    await delay(1000);
  }
}

/** How often each thing was really made, by action and name. */
function madeTwice(): string[] {
  const made = world.aws.calls.filter(({ action, applied }) => applied && /^Create(Bucket|User)$/.test(action));
  const names = made.map(({ action, parameters }) => `${action} ${parameters['UserName'] ?? parameters['Bucket']}`);
  return names.filter((name, index) => names.indexOf(name) !== index);
}

beforeAll(async () => {
  if (!able) return;
  server = await startServer();
  world = await userWorld(server.kubeconfig);
}, 120_000);

afterEach(async () => {
  await world?.killOperators();
});

afterAll(async () => {
  await world?.close();
  await server?.stop();
}, 60_000);

(able ? describe : describe.skip)(`${why} an operator`, () => {
  test('gives each of 100 objects that come in one burst a first status within a second; makes all of them Ready, with shared looks at AWS.', async () => {
    const operator = await world.leading({ flags: patient, kubeconfig: server.kubeconfig });
    const recorder = await record(server.kubeconfig, team);
    // the figure is the operator's, and a machine that does something else adds to it: of three bursts one has to do
    const bursts: number[][] = [];
    while (bursts.length < 3 && !bursts.some((waits) => waits.length === 0)) {
      if (bursts.length > 0) await world.kubectl('delete', 'bt', '--all', '--timeout=120s');
      const names = numbered(`many${bursts.length}`, 100);
      await world.apply(...names.map((name) => backupTarget(name)));
      await allReady(100, 90_000, operator);
      const waits = names.map((name) => {
        const states = recorder.of(name);
        const told = states.find((state) => conditionIn(state, 'Ready'));
        return (told?.at ?? Number.POSITIVE_INFINITY) - (states[0]?.at ?? 0);
      });
      bursts.push(waits.filter((ms) => ms > 1000));
    }
    recorder.stop();
    expect(bursts).toContainEqual([]);
    expect(madeTwice()).toEqual([]);
    expect(world.account.users().filter(({ keys }) => keys.length !== 1)).toEqual([]);
  }, 600_000);

  test('looks at AWS for many at once: a burst of 40 costs less than one list of buckets, and one of users, for each.', async () => {
    const operator = await world.leading({ flags: patient });
    world.aws.calls.length = 0;
    await world.apply(...numbered('crowd', 40).map((name) => backupTarget(name)));
    await allReady(140, 90_000, operator);
    const count = (action: string) => world.aws.calls.filter((call) => call.action === action).length;
    // one for each 5 s of making, and one after each write that may have changed them
    expect(count('ListBuckets')).toBeLessThan(40);
    expect(count('GetAccountAuthorizationDetails')).toBeLessThan(40);
  }, 120_000);

  test('ends in under 20 s with status 0 in the middle of deletions, gives its lease back, and the next one finishes them.', async () => {
    const first = await world.leading({ flags: patient });
    const second = world.operator({ flags: patient });
    await second.says('health and metrics are served');
    await world.kubectl('delete', 'bt', '--all', '--wait=false');
    await until(() => world.account.users().length < 110, 20_000);
    const holder = () => world.kubectl('-n', home, 'get', 'lease', home, '-o', 'jsonpath={.spec.holderIdentity}');
    const before = await holder();
    const { status, ms } = await first.end();
    expect([status, first.errors]).toEqual([0, []]);
    expect(ms).toBeLessThan(20_000);
    // long before the lease would have run out
    await second.says('all caches are complete', 8000);
    expect(await holder()).not.toBe(before);
    // kubectl wait asks for each object by itself, and slows itself down
    while ((await world.kubectl('get', 'bt', '-o', 'name')) !== '') await delay(1000);
    expect(world.account.users()).toEqual([]);
    expect(await world.kubectl('get', 'secrets', '-o', 'name')).toBe('');
    expect((await second.end()).status).toBe(0);
    expect(await holder()).toBe('');
  }, 120_000);

  test('killed in the middle of 20 creations, twice, makes nothing twice and leaves nothing out.', async () => {
    const kept = world.account.buckets().length;
    world.aws.calls.length = 0;
    world.aws.faults.add({ kind: 'latency', ms: 30 });
    const first = await world.leading();
    await world.apply(...numbered('burst', 20).map((name) => backupTarget(name)));
    await until(() => world.account.buckets().length >= kept + 5, 20_000);
    await first.kill();
    const second = await world.leading();
    await until(() => world.account.users().some(({ keys }) => keys.length > 0), 30_000);
    await second.kill();
    await world.leading();
    // a key that was asked for when the process died may still show: until it cannot any more no second one is made (ADR on the journal)
    const path = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].reason}{"\\n"}{end}';
    const reasons = async () => (await world.kubectl('get', 'bt', '-o', `jsonpath=${path}`)).trim().split('\n');
    const settled = async () => (await reasons()).every((reason) => ['Available', 'NoAccessKey'].includes(reason));
    await until(settled, 60_000);
    world.aws.faults.clear();
    expect(await reasons()).toHaveLength(20);
    expect(world.account.buckets()).toHaveLength(kept + 20);
    expect(madeTwice()).toEqual([]);
    expect(world.account.users().filter(({ keys }) => keys.length > 1)).toEqual([]);
    // every Secret that holds a key holds one that is there
    const keys = 'jsonpath={range .items[*]}{.data.accessKeyID}{"\\n"}{end}';
    const delivered = async () =>
      (await world.kubectl('get', 'secrets', '-o', keys))
        .split('\n')
        .filter(Boolean)
        .map((id) => Buffer.from(id, 'base64').toString());
    const known = await delivered();
    const existing = new Set(world.account.users().flatMap(({ keys }) => keys.map(({ id }) => id)));
    expect(known.filter((id) => !existing.has(id))).toEqual([]);
    // those without one wait for that; some got theirs meanwhile, and say so once it has been tried
    const available = async () => (await reasons()).filter((reason) => reason === 'Available').length;
    await until(async () => (await delivered()).length === (await available()), 60_000);
  }, 150_000);

  test('works as the bundle of the image, as another user, from a tree that cannot be written.', async () => {
    const root = resolve(import.meta.dirname, '../..');
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    await buildBundle({ root, entry: 'src/cli/main.ts', folder });
    await stop();
    const files = readdirSync(folder).sort();
    for (const name of files) chmodSync(join(folder, name), 0o444);
    chmodSync(folder, 0o555);
    const operator = await world.leading({ bundle: join(folder, 'hybrid-operator.js') });
    await world.apply(backupTarget('bundled'));
    await world.kubectl('wait', '--for=condition=Ready', 'bt/bundled', '--timeout=25s');
    await world.kubectl('delete', 'bt', 'bundled', '--timeout=25s');
    expect(await operator.end()).toMatchObject({ status: 0 });
    expect(operator.errors).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(files);
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  }, 120_000);
});
