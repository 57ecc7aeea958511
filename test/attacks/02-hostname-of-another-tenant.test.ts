// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 2: a GslbEndpoint for a name that another tenant's answers already. */
import { afterEach, expect, test } from '@jest/globals';
import { plan } from '../../src/kinds/gslb-endpoint/plan/plan.ts';
import { markRecord } from '../../src/kinds/gslb-endpoint/name.ts';
import { city, gslb, type City } from '../kinds/gslb-endpoint/city.ts';
import { desired, empty, fqdn, record, stranger } from '../kinds/gslb-endpoint/pieces.ts';

let world: City | undefined;
afterEach(() => world?.end());

test('attack-02: the second to ask for a name gets nothing of it, neither while it lives nor when it goes.', async () => {
  world = await city();
  const { aws, apply, remove, until, is, object, zone } = world;
  world.operator();
  await apply(gslb());
  await until(() => is('Ready', 'True') && is('Synced', 'True'), 900);
  const answered = () => JSON.stringify([aws.route53.records(zone), aws.route53.checks().map(({ config }) => config)]);
  const before = answered();
  await apply(
    gslb(
      { policy: 'Simple', endpoints: [{ name: 'evil', target: { type: 'Addresses', addresses: ['192.0.2.66'] } }] },
      'thief',
    ),
  );
  await until(() => is('Stalled', 'True', 'thief'), 300);
  expect(world.because('Stalled', 'thief')).toBe('NotOurs');
  expect(answered()).toBe(before);
  await remove('thief');
  await until(() => object('thief') === undefined, 900);
  expect(answered()).toBe(before);
}, 60_000);

const theirs = [
  record(fqdn, 'A', '192.0.2.7'),
  markRecord({ records: [], owner: stranger, fqdn, zone: 'seojun.shop' }, 'A'),
];

test.each([
  ['adopts the name, as if it were nobody’s', { 'hybridcloud.dev/adopt': fqdn }],
  ['takes over from somebody else', { 'hybridcloud.dev/take-over': 'uid-8' }],
  ['takes over from whoever it is', { 'hybridcloud.dev/take-over': '*' }],
  ['takes over from a part of the owner', { 'hybridcloud.dev/take-over': 'uid' }],
])('attack-02: an annotation that %s opens nothing of another owner.', (_, annotations) => {
  const { steps, hold } = plan(desired(undefined, {}, { annotations }), { ...empty, records: theirs });
  expect([steps, hold?.reason]).toEqual([[], 'NotOurs']);
});

test('attack-02: with the very owner named, nothing is taken over before that was approved.', () => {
  const annotations = { 'hybridcloud.dev/take-over': stranger.uid };
  const world = { ...empty, records: theirs, checks: [] };
  const { steps } = plan(
    desired(
      {
        ...desired().spec,
        policy: 'Simple',
        endpoints: [{ name: 'a', target: { type: 'Addresses', addresses: ['192.0.2.66'] } }],
      } as never,
      {},
      { annotations },
    ),
    world,
  );
  expect(steps.map(({ do: verb, needs }) => [verb, needs])).toEqual([['AdoptRecords', 'approval']]);
});
