// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { stage, told, widget, widgets } from './stage.ts';

async function threeTold(prepare: (world: ReturnType<typeof stage>) => void, names = ['a', 'b', 'c']) {
  const world = stage();
  prepare(world);
  const open = await world.watch(`${widgets}?watch=true`);
  for (const name of names) await world.ask('POST', widgets, widget(name));
  await world.clock.advance(0);
  return { ...world, open };
}

test('Dropped events never come; a relist shows what they hid.', async () => {
  const { open, ask } = await threeTold(({ faults }) => faults.watch({ resource: 'widgets', drop: 1 }));
  expect(told(open)).toEqual([]);
  expect((await ask('GET', widgets)).body.items).toHaveLength(3);
});

test('Replayed events come twice, lagging ones late and in order.', async () => {
  const twice = await threeTold(({ faults }) => faults.watch({ replay: 1 }));
  expect(told(twice.open)).toEqual(['ADDED a', 'ADDED a', 'ADDED b', 'ADDED b', 'ADDED c', 'ADDED c']);
  const late = await threeTold(({ faults }) => faults.watch({ lagMs: 5_000 }));
  expect(told(late.open)).toEqual([]);
  await late.clock.advance(5_000);
  expect(told(late.open)).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
});

test('Reordered events swap between objects, never within one.', async () => {
  const { open, ask, clock, faults } = await threeTold(({ faults }) => faults.watch({ reorder: 1 }), ['a', 'b']);
  expect(told(open)).toEqual(['ADDED b', 'ADDED a']);
  await ask('PATCH', `${widgets}/a`, { spec: { size: 2 } });
  await ask('PATCH', `${widgets}/a`, { spec: { size: 3 } });
  faults.clear();
  await clock.advance(0);
  const sizes = open
    .events()
    .slice(2)
    .map(({ object }) => (object as unknown as { spec: { size: number } }).spec.size);
  expect(sizes).toEqual([2, 3]);
});

test('Connections break, expire, go silent, tear, and carry broken lines, when told to.', async () => {
  const { watch, faults, ask, clock } = stage();
  const path = `${widgets}?watch=true`;
  const [cut, expired, silent, torn, broken] = [
    await watch(path),
    await watch(path),
    await watch(path),
    await watch(path),
    await watch(path),
  ];
  expect(faults.brokenLine({ resource: 'widgets' })).toBe(5);
  await clock.advance(0);
  expect(() => broken?.events()).toThrow(SyntaxError);
  silent.lines.length = 0;
  expect(faults.silence()).toBe(5);
  await ask('POST', widgets, widget('unheard'));
  await clock.advance(0);
  expect([silent.lines, silent.ended]).toEqual([[], undefined]);
  expect(faults.expire()).toBe(5);
  await clock.advance(0);
  expect(JSON.parse(expired.lines.at(-1) ?? '')).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  expect(faults.cut()).toBe(0);
  const again = await watch(path);
  expect(faults.cut({ resource: 'secrets' })).toBe(0);
  expect(faults.cut({ resource: 'widgets' })).toBe(1);
  await clock.advance(0);
  expect([cut.ended, torn.ended, again.ended]).toEqual(['end', 'end', 'ECONNRESET']);
});

test('Requests fail as told: refused before or after their effect, lost on either way.', async () => {
  const { faults, ask, objects, calls } = stage();
  const post = (name: string) => ask('POST', widgets, widget(name));
  faults.request({ kind: 'throttle', action: 'create widgets', nth: 1, afterCalls: 7 });
  expect(await post('a')).toMatchObject({
    status: 429,
    headers: { 'retry-after': '7' },
    body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } },
  });
  faults.clear();
  faults.request({ kind: 'errorAfter', action: 'create widgets', status: 503, nth: 1 });
  expect((await post('b')).status).toBe(503);
  faults.clear();
  faults.request(
    { kind: 'requestLost', action: 'create widgets', nth: 1 },
    { kind: 'answerLost', action: 'create widgets', nth: 2 },
  );
  await expect(post('c')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(post('d')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await post('e')).status).toBe(201);
  expect(objects('widgets').map(({ metadata }) => metadata.name)).toEqual(['b', 'd', 'e']);
  expect(calls.map(({ status, fault }) => [status, fault])).toEqual([
    [429, 'throttle'],
    [503, 'errorAfter'],
    [0, 'requestLost'],
    [0, 'answerLost'],
    [201, undefined],
  ]);
});

test('Stale lists show the past to those who allow it, and only to them.', async () => {
  const { faults, ask } = stage();
  for (const name of ['a', 'b', 'c']) await ask('POST', widgets, widget(name));
  faults.staleLists(2);
  expect((await ask('GET', `${widgets}?resourceVersion=0`)).body.items).toHaveLength(1);
  expect((await ask('GET', widgets)).body.items).toHaveLength(3);
});
