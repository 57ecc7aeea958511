// SPDX-License-Identifier: GPL-3.0-or-later
/** The address moves between two machines, and back. */
import { expect } from '@jest/globals';
import { Machines, pair, type Name } from './machines.ts';
import { machinesTest } from './needs.ts';
import { until } from './site.ts';

async function begin(stack: AsyncDisposableStack, change: object = {}, password?: string) {
  const machines = stack.use(new Machines());
  await machines.begin(pair(change), password);
  const at = (name: Name) =>
    until(async () => (await machines.holders()).join() === name && (await machines.page()) === 'page', 20_000);
  return { machines, at };
}

machinesTest(
  'The machine with the higher priority has the address; when its HAProxy dies the other takes it, and gives it back.',
  async (stack) => {
    const { machines, at } = await begin(stack);
    await at('a');
    await machines.stopHaproxy('a');
    // two checks that fail, one second each, then three advertisements
    expect(await at('b')).toBeLessThan(15_000);
    await machines.haproxy('a');
    await at('a');
  },
  90_000,
);

machinesTest(
  'A machine that is cut off loses the address to the other, without a goodbye.',
  async (stack) => {
    const { machines, at } = await begin(stack, { passwordSecretRef: { name: 'vrrp-password' } }, 'Vrrp1234');
    await at('a');
    await machines.cutOff('a');
    await until(async () => (await machines.holders()).includes('b') && (await machines.page()) === 'page', 20_000);
    await machines.connect('a');
    await at('a');
    expect(machines.said.get('keepalived a')).not.toMatch(/invalid|mismatch|bogus/i);
  },
  90_000,
);

machinesTest(
  'With preemption Stay it stays where it is when the first one is back.',
  async (stack) => {
    const { machines, at } = await begin(stack, { preemption: 'Stay' });
    await until(async () => (await machines.holders()).length === 1, 20_000);
    const [first = 'a'] = await machines.holders();
    const other = first === 'a' ? 'b' : 'a';
    await machines.stopHaproxy(first);
    await at(other);
    await machines.haproxy(first);
    const from = Date.now();
    await until(async () => {
      expect(await machines.holders()).toEqual([other]);
      return Date.now() - from > 6000;
    }, 10_000);
  },
  90_000,
);
