// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/core/objects.ts';
import type { Step } from '../../src/core/step.ts';
import { Metrics } from '../../src/operator/metrics.ts';
import { target, worlds, type Worlds } from './worlds.ts';

let world: Worlds | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

const none = { controllers: () => [], leads: () => false };
const valueOf = (text: string, series: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(series))
    ?.split(' ')
    .at(-1);

test('They tell of each object whether it is ready and synced, of calls, steps, looks, queue and lease.', async () => {
  world = worlds();
  const { metrics } = world.operator();
  world.kubernetes.install([target()]);
  await world.until(() => world?.condition('Ready')?.status === 'True');
  await world.pass(5);
  const { text } = await metrics.text();
  const labels = '{kind="BackupTarget",namespace="default",name="vm-backups"}';
  expect(valueOf(text, `hybridcloud_object_ready${labels}`)).toBe('1');
  expect(valueOf(text, `hybridcloud_object_synced${labels}`)).toBe('1');
  expect(Number(valueOf(text, `hybridcloud_object_last_success_timestamp_seconds${labels}`))).toBeGreaterThan(1.7e9);
  expect(valueOf(text, 'hybridcloud_steps_total{kind="BackupTarget",step="CreateBucket",result="done"}')).toBe('1');
  expect(valueOf(text, 'hybridcloud_api_calls_total{service="s3",action="CreateBucket",result="200"}')).toBe('1');
  expect(valueOf(text, 'hybridcloud_queue_depth{kind="BackupTarget",state="delayed"}')).toBe('1');
  expect(Number(valueOf(text, 'hybridcloud_looks_total{kind="BackupTarget",next="later"}'))).toBeGreaterThan(0);
  expect(valueOf(text, 'hybridcloud_leader')).toBe('1');
});

test('An object adds few series, and they go with it.', async () => {
  world = worlds();
  const { metrics } = world.operator();
  await world.pass(2);
  const names = Array.from({ length: 10 }, (_, index) => `vm-${index}`);
  world.kubernetes.install([target()]);
  await world.until(() => world?.condition('Ready')?.status === 'True');
  const count = async () =>
    (await metrics.text()).text.split('\n').filter((line) => line && !line.startsWith('#')).length;
  const one = await count();
  world.kubernetes.install(names.map((name) => target({}, name)));
  await world.until(() => names.every((name) => world?.condition('Ready', name)?.status === 'True'));
  await world.pass(5);
  expect(((await count()) - one) / names.length).toBeLessThanOrEqual(10);
  expect((await metrics.text()).text).toContain('vm-3');
  expect((await metrics.text()).text).not.toContain('iksan');
});

test('A change to what was applied already counts as drift; a first one, a deletion and a probe do not.', async () => {
  const metrics = new Metrics(none);
  const object = (status: unknown, more: object = {}): KubeObject => ({
    apiVersion: 'x/v1',
    kind: 'BackupTarget',
    metadata: {
      name: 'n',
      namespace: 'a',
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '',
      ...more,
    },
    status,
  });
  const applied = { observedGeneration: 1, conditions: [{ type: 'Synced', status: 'True' }] };
  const step: Step = { do: 'SetVersioning', effect: 'update', target: 'bucket b' };
  metrics.step(object({}), step);
  metrics.step(object(applied, { generation: 2 }), step);
  metrics.step(object(applied, { deletionTimestamp: 'now' }), step);
  metrics.step(object(applied), { ...step, effect: 'probe' });
  metrics.step(object(applied), step, new Error('no'));
  expect((await metrics.text()).text).not.toMatch(/^hybridcloud_drift_total\{/m);
  metrics.step(object(applied), step);
  expect((await metrics.text()).text).toContain('hybridcloud_drift_total{kind="BackupTarget",step="SetVersioning"} 1');
});

test('An object that cannot be looked at has no last success, and none that is gone.', async () => {
  world = worlds({ grants: {} });
  const { metrics } = world.operator();
  world.kubernetes.install([target()]);
  await world.until(() => world?.condition('Stalled')?.status === 'True');
  const { text } = await metrics.text();
  expect(text).not.toMatch(/^hybridcloud_object_last_success_timestamp_seconds\{/m);
  expect(valueOf(text, 'hybridcloud_object_ready{')).toBe('0');
});

test('Answers that ask to slow down are counted apart.', async () => {
  const metrics = new Metrics(none);
  const call = { service: 's3', action: 'PutObject', effect: 'write' as const, parameters: [], timeoutMs: 1 };
  for (const result of [200, 503, 429, 'timeout'] as const) metrics.call({ call, startedAt: 0, durationMs: 5, result });
  const { text } = await metrics.text();
  expect(text).toContain('hybridcloud_api_throttled_total{service="s3",action="PutObject"} 2');
  expect(text).toContain('result="timeout"');
});
