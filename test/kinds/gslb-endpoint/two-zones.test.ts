// SPDX-License-Identifier: GPL-3.0-or-later
/** Somebody makes a second zone of the same name, beside the one in which a GslbEndpoint has its records. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { write } from '../../../src/clouds/aws/request.ts';
import { plan } from '../../../src/kinds/gslb-endpoint/plan/plan.ts';
import { asRoot, byHand, city, gslb, zoneName, type City } from './city.ts';
import { desired, empty, failover, made } from './pieces.ts';

let world: City;
beforeEach(async () => {
  world = await city();
});
afterEach(() => world.end());

const second = () => asRoot(world, write('route53', 'CreateHostedZone', { Name: zoneName, CallerReference: 'second' }));
const set = () => world.aws.route53.records(world.zone).find(({ setIdentifier }) => setIdentifier === 'seoul');

test('It goes on being looked after where it is, and is taken away there.', async () => {
  world.operator();
  await world.apply(gslb());
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 300);
  await second();
  await world.pass(1300);
  expect(world.is('Ready', 'True')).toBe(true);
  const {
    name: Name,
    type: Type,
    ttl: TTL,
    values = [],
    failover: Failover,
    healthCheckID: HealthCheckId,
  } = set() ?? {};
  const ResourceRecords = values.map((Value) => ({ Value }));
  await byHand(world, world.zone, 'DELETE', {
    Name,
    Type,
    SetIdentifier: 'seoul',
    Failover,
    TTL,
    ResourceRecords,
    HealthCheckId,
  });
  await world.until(() => set() !== undefined, 660);
  await world.remove();
  await world.until(() => world.object() === undefined, 300);
  expect([world.records(), world.aws.route53.checks()]).toEqual([[], []]);
});

test('One that is new asks a person which it is, and its deletion waits for nobody.', async () => {
  await second();
  world.operator();
  await world.apply(gslb());
  await world.until(() => world.because('Stalled') === 'ZoneAmbiguous', 60);
  await world.remove();
  await world.until(() => world.object() === undefined, 60);
  expect(world.records()).toEqual([]);
});

test('Where it is not known in which of them something was made, a deletion waits: no check goes before the records that use it.', () => {
  const zones = ['Z1', 'Z2'].map((id) => ({ id, name: zoneName, private: false }));
  const lost = { ...made(desired()), records: [], zone: { found: 'several' as const, of: zones } };
  for (const deletionPolicy of ['Delete', 'Retain'])
    expect(plan(desired(failover(), { deletionPolicy }, { absent: true }), lost)).toMatchObject({
      steps: [],
      hold: { why: 'Blocked', reason: 'ZoneAmbiguous', message: expect.stringMatching(/: Z1, Z2[.] Delete those/) },
    });
  const nothing = { ...empty, zone: lost.zone };
  const gone = desired(failover(), {}, { absent: true });
  expect(plan(gone, nothing)).toMatchObject({ steps: [] });
  expect(plan(gone, nothing).hold).toBeUndefined();
  expect(plan({ ...gone, last: { changeStatus: 'INSYNC' } }, nothing).hold?.reason).toBe('ZoneAmbiguous');
});
