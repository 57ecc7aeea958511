// SPDX-License-Identifier: GPL-3.0-or-later
/** What `spec.ignoreFields` leaves to others: neither written nor told, and written back as it was where it goes with the rest. */
import { afterEach, expect, test } from '@jest/globals';
import { ignorable } from '../../../src/api/gslb-endpoint/ignored.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { RecordSet } from '../../../src/clouds/aws/route53/route53.ts';
import { drift } from '../../../src/kinds/gslb-endpoint/drift.ts';
import { facts } from '../../../src/kinds/gslb-endpoint/facts.ts';
import { plan } from '../../../src/kinds/gslb-endpoint/plan/plan.ts';
import { asRoot, city, endpoint, gslb, gslbEndpoints, london, seoul, type City } from './city.ts';
import { desired, fqdn, made, weighted, type Observed } from './pieces.ts';

const spec = () => weighted(50, 50);
const whole: Observed = { ...made(desired(spec())), change: 'InSync' };
const records = (edit: (one: RecordSet) => RecordSet): Observed => ({
  ...whole,
  records: whole.records.map((one) => (one.name === fqdn && one.type === 'A' ? edit(one) : one)),
});

/** How somebody else has it. */
const others: Readonly<Record<(typeof ignorable)[number], Observed>> = {
  'record.ttlSeconds': records((one) => ('ttl' in one.data ? { ...one, data: { ...one.data, ttl: 15 } } : one)),
  'endpoints.weight': records((one) => ({ ...one, policy: { type: 'Weighted', weight: 7 } })),
  'endpoints.healthCheck.failureThreshold': {
    ...whole,
    checks: whole.checks.map((one) => ({
      ...one,
      settings: { ...one.settings, failureThreshold: 9 } as typeof one.settings,
    })),
  },
};

test.each(ignorable)('%s is written and told, but for where it is left to others.', (path) => {
  const world = others[path];
  expect(plan(desired(spec()), world).steps).not.toEqual([]);
  expect(drift(desired(spec()), world)).not.toEqual([]);
  const wish = desired(spec(), { ignoreFields: [path] });
  expect(plan(wish, world).steps).toEqual([]);
  expect(drift(wish, world)).toEqual([]);
  // another one does not cover it
  const [other = path] = ignorable.filter((one) => one !== path);
  expect(plan(desired(spec(), { ignoreFields: [other] }), world).steps).toEqual(plan(desired(spec()), world).steps);
});

test('How long a failover takes is reckoned with what is there.', () => {
  const seconds = (world: Observed) =>
    facts(desired(spec(), { ignoreFields: [...ignorable] }), world).fields['failoverSeconds'] as number;
  const before = seconds(whole);
  expect(seconds(others['record.ttlSeconds'])).toBe(before - 60 + 15);
  expect(seconds(others['endpoints.healthCheck.failureThreshold'])).toBeGreaterThan(before);
});

let world: City | undefined;
afterEach(() => world?.end());

test('Whole operator: weights that a tool shifts stay, also when an address is changed, and when one goes to 0; taken back, they are as the spec says again.', async () => {
  const here = await city();
  world = here;
  here.operator();
  const all = (address: string, ...more: readonly object[]) =>
    gslb({
      policy: 'Weighted',
      ignoreFields: ['endpoints.weight', 'record.ttlSeconds'],
      endpoints: [endpoint('seoul', address, { weight: 80 }), endpoint('london', london, { weight: 20 }), ...more],
    });
  await here.apply(all(seoul));
  await here.until(() => here.is('Synced', 'True'), 600);
  const sets = () =>
    here.aws.route53
      .records(here.zone)
      .filter(({ type }) => type === 'A')
      .toSorted((a, b) => ((a.setIdentifier ?? '') < (b.setIdentifier ?? '') ? -1 : 1));
  const shown = () => sets().map(({ weight, ttl, values }) => [weight, ttl, values.join()]);
  expect(shown()).toEqual([
    [20, 60, london],
    [80, 60, seoul],
  ]);
  const shift = sets().map(({ setIdentifier: SetIdentifier, healthCheckID: HealthCheckId, values }) => ({
    Action: 'UPSERT',
    ResourceRecordSet: {
      Name: fqdn,
      Type: 'A',
      SetIdentifier,
      HealthCheckId,
      Weight: SetIdentifier === 'london' ? 100 : 0,
      TTL: 15,
      ResourceRecords: values.map((Value) => ({ Value })),
    },
  }));
  const input = { HostedZoneId: here.zone, ChangeBatch: { Changes: shift } };
  await asRoot(here, write('route53', 'ChangeResourceRecordSets', input));
  await here.pass(1300);
  const shifted = [
    [100, 15, london],
    [0, 15, seoul],
  ];
  expect(shown()).toEqual(shifted);
  expect([here.is('Synced', 'True'), here.status().drift]).toEqual([true, undefined]);
  // a new one begins with the weight of the spec, and with the TTL of the others: AWS takes no other
  await here.apply(all('3.36.122.218', endpoint('tokyo', '3.36.122.219', { weight: 5 })));
  await here.until(() => here.is('Synced', 'True') && sets().length === 3, 1200);
  expect(shown()).toEqual([shifted[0], [0, 15, '3.36.122.218'], [5, 15, '3.36.122.219']]);
  await here.admin.patch(
    gslbEndpoints,
    { namespace: 'default', name: 'gslb' },
    { type: 'merge', body: { spec: { ignoreFields: null } } },
  );
  await here.until(() => here.is('Synced', 'True') && shown()[1]?.[0] === 80, 1200);
  expect(shown()).toEqual([
    [20, 60, london],
    [80, 60, '3.36.122.218'],
    [5, 60, '3.36.122.219'],
  ]);
}, 60_000);
