// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, test } from '@jest/globals';
import { Reflector } from '../../src/kube/reflector.ts';
import { collectionSource } from '../../src/kube/source.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { answer, FakeApi, widgets } from './fake-api.ts';
import { seeded } from './seeded.ts';

function aReflector(options: { random?: () => number; onChange?: (key: string) => void } = {}) {
  const clock = new VirtualClock();
  const api = new FakeApi();
  const seen: string[] = [];
  const problems: string[] = [];
  const reflector = new Reflector({
    source: collectionSource(api.client(clock), widgets),
    clock,
    random: options.random ?? (() => 0.999),
    onChange: options.onChange ?? ((key) => seen.push(key)),
    onProblem: (message) => problems.push(message),
  });
  running = reflector;
  return { clock, api, seen, problems, reflector };
}
let running: Reflector | undefined;
afterEach(() => running?.stop());

const mirrored = (reflector: Reflector, api: FakeApi) =>
  [...reflector.cache.keys()].sort().join() === [...api.objects.keys()].sort().join() &&
  [...api.objects].every(
    ([key, object]) => reflector.cache.get(key)?.metadata.resourceVersion === object.metadata.resourceVersion,
  );

describe('a reflector', () => {
  test('lists in pages, is synced, and then follows one watch with bookmarks', async () => {
    const { clock, api, seen, reflector } = aReflector();
    for (let index = 0; index < 1201; index++) api.put(`w${index}`);
    reflector.start();
    reflector.start();
    await clock.advance(1);
    expect(await reflector.synced).toBe(true);
    expect(seen).toHaveLength(1201);
    api.put('new');
    api.remove('w0');
    await clock.advance(1);
    expect(seen.slice(1201)).toEqual(['a/new', 'a/w0']);
    expect(mirrored(reflector, api)).toBe(true);
    expect(api.requests.map(({ url }) => url.searchParams.get('watch') ?? url.searchParams.get('limit'))).toEqual([
      '500',
      '500',
      '500',
      '1',
    ]);
    expect(api.requests[0]?.headers['accept-encoding']).toBe('gzip');
    const { searchParams } = api.requests[3]!.url;
    expect(searchParams.get('allowWatchBookmarks')).toBe('true');
    expect(Number(searchParams.get('timeoutSeconds'))).toBeGreaterThanOrEqual(270);
    expect(Number(searchParams.get('timeoutSeconds'))).toBeLessThanOrEqual(330);
    expect(api.mostWatches).toBe(1);
  });

  test('keeps no managedFields', async () => {
    const { clock, api, reflector } = aReflector();
    api.put('one');
    reflector.start();
    await clock.advance(1);
    api.put('two');
    await clock.advance(1);
    expect(JSON.stringify([reflector.cache.get('a/one'), reflector.cache.get('a/two')])).not.toContain('managedFields');
  });

  test('goes on from the last bookmark, without a list, when the server ends the watch', async () => {
    const { clock, api, reflector } = aReflector();
    reflector.start();
    await clock.advance(60_000);
    api.bookmark(4711);
    await clock.advance(1);
    api.endWatches();
    await clock.advance(1);
    expect(api.requests.at(-1)?.url.searchParams.get('resourceVersion')).toBe('4711');
    expect(reflector.counters()).toMatchObject({ relists: 1, reconnects: new Map([['ended', 1]]) });
  });

  test('sees what happened during a reset within 0.8 s and without a list', async () => {
    const { clock, api, seen, reflector } = aReflector();
    reflector.start();
    await clock.advance(10);
    api.resetWatches();
    for (let index = 0; index < 10; index++) api.put(`w${index}`);
    await clock.advance(800);
    expect(seen).toHaveLength(10);
    expect(reflector.counters()).toMatchObject({ relists: 1, reconnects: new Map([['reset', 1]]) });
  });

  test('lists again after 410, as an answer or as an event, and tells the deletions that it missed', async () => {
    const { clock, api, seen, reflector } = aReflector();
    for (const name of ['kept', 'gone', 'gone2']) api.put(name);
    reflector.start();
    await clock.advance(10);
    seen.length = 0;
    api.resetWatches();
    api.remove('gone');
    api.compact();
    await clock.advance(1600);
    expect(seen).toEqual(['a/gone']);
    api.muteWatches();
    api.remove('gone2');
    for (const live of api.live) live.push('{"type":"ERROR","object":{"kind":"Status","code":410}}\n');
    api.compact();
    await clock.advance(1600);
    expect(seen).toEqual(['a/gone', 'a/gone2']);
    expect(mirrored(reflector, api)).toBe(true);
  });

  test('does not list in a tight loop when every watch is refused with 410', async () => {
    const { clock, api, reflector } = aReflector();
    reflector.start();
    await clock.advance(10);
    api.put('x');
    for (let index = 0; index < 400; index++)
      api.next.push(answer(410, {}), answer(200, { metadata: { resourceVersion: '1' }, items: [] }));
    api.resetWatches();
    await clock.advance(120_000);
    const refused = api.requests.length;
    expect(refused).toBeLessThan(40);
    expect(refused).toBeGreaterThan(8);
  });

  test('notices a half-open connection within 90 s', async () => {
    const { clock, api, seen, reflector } = aReflector();
    reflector.start();
    await clock.advance(10);
    api.muteWatches();
    api.put('silent');
    await clock.advance(85_000);
    expect(seen).toEqual(['a/silent']);
    expect(reflector.counters().reconnects.get('stalled')).toBe(1);
    expect(api.live.size).toBe(1);
  });

  test('notices a watch that the server does not even open', async () => {
    const { clock, api, seen, reflector } = aReflector();
    reflector.start();
    await clock.advance(10);
    api.next.push('hang');
    api.resetWatches();
    api.put('late');
    await clock.advance(17_000);
    expect(seen).toEqual(['a/late']);
  });

  test('counts a broken line and goes on from where it was, losing nothing', async () => {
    const { clock, api, seen, reflector } = aReflector();
    reflector.start();
    await clock.advance(10);
    api.send('{"type":"ADDED","object":{"metad\n');
    api.put('after');
    await clock.advance(900);
    expect(seen).toEqual(['a/after']);
    expect(reflector.counters()).toMatchObject({ brokenLines: 1, relists: 1 });
  });

  test('waits as long as Retry-After says, and longer each time when nothing is said', async () => {
    const { clock, api, reflector } = aReflector();
    api.next.push(answer(429, { kind: 'Status', code: 429 }, { 'retry-after': '7' }));
    reflector.start();
    await clock.advance(6_900);
    expect(api.requests).toHaveLength(1);
    await clock.advance(200);
    expect(await reflector.synced).toBe(true);
    for (let index = 0; index < 12; index++)
      api.next.push(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const before = api.requests.length;
    api.resetWatches();
    await clock.advance(60_000);
    expect(api.requests.length - before).toBeLessThan(9);
  });

  test('survives a CRD that is not there yet and is synced once it is', async () => {
    const { clock, api, problems, reflector } = aReflector();
    api.next.push(...Array.from({ length: 5 }, () => answer(404, '404 page not found')));
    api.put('x');
    reflector.start();
    await clock.advance(60_000);
    expect(problems).toHaveLength(5);
    expect(reflector.cache.size).toBe(1);
  });

  test('counts a handler that throws, and goes on', async () => {
    const calls: string[] = [];
    const { clock, api, reflector } = aReflector({
      onChange: (key) => {
        calls.push(key);
        throw new Error('handler');
      },
    });
    api.put('one');
    api.put('two');
    reflector.start();
    await clock.advance(10);
    api.put('three');
    await clock.advance(10);
    expect(calls).toEqual(['a/one', 'a/two', 'a/three']);
    expect(reflector.counters().handlerErrors).toBe(3);
  });

  test('ignores events that come twice or out of order', async () => {
    const { clock, api, seen, reflector } = aReflector();
    const old = api.put('one');
    reflector.start();
    await clock.advance(10);
    api.put('one', { newer: true });
    await clock.advance(10);
    seen.length = 0;
    api.send(`${JSON.stringify({ type: 'MODIFIED', object: old })}\n`);
    api.send(`${JSON.stringify({ type: 'DELETED', object: old })}\n`);
    api.send(`${JSON.stringify({ type: 'MODIFIED', object: api.objects.get('a/one') })}\n`);
    await clock.advance(10);
    expect(seen).toEqual([]);
    expect(mirrored(reflector, api)).toBe(true);
  });

  test('lists again when a bookmark lies before what it has seen', async () => {
    const { clock, api, reflector } = aReflector();
    reflector.start();
    await clock.advance(10);
    api.bookmark(5);
    await clock.advance(900);
    expect(reflector.counters()).toMatchObject({ relists: 2, reconnects: new Map([['wentBack', 1]]) });
  });

  test('finds a lost event by listing again after half an hour', async () => {
    const { clock, api, reflector } = aReflector();
    reflector.start();
    await clock.advance(10);
    for (const live of api.live) live.mute = true;
    api.put('lost');
    for (const live of api.live) live.mute = false;
    for (let minute = 0; minute < 32; minute++) {
      api.bookmark();
      await clock.advance(60_000);
      if (minute % 5 === 4) api.endWatches();
    }
    await clock.advance(1000);
    expect(mirrored(reflector, api)).toBe(true);
  });

  test('stopped while its watch is being opened, leaves none open and calls nobody', async () => {
    const { clock, api, seen, reflector } = aReflector();
    reflector.start();
    const stopping = reflector.stop();
    await clock.advance(10);
    await stopping;
    await reflector.stop();
    api.put('late');
    await clock.advance(1000);
    expect([api.live.size, seen.length, await reflector.synced]).toEqual([0, 0, false]);
  });

  test('after any of 200 random sequences of faults mirrors the server, over exactly one watch', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seeded(seed);
      const { clock, api, reflector } = aReflector({ random });
      const faults = [
        () => api.resetWatches(),
        () => api.endWatches(),
        () => api.muteWatches(),
        () => api.compact(),
        () => api.send('garbage\n'),
        () => api.bookmark(),
        () => api.next.push(answer(429, {}, { 'retry-after': '1' })),
        () => api.next.push(answer(500, 'oops')),
        () => api.next.push(new Error('ECONNREFUSED')),
        () => api.next.push('hang'),
        () => api.send('{"type":"ERROR","object":{"code":410}}\n'),
      ];
      reflector.start();
      for (let step = 0; step < 12; step++) {
        faults[Math.floor(random() * faults.length)]!();
        const name = `w${Math.floor(random() * 6)}`;
        if (random() < 0.3) api.remove(name);
        else api.put(name);
        await clock.advance(Math.floor(random() * 3000));
      }
      api.next.length = 0; // from here on no new faults: it has to recover from those that struck
      for (let minute = 0; minute < 6; minute++) {
        await clock.advance(50_000);
        api.bookmark();
      }
      expect({ seed, mirrored: mirrored(reflector, api), live: api.live.size, most: api.mostWatches }).toEqual({
        seed,
        mirrored: true,
        live: 1,
        most: 1,
      });
      await reflector.stop();
      expect(api.live.size).toBe(0);
    }
  });
});
