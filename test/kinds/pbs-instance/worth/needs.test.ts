// SPDX-License-Identifier: GPL-3.0-or-later
/** With exactly the rights that are named all is seen; without any one of them less is. */
import { afterEach, expect, test } from '@jest/globals';
import { worthNeeds } from '../../../../src/kinds/pbs-instance/worth/needs.ts';
import { closed, good, opened, words } from './story.ts';

afterEach(closed);

test('The rights that are named are enough, and each is needed.', async () => {
  const at = await opened();
  await at.look();
  await at.days(1);
  const needs = worthNeeds(at.wish);
  const grants = needs.map(({ path, anyOf }) => ({ path, privileges: anyOf.slice(0, 1), propagate: path === '/vms' }));
  const all = at.world.pve.token({ user: 'least@pve', grants });
  const whole = await at.look({}, all);
  expect(words(whole)).toEqual(good);
  for (const [index, { path }] of grants.entries()) {
    const fewer = at.world.pve.token({ user: `less${index}@pve`, grants: grants.filter((one) => one.path !== path) });
    const less = await at.look({}, fewer).catch((error: unknown) => String(error));
    expect([path, typeof less === 'string' ? less : less.seen.pve]).not.toEqual([path, whole.seen.pve]);
  }
});
