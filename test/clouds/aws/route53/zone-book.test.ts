// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import type { RecordSet } from '../../../../src/clouds/aws/route53/route53.ts';
import { ZoneBook } from '../../../../src/clouds/aws/route53/zone-book.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';

const record = (name: string): RecordSet => ({
  name,
  type: 'A',
  policy: { type: 'Simple' },
  data: { ttl: 60, values: ['192.0.2.1'] },
});

function book(size = 4) {
  const clock = new VirtualClock();
  const it = new ZoneBook(clock);
  const asked: string[] = [];
  const all = ['a', 'b', 'c', 'd', ...Array.from({ length: size - 4 }, (_, at) => `n${at}`)].map(record);
  const looks = {
    whole: async () => {
      asked.push('all');
      return all;
    },
    single: async (name: string) => {
      asked.push(name);
      return all.filter((one) => one.name === name);
    },
  };
  return {
    clock,
    it,
    asked,
    get: (names: string[], maxAgeMs: number) => it.get(names, { maxAgeMs, size, looks }),
  };
}

test('One list of a small zone serves everybody within the age that they allow.', async () => {
  const { clock, get, asked } = book();
  expect(await get(['a', 'x'], 60_000)).toEqual([record('a')]);
  await clock.advance(59_000);
  await get(['b'], 60_000);
  expect(asked).toEqual(['all']);
  await clock.advance(2000);
  await get(['b'], 60_000);
  expect(asked).toEqual(['all', 'all']);
});

test('In a large zone a name is asked for by itself, until as many are wanted as the list has pages.', async () => {
  const { get, asked } = book(1200);
  await get(['a'], 60_000);
  await get(['b', 'c'], 60_000);
  expect(asked).toEqual(['a', 'b', 'c']);
  const other = book(900);
  await Promise.all([other.get(['a', 'b'], 60_000), other.get(['c', 'd', 'e'], 60_000)]);
  expect(other.asked).toEqual(['a', 'b', 'all']);
});

test('Who asks for a fresh answer about one name does not have the whole of a large zone listed for those who rest.', async () => {
  const { clock, get, asked } = book(1500);
  for (const name of ['a', 'b', 'c', 'd']) await get([name], 600_000);
  await clock.advance(1000);
  await get(['a'], 0);
  expect(asked).toEqual(['a', 'b', 'c', 'd', 'a']);
});

test('An answer from before a write is too old for that name, and good for the others.', async () => {
  const { it, get, asked } = book(1000);
  await get(['a', 'b', 'c', 'd'], 60_000);
  expect(asked).toEqual(['all']);
  it.changed(['a']);
  await get(['b', 'c'], 60_000);
  expect(asked).toEqual(['all']);
  await get(['a'], 60_000);
  expect(asked).toEqual(['all', 'a']);
});

test('A look that began before a write and ends after it does not count for what was written.', async () => {
  const { it, asked } = book();
  const answers: ((records: readonly RecordSet[]) => void)[] = [];
  const looks = {
    whole: () => {
      asked.push('all');
      return new Promise<readonly RecordSet[]>((resolve) => answers.push(resolve));
    },
    single: async () => [],
  };
  const before = it.get(['a'], { maxAgeMs: 60_000, looks });
  it.changed(['a']);
  const after = it.get(['a'], { maxAgeMs: 60_000, looks });
  answers[1]?.([record('a')]);
  expect(await after).toEqual([record('a')]);
  answers[0]?.([]);
  expect(await before).toEqual([]);
  expect(await it.get(['a'], { maxAgeMs: 60_000, looks })).toEqual([record('a')]);
  expect(asked).toEqual(['all', 'all']);
});

test('A look that failed is no answer to the next who asks.', async () => {
  const { it, asked } = book();
  let fails = true;
  const looks = {
    whole: async () => {
      asked.push('all');
      if (fails) throw new Error('no answer');
      return [record('a')];
    },
    single: async () => [],
  };
  await expect(it.get(['a'], { maxAgeMs: 60_000, looks })).rejects.toThrow('no answer');
  fails = false;
  expect(await it.get(['a'], { maxAgeMs: 60_000, looks })).toEqual([record('a')]);
});

test('A batch whose answer never came leaves its names in doubt until one is answered that came after it.', () => {
  const { it } = book();
  const first = { id: 'C1', status: 'INSYNC', submittedAt: 1 } as const;
  it.changed(['a'], first);
  it.lost(['a']);
  expect(it.isInDoubt('a')).toBe(true);
  expect(new ZoneBook(new VirtualClock(), it.save()).isInDoubt('a')).toBe(true);
  // refused: it changed nothing, and says nothing of the one before
  it.changed(['b']);
  expect(it.isInDoubt('a')).toBe(true);
  const later = { id: 'C2', status: 'PENDING', submittedAt: 2 } as const;
  it.changed(['b'], later);
  expect(it.isInDoubt('a')).toBe(false);
  expect(it.changeOf('a')).toEqual(later);
});
