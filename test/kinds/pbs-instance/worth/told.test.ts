// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status holds, and what becomes an event. */
import { expect, test } from '@jest/globals';
import { toSchema } from '../../../../src/api/crd.ts';
import { pbsInstance } from '../../../../src/api/pbs-instance.ts';
import { boundStatus } from '../../../../src/api/status-bounds.ts';
import { worthNews } from '../../../../src/kinds/pbs-instance/worth/news.ts';
import { worthOf } from '../../../../src/kinds/pbs-instance/worth/worth.ts';
import { backup, hour, night, run, seen, wish } from './sight.ts';

test('A thousand guests without a backup: the lists hold a hundred, the rest is counted, and the API takes it as it is.', () => {
  const vmids = Array.from({ length: 1000 }, (_, at) => at + 100);
  const old = Object.fromEntries(vmids.map((vmid) => [vmid, [backup(night - 99 * hour)]]));
  const failures = vmids.map((vmid) => ({ vmid, why: `${'x'.repeat(280)} ${vmid}` }));
  const worth = worthOf(
    wish,
    seen({
      vmids,
      backups: old,
      runs: [
        run({
          end: { is: 'Failed', message: 'job errors' },
          report: { storage: 'pbs', selection: vmids.join(','), failures },
        }),
      ],
    }),
    {},
  );
  const { guests } = worth.facts.fields;
  expect([guests?.stale?.length, guests?.omitted, guests?.protected]).toEqual([100, 900, '0/1000']);
  const conditions = worth.facts.conditions.map((one) => ({ ...one, lastTransitionTime: '2026-01-06T09:00:00Z' }));
  const status = { ...worth.facts.fields, conditions };
  expect(Buffer.byteLength(JSON.stringify(status))).toBeLessThan(60_000);
  const bounded = boundStatus(toSchema(pbsInstance.statusSchema), status);
  expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThan(32 * 1024);
  expect(pbsInstance.statusSchema.parse(bounded)).toEqual(bounded);
});

test('News: what turned, once; and guests that join those without a backup.', () => {
  const condition = (status: 'True' | 'False', reason: string) => ({
    type: 'Protected',
    status,
    reason,
    message: `${reason}.`,
  });
  const stale = (...ids: number[]) => ({
    guests: { protected: '0/2', total: 2, stale: ids.map((id) => ({ id, reason: 'TooOld' })) },
  });
  const good = { conditions: [condition('True', 'ObjectiveMet')] };
  const bad = { ...stale(200), conditions: [condition('False', 'BackupsStale')] };
  expect(worthNews({}, good)).toEqual([]);
  expect(worthNews(good, bad)).toMatchObject([{ type: 'Warning', reason: 'BackupsStale' }]);
  expect(worthNews(bad, bad)).toEqual([]);
  expect(worthNews(bad, { ...bad, ...stale(200, 201) })).toMatchObject([
    { reason: 'MoreBackupsStale', message: expect.stringContaining('201') },
  ]);
  expect(worthNews(bad, good)).toMatchObject([{ type: 'Normal', reason: 'ObjectiveMet' }]);
});
