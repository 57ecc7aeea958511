// SPDX-License-Identifier: GPL-3.0-or-later
/** A certificate beside the name, by the whole operator: requested, proven in the same zone, issued, and away again. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { city, gslb, region, type City } from './city.ts';

let world: City;
beforeEach(async () => {
  world = await city();
});
afterEach(() => world.end());

test('A certificate is requested, proven by a record in the zone and followed to ISSUED; deletion takes certificate and record along.', async () => {
  world.operator();
  await world.apply(gslb({ certificate: { domains: ['gslb.seojun.shop'] } }));
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 1800);
  expect(world.status().certificates).toMatchObject([
    { region, status: 'ISSUED', arn: expect.stringContaining('acm') },
  ]);
  const proofs = world.records().filter((one) => one.includes('_') && one.includes(' CNAME'));
  expect(proofs).toHaveLength(1);
  await world.remove();
  await world.until(() => world.object() === undefined, 1800);
  expect(world.records()).toEqual([]);
});
