// SPDX-License-Identifier: GPL-3.0-or-later
/** A day of looking: what it asks, of whom, and what it writes. */
import { afterAll, expect, test } from '@jest/globals';
import { house, hour, type House } from './house.ts';

const open: House[] = [];
afterAll(async () => {
  for (const one of open.splice(0)) await one.close();
});

const interval = 900_000;

test('24 hours of monitoring ask S3 nothing, and at rest nothing is told twice.', async () => {
  const at = await house({ options: { 'gc-schedule': '05:00', 'verify-new': 1 } });
  open.push(at);
  await at.days(2);
  // from now on nobody but the monitor does anything
  await at.pve.put('/cluster/backup/nightly', { schedule: 'sat 02:00' });
  await at.admin.put('/config/datastore/vm-backup-s3', { delete: ['gc-schedule'] });
  await at.look();
  at.world.s3Requests.length = 0;
  at.records.length = 0;
  const told = new Set<string>();
  for (let passed = 0; passed < 24 * hour; passed += interval) {
    await at.clock.advance(interval - 1000);
    const looked = await at.look({ recoveryPointHours: 72 });
    told.add(JSON.stringify(looked.facts));
    expect(looked.news).toEqual([]);
  }
  expect(at.world.s3Requests).toEqual([]);
  expect(told.size).toBe(1);
  expect(at.records.filter(({ call }) => call.effect !== 'read')).toEqual([]);
  const asked = [...new Set(at.records.map(({ call }) => call.action))];
  expect(asked.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'GET /admin/datastore/{store}/snapshots',
    'GET /admin/datastore/{store}/status',
    'GET /admin/gc/{store}',
    'GET /admin/prune',
    'GET /admin/verify',
    'GET /cluster/backup',
    'GET /cluster/backup/{id}/included_volumes',
    'GET /cluster/resources',
    'GET /config/datastore',
    'GET /nodes/{id}/storage/{id}/status',
    'GET /nodes/{id}/tasks',
    'GET /nodes/{node}/identity',
    'GET /nodes/{node}/time',
  ]);
  expect(at.records.length).toBe(((24 * hour) / interval) * asked.length);
});

test('Objects of one Proxmox VE and one server share their looks, and the log of a run is read once.', async () => {
  const at = await house();
  open.push(at);
  await at.days(1);
  at.records.length = 0;
  const first = await at.look({ maxAgeMs: 60_000 });
  const { length } = at.records;
  const second = await at.look({ maxAgeMs: 60_000 });
  expect(at.records.length).toBe(length);
  expect(second.facts).toEqual(first.facts);
  await at.look();
  expect(at.records.filter(({ call }) => call.action.endsWith('/log'))).toHaveLength(1);
});

test('The next look is due when a job runs, when an objective ends, or after the interval.', async () => {
  const at = await house();
  open.push(at);
  await at.days(1);
  const day = 24 * hour;
  expect((await at.look()).watchMs).toBe(300_000);
  // 09:00:00 the next day is 17 hours away from the run, and the backup of two o'clock is good for 26
  const toRun = (await at.look({ telemetryMs: 10 * day })).watchMs;
  expect(toRun / hour).toBeCloseTo(17, 1);
  const toEnd = (await at.look({ telemetryMs: 10 * day, recoveryPointHours: 10 })).watchMs;
  expect(toEnd / hour).toBeCloseTo(3, 1);
});
