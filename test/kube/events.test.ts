// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { Events } from '../../src/kube/events.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { answer } from './fake-api.ts';
import { FakeStore } from './fake-store.ts';

const object = (name = 'one') => ({
  apiVersion: 'test.dev/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'a', uid: `uid-${name}`, resourceVersion: '1', generation: 1, creationTimestamp: '' },
});
const failing = {
  type: 'Warning',
  reason: 'NotOurs',
  action: 'Reconcile',
  message: 'bucket "b" is another\'s',
} as const;

function setup(store = new FakeStore(), clock = new VirtualClock()) {
  const problems: unknown[] = [];
  const options = {
    client: store.client(clock),
    clock,
    instance: 'pod-1',
    scrub: (text: string) => text.replaceAll('canary', '[redacted]'),
  };
  const events = new Events({ ...options, onProblem: (_, error) => problems.push(error) });
  return { store, clock, events, problems };
}

describe('events', () => {
  test('an hour of failing reconciles is one Event object, written at most every ten minutes, with the count', async () => {
    const { store, clock, events } = setup();
    for (let second = 0; second < 3600; second += 5) {
      events.note(object(), failing);
      await clock.advance(5000);
    }
    await clock.advance(5000);
    expect(store.objects.size).toBe(1);
    const writes = store.requests.filter(({ method }) => method !== 'GET').length;
    expect(writes).toBeLessThanOrEqual(7);
    const [event] = [...store.objects.values()];
    expect(event).toMatchObject({
      kind: 'Event',
      type: 'Warning',
      reason: 'NotOurs',
      action: 'Reconcile',
      message: failing.message,
      involvedObject: { apiVersion: 'test.dev/v1', kind: 'Widget', namespace: 'a', name: 'one', uid: 'uid-one' },
      source: { component: 'hybrid-cloud-operator' },
      firstTimestamp: '2026-01-05T09:00:00Z',
    });
    expect(event!['count']).toBeGreaterThan(600);
  });

  test('after a restart the same words go on in the same Event object', async () => {
    const { store, clock, events } = setup();
    for (let index = 0; index < 3; index++) events.note(object(), failing);
    await clock.advance(1);
    await events.stop();
    const second = setup(store, clock);
    second.events.note(object(), failing);
    await clock.advance(1);
    expect([...store.objects.values()].map((event) => event['count'])).toEqual([4]);
  });

  test('an Event that expired in the API server is made again', async () => {
    const { store, clock, events } = setup();
    events.note(object(), failing);
    await clock.advance(700_000);
    store.objects.clear();
    events.note(object(), failing);
    await clock.advance(5000);
    expect(store.objects.size).toBe(1);
  });

  test('one object that says ever new things is cut off after 25 warnings, and does not silence others', async () => {
    const { store, clock, events } = setup();
    for (let index = 0; index < 500; index++) events.note(object(), { ...failing, message: `attempt ${index}` });
    events.note(object('two'), failing);
    await clock.advance(10);
    expect(store.objects.size).toBe(26);
    expect(events.numbers().dropped).toBe(475);
    for (let minute = 0; minute < 60; minute++) {
      events.note(object(), { ...failing, message: `later ${minute}` });
      await clock.advance(60_000);
    }
    expect(store.objects.size).toBeLessThanOrEqual(26 + 12);
  });

  test('what was done is told to the last of a hundred steps, and takes no room from what somebody has to mend', async () => {
    const { store, clock, events } = setup();
    const did = (index: number) => ({ ...failing, type: 'Normal' as const, message: `did ${index}` });
    for (let index = 0; index < 100; index++) events.note(object(), did(index));
    expect(events.numbers().dropped).toBe(0);
    for (let index = 100; index < 150; index++) events.note(object(), did(index));
    expect(events.numbers().dropped).toBe(50);
    events.note(object(), failing);
    await clock.advance(10);
    expect([...store.objects.values()].map((event) => event['type'])).toContain('Warning');
  });

  test('who only fails is told of all the same when something is done at last', () => {
    const { events } = setup();
    for (let index = 0; index < 25; index++) events.note(object(), { ...failing, message: `attempt ${index}` });
    events.note(object(), { ...failing, type: 'Normal', message: 'did it' });
    expect(events.numbers().dropped).toBe(0);
  });

  test('what was done within one second is listed in the order in which it was done', async () => {
    const { store, clock, events } = setup();
    const words = ['CreateBucket', 'SetVersioning', 'CreateUser', 'Available', 'DeleteUser', 'DeleteBucket'];
    for (const reason of words) {
      events.note(object(), { ...failing, type: 'Normal', reason });
      await clock.advance(1);
    }
    const byName = [...store.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, event]) => event['reason']);
    expect(byName).toEqual(words);
  });

  test('ten thousand notes at once neither block nor throw nor grow, while the API server is silent', async () => {
    const { store, clock, events } = setup();
    store.before = () => new Promise(() => {});
    for (let index = 0; index < 10_000; index++) events.note(object(`o${index}`), failing);
    expect(events.numbers().queued).toBeLessThanOrEqual(1000);
    const stopping = events.stop(2000);
    await clock.advance(60_000);
    await stopping;
    events.note(object(), failing);
  });

  test('a write that fails for a moment is tried again, one that is forbidden is not', async () => {
    const { store, clock, events, problems } = setup();
    const answers = [answer(503, ''), answer(429, '', { 'retry-after': '4' })];
    store.before = async () => answers.shift();
    events.note(object(), failing);
    await clock.advance(4000);
    expect(store.objects.size).toBe(0);
    await clock.advance(2000);
    expect(store.objects.size).toBe(1);
    const before = store.requests.length;
    answers.push(answer(403, ''));
    events.note(object('two'), failing);
    await clock.advance(60_000);
    expect([store.requests.length - before, problems.length]).toEqual([1, 1]);
  });

  test('a message is one line of bounded length, without secrets', async () => {
    const { store, clock, events } = setup();
    events.note(object('x'.repeat(253)), { ...failing, message: `canary\n\u001b[31m${'y'.repeat(5000)}` });
    await clock.advance(1);
    const [path, event] = [...store.objects][0]!;
    expect(event['message']).toMatch(/^\[redacted\] \[31my+…$/);
    expect(String(event['message']).length).toBeLessThan(1024);
    expect(path.split('/').at(-1)!.length).toBeLessThanOrEqual(253);
  });
});
