// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The API server dies and starts anew under an operator that stays. That one which starts may refuse, for a while, what is good, is shown
 * in test/operator/bad-days/api-server.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, there, title, type RealServer } from './kube-server.ts';
import { until } from './kube-world.ts';
import { conditionIn, kstatusOf, type Seen } from './user/kstatus.ts';
import type { OperatorProcess } from './user/operator-process.ts';
import { backupTarget, hasKubectl, userWorld, type UserWorld } from './user/world.ts';

const able = there && hasKubectl;
const why = there && !hasKubectl ? 'skipped: kubectl is not on this machine' : title;
let server: RealServer;
let world: UserWorld;
let operator: OperatorProcess;

/** What there is now; undefined while the server does not say. */
async function seen(): Promise<readonly Seen[] | undefined> {
  const text = await world.kubectl('get', 'bt', '-o', 'json').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { items: Seen[] }).items;
}

const current = (objects: readonly Seen[] | undefined) =>
  (objects ?? []).filter((object) => kstatusOf(object) === 'Current').map(({ metadata }) => metadata.name);

/** As a person who was told "connection refused" would. */
async function insist(what: () => Promise<unknown>): Promise<void> {
  await until(
    () =>
      what().then(
        () => true,
        () => false,
      ),
    120_000,
  );
}

/** Custom resources are taken, several times in a row. */
async function answersWell(): Promise<void> {
  let inARow = 0;
  await until(async () => {
    const probe = world.kubectl('apply', '--dry-run=server', '-f', 'examples/01-backup-target.yaml');
    inARow = (await probe.then(Boolean, () => false)) ? inARow + 1 : 0;
    return inARow >= 5;
  }, 180_000);
}

const madeOnce = () => {
  const made = world.aws.calls.filter(
    ({ action, applied }) => applied && /^Create(Bucket|User|AccessKey)$/.test(action),
  );
  const names = made.map(({ action, parameters }) => `${action} ${parameters['UserName'] ?? parameters['Bucket']}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
};

beforeAll(async () => {
  if (!able) return;
  server = await startServer();
  world = await userWorld(server.kubeconfig);
  // longer than the server is away: an operator that cannot renew its lease ends, and its Deployment starts the next one
  operator = await world.leading({ flags: ['--lease-seconds=120', '--drift-seconds=30'] });
  await world.apply(...['kept', 'edited', 'removed'].map((name) => backupTarget(name)));
  await until(async () => current(await seen()).length === 3, 60_000);
}, 180_000);

afterAll(async () => {
  await world?.close();
  await server?.stop();
}, 60_000);

(able ? describe : describe.skip)(`${why} an operator`, () => {
  test('that stays goes on where it was when the server dies and starts anew, at whatever moment objects come.', async () => {
    await server.restart();
    // at once: the first moment at which the server takes it
    await insist(() => world.apply(backupTarget('newborn')));
    const stalled = new Set<string>();
    await until(async () => {
      const objects = await seen();
      for (const object of objects ?? []) {
        const condition = conditionIn(object, 'Stalled');
        if (condition?.status === 'True') stalled.add(`${object.metadata.name}: ${condition.message}`);
      }
      return current(objects).length === 4;
    }, 180_000);
    expect([...stalled]).toEqual([]);
    await answersWell();
    // every object was looked at again since, and nothing came of it
    await until(async () => current(await seen()).length === 4, 60_000);
    expect(operator.process.exitCode).toBeNull();
    expect([...world.front.watches].filter(([, open]) => open > 1 && open !== 4)).toEqual([]);
    expect(world.front.watches.get('backuptargets')).toBe(1);
    madeOnce();
  }, 420_000);

  test('that could not reach the server sees all that was changed meanwhile: created, edited, deleted; what was not is not written.', async () => {
    await answersWell();
    world.front.bar(true);
    await server.restart();
    await answersWell();
    await world.apply(backupTarget('created'));
    await world.kubectl(
      'patch',
      'bt',
      'edited',
      '--type=merge',
      '-p',
      '{"spec":{"bucket":{"noncurrentVersionExpirationDays":60}}}',
    );
    await world.kubectl('delete', 'bt', 'removed', '--wait=false');
    const versionOf = async (name: string) =>
      (await seen())?.find(({ metadata }) => metadata.name === name)?.metadata.resourceVersion;
    const kept = await versionOf('kept');
    const asked = world.front.asked.length;
    world.front.bar(false);
    await until(async () => {
      const objects = await seen();
      const names = (objects ?? []).map(({ metadata }) => metadata.name).sort();
      const edited = objects?.find(({ metadata }) => metadata.name === 'edited');
      const settled = edited?.status?.observedGeneration === 2 && current(objects).length === 4;
      return settled && names.join(' ') === 'created edited kept newborn';
    }, 120_000);
    expect(await versionOf('kept')).toBe(kept);
    expect(
      world.front.asked.slice(asked).filter(({ verb, resource }) => verb === 'watch' && resource === 'backuptargets')
        .length,
    ).toBeLessThan(6);
    expect(world.front.watches.get('backuptargets')).toBe(1);
    expect(
      world.account
        .users()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['user-created', 'user-edited', 'user-kept', 'user-newborn']);
    expect(operator.process.exitCode).toBeNull();
    expect((await operator.end()).status).toBe(0);
    madeOnce();
  }, 420_000);
});
