// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { ReadYourWrites } from '../../src/kube/read-your-writes.ts';
import { compareVersions } from '../../src/kube/resource-version.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';

const at = (resourceVersion: string, uid = 'u') => ({
  apiVersion: 'test.dev/v1',
  kind: 'Widget',
  metadata: { name: 'one', namespace: 'a', uid, resourceVersion, generation: 1, creationTimestamp: '' },
});

test('a key is held until the cache has our write, or a newer version of the object', () => {
  for (const seen of ['12', '13', '100']) {
    const own = new ReadYourWrites(new VirtualClock());
    expect(own.check('a/one', at('9'))).toEqual({ is: 'fresh' });
    own.wrote('a/one', at('12'));
    expect(own.check('a/one', at('9'))).toEqual({ is: 'behind', forMs: 10_000 });
    expect(own.check('a/other', at('9'))).toEqual({ is: 'fresh' });
    expect(own.check('a/one', at(seen))).toEqual({ is: 'fresh' });
    expect(own.size).toBe(0);
  }
});

test('of two writes the later counts, in whatever order they are told', () => {
  const own = new ReadYourWrites(new VirtualClock());
  own.wrote('a/one', at('14'));
  own.wrote('a/one', at('12'));
  expect(own.check('a/one', at('12')).is).toBe('behind');
  expect(own.check('a/one', at('14')).is).toBe('fresh');
});

test('a cache that no longer has the object has seen our write to it', () => {
  const own = new ReadYourWrites(new VirtualClock());
  own.wrote('a/one', at('12'));
  expect(own.check('a/one', undefined).is).toBe('fresh');
});

test('an old object of the same name does not count as ours, a new one does', () => {
  const own = new ReadYourWrites(new VirtualClock());
  own.wrote('a/one', at('12', 'new'));
  expect(own.check('a/one', at('10', 'old')).is).toBe('behind');
  expect(own.check('a/one', at('15', 'newer')).is).toBe('fresh');
});

test('versions that are not decimal are compared for equality only, and seen also between two looks', () => {
  const own = new ReadYourWrites(new VirtualClock());
  own.wrote('a/one', at('v-b'));
  expect(own.check('a/one', at('v-c')).is).toBe('behind');
  own.saw('a/one', at('v-b'));
  expect(own.check('a/one', at('v-c')).is).toBe('fresh');
});

test('a cache that does not catch up in time is not waited for any longer, until it does', async () => {
  const clock = new VirtualClock();
  const own = new ReadYourWrites(clock, 5000);
  own.wrote('a/one', at('12'));
  await clock.advance(4000);
  expect(own.check('a/one', at('9'))).toEqual({ is: 'behind', forMs: 1000 });
  await clock.advance(1000);
  expect(own.check('a/one', at('9'))).toEqual({ is: 'lost' });
  expect(own.check('a/one', at('12'))).toEqual({ is: 'fresh' });
});

test('what was read live is no news to the cache: it stays passed by until it shows that, or a newer version', async () => {
  const clock = new VirtualClock();
  const own = new ReadYourWrites(clock, 5000);
  own.wrote('a/one', at('12'));
  await clock.advance(5000);
  own.read('a/one', at('12'));
  expect(own.check('a/one', at('9'))).toEqual({ is: 'lost' });
  own.read('a/one', at('14'));
  expect(own.check('a/one', at('12'))).toEqual({ is: 'lost' });
  expect(own.check('a/one', at('14'))).toEqual({ is: 'fresh' });
});

test('a cache that nothing was expected of is waited for once something newer was read live', async () => {
  const clock = new VirtualClock();
  const own = new ReadYourWrites(clock, 5000);
  own.read('a/one', undefined);
  expect(own.check('a/one', at('9'))).toEqual({ is: 'fresh' });
  own.read('a/one', at('12'));
  expect(own.check('a/one', at('9'))).toEqual({ is: 'behind', forMs: 5000 });
  await clock.advance(5000);
  expect(own.check('a/one', at('9'))).toEqual({ is: 'lost' });
  expect(own.check('a/one', at('12'))).toEqual({ is: 'fresh' });
});

test.each([
  ['9', '10', 'older'],
  ['10', '9', 'newer'],
  ['18446744073709551615', '18446744073709551616', 'older'],
  ['7', '7', 'same'],
  ['a', 'a', 'same'],
  ['a', 'b', 'unknown'],
  ['007', '8', 'unknown'],
  ['', '8', 'unknown'],
  ['-1', '8', 'unknown'],
])('resource version %j against %j is %s', (a, b, order) => {
  expect(compareVersions(a, b)).toBe(order);
});
