// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Metrics } from '../../src/operator/metrics.ts';

test('Size, objects and estimate of a bucket are metrics with the very values of the status; an object without them adds none.', async () => {
  const metadata = { namespace: 'default', name: 'vm-backups' };
  const usage = { sizeBytes: 1234, objects: 7, monthlyEstimate: { amount: '38.40', currency: 'USD' } };
  const objects = new Map([
    ['default/vm-backups', { kind: 'BackupTarget', metadata, status: { usage } }],
    ['default/new', { kind: 'BackupTarget', metadata: { ...metadata, name: 'new' }, status: {} }],
  ]);
  const numbers = {
    queue: { ready: { change: 0, resync: 0 }, delayed: 0, running: 0 },
    held: 0,
    first: 0,
    watch: { reconnects: new Map() },
  };
  const cache = { keys: () => objects.keys(), get: (key: string) => objects.get(key) };
  const controller = { kind: 'BackupTarget', cache, numbers: () => numbers };
  const metrics = new Metrics({ controllers: () => [controller as never], leads: () => true });
  const lines = (await metrics.text()).text.split('\n').filter((line) => line.startsWith('hybridcloud_bucket_'));
  const labels = 'kind="BackupTarget",namespace="default",name="vm-backups"';
  expect(lines).toEqual([
    `hybridcloud_bucket_size_bytes{${labels}} 1234`,
    `hybridcloud_bucket_objects{${labels}} 7`,
    `hybridcloud_bucket_monthly_cost_estimate{${labels},currency="USD"} 38.4`,
  ]);
});
