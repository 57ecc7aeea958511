// SPDX-License-Identifier: GPL-3.0-or-later
/** Worlds as a look could find them: half made, made for another wish, edited, foreign, moving, and half taken away. */
import * as fc from 'fast-check';
import type { RecordSet } from '../../../src/clouds/aws/route53/route53.ts';
import { markRecord } from '../../../src/kinds/gslb-endpoint/name.ts';
import { checked, served } from '../../api/good-gslb-endpoints.ts';
import { changed, type Spec } from '../../api/manifests.ts';
import { desired, empty, externalMark, failover, fqdn, made, now, record, stranger, told, weighted } from './pieces.ts';
import type { Desired, Observed } from './pieces.ts';

const fast: Spec = { type: 'TCP', address: '3.36.122.217', port: 443, intervalSeconds: 10 };
const counted: Spec = { type: 'Calculated', calculated: { endpoints: ['london'], healthyAtLeast: 1 } };
export const specs: readonly Spec[] = [
  failover(),
  changed({ failover: { prefer: 'Secondary' } }, failover()),
  changed({ 'record.ttlSeconds': 30 }, failover()),
  served('Failover', { role: 'Primary', healthCheck: fast }, { role: 'Secondary', ...checked({ port: 80 }) }),
  served('Failover', { role: 'Primary', healthCheck: counted }, { role: 'Secondary', ...checked() }),
  served('Simple', { target: { type: 'Addresses', addresses: ['3.36.122.1', '3.36.122.2', '3.36.122.3'] } }),
  weighted(1),
  weighted(3, 1),
  weighted(10, 0, 255, 7),
  served('Weighted', { weight: 1, state: 'Drained', ...checked() }, { weight: 1, ...checked() }),
  served('Multivalue', checked(), checked(), {}),
  served('Latency', { region: 'ap-northeast-2' }, { region: 'eu-west-2', ...checked() }),
  served('Geolocation', { geolocation: { continent: 'AS' } }, { geolocation: { country: '*' } }),
  changed(
    { 'record.type': 'CNAME' },
    served('Weighted', { weight: 1, target: { type: 'Hostname', hostname: 'www.example.net' } }),
  ),
  changed(
    { 'record.type': 'AAAA' },
    served('Multivalue', { target: { type: 'Addresses', addresses: ['2600:1f14::7'] } }),
  ),
];

const wish = fc.constantFrom(...specs);

const annotations = fc.constantFrom<Desired['annotations']>(
  {},
  {},
  {},
  { 'hybridcloud.dev/adopt': fqdn },
  { 'hybridcloud.dev/take-over': 'default' },
  { 'hybridcloud.dev/take-over': stranger.uid },
  { 'hybridcloud.dev/allow-mass-change-until': '2026-01-05T10:00:00Z' },
);

export const wishes: fc.Arbitrary<Desired> = fc
  .record({
    spec: wish,
    annotations,
    absent: fc.constantFrom(false, false, false, true),
    deletionPolicy: fc.constantFrom('Delete', 'Delete', 'Retain'),
  })
  .map(({ spec, annotations: given, absent, deletionPolicy }) =>
    desired(spec, { deletionPolicy }, { annotations: given, absent }),
  );

const theirMark = (type: string) => markRecord({ records: [], owner: stranger, fqdn, zone: 'seojun.shop' }, type);

const a = record(fqdn, 'A', '192.0.2.7');
const weightedA = record(fqdn, 'A', '192.0.2.8', { setIdentifier: 'other', policy: { type: 'Weighted', weight: 1 } });
const foreign = fc.constantFrom<readonly RecordSet[]>(
  [],
  [],
  [a],
  [weightedA],
  [a, externalMark(`a-${fqdn}`)],
  [a, externalMark(fqdn)],
  [a, theirMark('A')],
  [theirMark('A')],
  [record(fqdn, 'CNAME', 'www.example.net.')],
  [record(fqdn, 'MX', '10 mail.seojun.shop.')],
  [record(fqdn, 'AAAA', '2600:1f14::9')],
  [record(`a-${fqdn}`, 'TXT', '"v=spf1 -all"')],
);

/** What somebody did to it since. */
type Edit = (world: Observed) => Observed;
const edits = fc.constantFrom<Edit>(
  (world) => world,
  (world) => world,
  (world) => ({ ...world, records: world.records.slice(1) }),
  (world) => ({ ...world, records: world.records.slice(0, -1) }),
  (world) => ({ ...world, records: world.records.filter(({ type }) => type !== 'TXT') }),
  (world) => ({ ...world, records: world.records.filter(({ type }) => type === 'TXT') }),
  (world) => ({ ...world, checks: world.checks.slice(1) }),
  (world) => ({ ...world, checks: world.checks.map((one) => ({ ...one, tags: {} })) }),
  (world) => ({
    ...world,
    checks: world.checks.map((one) =>
      one.settings.type === 'TCP' ? { ...one, settings: { ...one.settings, failureThreshold: 9 } } : one,
    ),
  }),
  (world) => ({
    ...world,
    records: world.records.map((one) => ('ttl' in one.data ? { ...one, data: { ...one.data, ttl: 5 } } : one)),
  }),
  (world) => ({ ...world, statuses: world.checks.map(({ id }) => told(id, undefined)) }),
  (world) => ({ ...world, statuses: world.checks.map(({ id }, at) => told(id, at === 0)) }),
);

const made1 = specs.map((spec) => made(desired(spec)));

export const observedWorlds: fc.Arbitrary<Observed> = fc
  .record({
    whole: fc.constantFrom(empty, ...made1),
    edit: edits,
    foreign,
    change: fc.constantFrom('Pending' as const, 'InSync' as const, 'Unknown' as const, 'Unknown' as const),
    room: fc.constantFrom(undefined, undefined, { have: 3, most: 200 }, { have: 200, most: 200 }),
  })
  .map(({ whole, edit, foreign: theirs, change, room }) => {
    const edited = edit(whole);
    const others = whole.records.length === 0 ? theirs : theirs.filter(({ type }) => type === 'MX');
    return {
      ...edited,
      now,
      change,
      records: [...edited.records, ...others],
      ...(room ? { room } : {}),
    };
  });
