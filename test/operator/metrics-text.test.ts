// SPDX-License-Identifier: GPL-3.0-or-later
/** What /metrics says as a whole: equal to the statuses, in Prometheus's own judgement well made, and bounded whatever a tenant writes. */
import { afterEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { Metrics } from '../../src/operator/metrics.ts';
import { inS3 } from './bad-days/hands.ts';
import { backupTargets, place, target, worlds, type Worlds } from './worlds.ts';

let world: Worlds | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

/** Metrics over objects with these statuses, by name. */
function metricsOf(statuses: Readonly<Record<string, unknown>>, annotations: object = {}): Metrics {
  const objects = new Map(
    Object.entries(statuses).map(([name, status]) => [
      `default/${name}`,
      { kind: 'BackupTarget', metadata: { namespace: 'default', name, annotations }, status },
    ]),
  );
  const numbers = {
    queue: { ready: { change: 0, resync: 0 }, delayed: 0, running: 0 },
    held: 0,
    first: 0,
    watch: { reconnects: new Map() },
  };
  const cache = { keys: () => objects.keys(), get: (key: string) => objects.get(key) };
  const controller = { kind: 'BackupTarget', cache, numbers: () => numbers };
  return new Metrics({ controllers: () => [controller as never], leads: () => true });
}

const linesOf = ({ text }: { readonly text: string }) =>
  text.split('\n').filter((line) => line && !line.startsWith('#'));
const ofObject = async (metrics: Metrics, name: string) =>
  linesOf(await metrics.text()).filter((line) => line.includes(`name="${name}"`));

const full = {
  conditions: [
    { type: 'Ready', status: 'True' },
    { type: 'Synced', status: 'False' },
  ],
  drift: [{ path: 'bucket.versioning' }, { path: 'bucket.policy' }],
  accessKey: { createdAt: '2026-01-05T09:00:00Z' },
  validation: { lastTime: '2026-01-05T09:20:00Z', consecutiveFailures: 2 },
  usage: { sizeBytes: 1234, objects: 7, monthlyEstimate: { amount: '38.40', currency: 'USD' } },
};

test('Every number of a status is a metric with its very value; an object without them has none but its state.', async () => {
  const metrics = metricsOf({ full, new: {} });
  const labels = 'kind="BackupTarget",namespace="default",name="full"';
  expect((await ofObject(metrics, 'full')).toSorted()).toEqual([
    `hybridcloud_access_key_created_timestamp_seconds{${labels}} ${Date.UTC(2026, 0, 5, 9) / 1000}`,
    `hybridcloud_bucket_monthly_cost_estimate{${labels},currency="USD"} 38.4`,
    `hybridcloud_bucket_objects{${labels}} 7`,
    `hybridcloud_bucket_size_bytes{${labels}} 1234`,
    `hybridcloud_object_drift_fields{${labels}} 2`,
    `hybridcloud_object_ready{${labels}} 1`,
    `hybridcloud_object_synced{${labels}} 0`,
    `hybridcloud_validation_consecutive_failures{${labels}} 2`,
    `hybridcloud_validation_last_timestamp_seconds{${labels}} ${Date.UTC(2026, 0, 5, 9, 20) / 1000}`,
  ]);
  expect((await ofObject(metrics, 'new')).map((line) => line.split('{')[0])).toEqual([
    'hybridcloud_object_ready',
    'hybridcloud_object_synced',
    'hybridcloud_object_drift_fields',
  ]);
});

test('Whatever stands in a status, an object has at most 50 series, and no text of it becomes a label.', async () => {
  const junk = (text: string) => ({
    conditions: [{ type: text, status: text, reason: text }],
    drift: Array.from({ length: 100 }, (_, index) => ({ path: `${text}${index}` })),
    accessKey: { id: text, createdAt: text },
    validation: { lastTime: text, key: text, consecutiveFailures: text },
    usage: { sizeBytes: text, objects: -1, monthlyEstimate: { amount: '1', currency: text } },
  });
  const metrics = metricsOf({ a: junk('evil"\n{}'), b: junk('x'.repeat(8)), c: full }, { 'evil"': 'evil"' });
  for (const name of ['a', 'b', 'c']) expect((await ofObject(metrics, name)).length).toBeLessThanOrEqual(50);
  const { text } = await metrics.text();
  expect(text).not.toMatch(/evil|xxxxxxxx/);
  expect(text.match(/currency="\w+"/g)?.toSorted()).toEqual(['currency="USD"', 'currency="other"', 'currency="other"']);
});

const promtool = spawnSync('promtool', ['--version']).error === undefined;
(promtool ? test : test.skip)(
  `Prometheus finds nothing to complain about in them${promtool ? '' : ' (skipped: promtool is not installed; Debian has it in the package prometheus)'}.`,
  async () => {
    world = worlds();
    const { metrics } = world.operator();
    world.kubernetes.install([target()]);
    await world.until(() => world?.condition('Ready')?.status === 'True');
    await inS3(world, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });
    const spec = { managementPolicy: 'Observe' };
    await world.admin.patch(backupTargets, place, { type: 'merge', body: { spec } });
    await world.until(() => world?.condition('Synced')?.status === 'False', 900);
    for (const { text } of [await metrics.text(), await metricsOf({ full }).text()]) {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
    }
  },
);
