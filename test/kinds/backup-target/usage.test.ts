// SPDX-License-Identifier: GPL-3.0-or-later
/** Size, objects and estimate from CloudWatch's daily metrics: where they are readable, and where not. */
import { expect, test } from '@jest/globals';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import { sizeText } from '../../../src/kinds/backup-target/usage.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { bucketName, manifestOf, region, type Wish } from './manifests.ts';
import { account, isReady, makeStage, type Stage } from '../stage.ts';

const hour = 3_600_000;
const day = 24 * hour;

interface Usage {
  readonly checkedAt: string;
  readonly at?: string;
  readonly sizeBytes?: number;
  readonly size?: string;
  readonly objects?: number;
  readonly message?: string;
  readonly monthlyEstimate?: object;
}

function usageOf(stage: Stage, name = 'vm-backups'): Usage | undefined {
  return (stage.object(name)?.status as { usage?: Usage } | undefined)?.usage;
}

async function ready(n = 0, stage = makeStage(), wish: Wish = {}): Promise<Stage> {
  const manifest = manifestOf(wish, n);
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  return stage;
}

function putter({ aws, clock }: Stage, where = region) {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const root = new Aws({ wire, clock }).bare({ region: where, account, credentials: aws.account(account).rootKey });
  return (Key: string, size: number) =>
    root.send(write('s3', 'PutObject', { Bucket: bucketName, Key, Body: 'x'.repeat(size) }));
}

/** As the queue would look when nothing happens in between. */
async function later(stage: Stage, ms: number, name = 'vm-backups'): Promise<void> {
  await stage.clock.advance(ms);
  await stage.look(name);
  await stage.clock.advance(300_000);
  await stage.look(name);
}

const asked = ({ aws }: Stage) => aws.calls.filter(({ action }) => action === 'GetMetricData').length;

test('First nothing is delivered, then the size of the day before, with an estimate from a dated list; asked for three times a day.', async () => {
  const stage = await ready();
  await putter(stage)('vm/100', 300_000);
  await later(stage, hour);
  expect(usageOf(stage)).toMatchObject({ message: expect.stringContaining('no value yet') });
  await later(stage, 2 * day);
  expect(usageOf(stage)).toMatchObject({
    at: '2026-01-06T00:00:00Z',
    size: expect.stringMatching(/^29\d KiB$/),
    monthlyEstimate: { amount: '0.00', currency: 'USD', pricesAsOf: '2026-07-04', summary: '0.00 USD' },
  });
  const { sizeBytes = 0, objects = 0 } = usageOf(stage) ?? {};
  expect(sizeBytes).toBeGreaterThanOrEqual(300_000);
  expect(sizeBytes).toBeLessThan(301_000);
  // the canary's versions and markers are there as well
  expect(objects).toBeGreaterThan(1);
  const before = asked(stage);
  for (let looks = 0; looks < 24; looks++) await later(stage, hour - 300_000);
  expect(asked(stage) - before).toBeLessThanOrEqual(3);
});

test('Many objects of an account and region are one call.', async () => {
  const stage = makeStage();
  for (let n = 1; n <= 4; n++) await ready(n, stage);
  const all = Array.from({ length: 4 }, (_, n) => `vm-backups-${n + 1}`);
  for (const name of all) await later(stage, 1000, name);
  await stage.clock.advance(8 * hour);
  const before = asked(stage);
  for (const name of all) await stage.look(name);
  for (const name of all) await later(stage, 1000, name);
  expect(asked(stage) - before).toBe(1);
  expect(all.map((name) => usageOf(stage, name)?.checkedAt)).not.toContain(undefined);
});

test('Where CloudWatch may not be read the usage says so and what to allow, and nothing else suffers.', async () => {
  const stage = await ready();
  stage.aws.faults.add({ kind: 'error', service: 'cloudwatch', code: 'AccessDenied', status: 403 });
  await later(stage, hour);
  expect(usageOf(stage)?.message).toContain('Allow cloudwatch:GetMetricData');
  expect(isReady(stage.object('vm-backups'))).toBe(true);
  const before = asked(stage);
  await later(stage, hour);
  expect(asked(stage)).toBe(before);
});

test('While CloudWatch fails what was known stays, and it is left alone for half an hour.', async () => {
  const stage = await ready();
  await putter(stage)('vm/100', 1000);
  await later(stage, 2 * day);
  const known = usageOf(stage);
  expect(known?.sizeBytes).toBeGreaterThan(0);
  stage.aws.faults.add({ kind: 'error', service: 'cloudwatch', code: 'InternalServiceFault', status: 500 });
  await stage.clock.advance(8 * hour);
  const before = asked(stage);
  await stage.look('vm-backups');
  await later(stage, 0);
  expect(usageOf(stage)).toEqual(known);
  expect(isReady(stage.object('vm-backups'))).toBe(true);
  expect(asked(stage) - before).toBe(1);
});

test('A region without a price has a size and no estimate.', async () => {
  const stage = await ready(0, makeStage(), { aws: { region: 'ap-east-1' } });
  await putter(stage, 'ap-east-1')('vm/100', 1000);
  await later(stage, 2 * day);
  expect(usageOf(stage)?.sizeBytes).toBeGreaterThan(0);
  expect(usageOf(stage)?.monthlyEstimate).toBeUndefined();
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1.5 * 2 ** 40, '1.5 TiB'],
  [200 * 2 ** 30, '200 GiB'],
  [5000 * 2 ** 50, '5000 PiB'],
])('%d bytes are told as %s.', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
