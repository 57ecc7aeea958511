// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { Delays } from '../../src/kube/delays.ts';
import { WorkQueue, type Again } from '../../src/kube/queue.ts';
import { ReadyLine } from '../../src/kube/ready-line.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { randomOperations } from './queue-model.ts';
import { seeded } from './seeded.ts';

const done: Again = { again: 'done' };

interface Setup {
  readonly workers?: number;
  readonly workersPerNamespace?: number;
  readonly work?: (key: string) => Promise<Again>;
  readonly random?: () => number;
  readonly onError?: (key: string) => void;
}

function aQueue(setup: Setup = {}) {
  const clock = new VirtualClock();
  const served: string[] = [];
  const at: [string, number][] = [];
  const work = async (key: string): Promise<Again> => {
    served.push(key);
    at.push([key, clock.monotonic()]);
    return setup.work ? setup.work(key) : done;
  };
  const queue = new WorkQueue({ clock, random: () => 1, ...setup, work });
  queue.start();
  return { clock, queue, served, at };
}

describe('a work queue', () => {
  test('serves a key that was added many times once', async () => {
    const { clock, queue, served } = aQueue({ workers: 1 });
    for (let index = 0; index < 5; index++) queue.add('a/x');
    queue.add('a/y');
    for (let index = 0; index < 5; index++) queue.add('a/y');
    await clock.advance(1);
    // x was taken at once by the free worker, so the later adds make one more run
    expect(served).toEqual(['a/x', 'a/y', 'a/x']);
  });

  test('serves a key again that changed while it was served, and never by two workers', async () => {
    let running = 0;
    const { clock, queue, served } = aQueue({
      work: async () => {
        expect(++running).toBe(1);
        await clock.sleep(10);
        running--;
        return done;
      },
    });
    queue.add('a/x');
    await clock.advance(5);
    queue.add('a/x');
    await clock.advance(100);
    expect(served).toEqual(['a/x', 'a/x']);
  });

  test('serves the earlier of two delays, and a run takes the place of a delay', async () => {
    const { clock, queue, at } = aQueue();
    queue.addAfter('a/x', 5000);
    queue.addAfter('a/x', 1000);
    queue.addAfter('a/x', 9000);
    queue.addAfter('a/y', 3000);
    queue.add('a/y');
    await clock.advance(20_000);
    expect(at).toEqual([
      ['a/y', 0],
      ['a/x', 1000],
    ]);
  });

  test('comes back after the delay that a run asks for, however long', async () => {
    let runs = 0;
    const ninetyDays = 90 * 86_400_000;
    const { clock, queue, at } = aQueue({
      work: () => Promise.resolve(++runs === 1 ? { again: 'after', ms: ninetyDays } : done),
    });
    queue.add('a/x');
    await clock.advance(ninetyDays + 1);
    expect(at).toEqual([
      ['a/x', 0],
      ['a/x', ninetyDays],
    ]);
  });

  test('backs off from 1 s to 5 min, forgets on success, and a longer Retry-After wins', async () => {
    const answers: Again[] = [
      ...Array.from({ length: 11 }, (): Again => ({ again: 'backOff' })),
      done,
      { again: 'backOff' },
      { again: 'backOff', atLeastMs: 60_000 },
      done,
    ];
    const { clock, queue, at } = aQueue({ work: () => Promise.resolve(answers.shift() ?? done) });
    queue.add('a/x');
    await clock.advance(3_600_000);
    queue.add('a/x');
    await clock.advance(3_600_000);
    const gaps = at.map(([, time], index) => (index === 0 ? 0 : (time - at[index - 1]![1]) / 1000));
    expect(gaps.slice(1, 12)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect(gaps.slice(13)).toEqual([1, 60]);
  });

  test('a run that throws is told, and tried again with back-off', async () => {
    const errors: string[] = [];
    let runs = 0;
    const { clock, queue, served } = aQueue({
      onError: (key) => {
        errors.push(key);
        throw new Error('also the one who is told');
      },
      work: () => {
        if (++runs < 3) throw new Error('boom');
        return Promise.resolve(done);
      },
    });
    queue.add('a/x');
    await clock.advance(10_000);
    expect([errors, served]).toEqual([
      ['a/x', 'a/x'],
      ['a/x', 'a/x', 'a/x'],
    ]);
  });

  test('draws back-off with full jitter', async () => {
    const random = seeded(3);
    const { clock, queue, at } = aQueue({ random, work: () => Promise.resolve({ again: 'backOff' }) });
    for (let index = 0; index < 300; index++) queue.add(`a/${index}`);
    await clock.advance(1000);
    const firstRetries = at.slice(300).map(([, time]) => time);
    expect(firstRetries.filter((time) => time < 500).length).toBeGreaterThan(100);
    expect(Math.max(...firstRetries)).toBeGreaterThan(900);
  });

  test('serves changes before resyncs, but starves no resync', async () => {
    const { clock, queue, served } = aQueue({ workers: 1, work: async () => (await clock.sleep(10), done) });
    queue.add('a/first');
    for (let index = 0; index < 3; index++) queue.add(`a/r${index}`, 'resync');
    for (let index = 0; index < 20; index++) queue.add(`a/c${index}`);
    queue.add('a/r2'); // a resync that changes now
    await clock.advance(1000);
    expect(served.slice(0, 8)).toEqual(['a/first', 'a/c0', 'a/c1', 'a/c2', 'a/c3', 'a/c4', 'a/c5', 'a/c6']);
    expect(served.indexOf('a/r0')).toBe(8);
    expect(served.indexOf('a/r1')).toBe(17);
    expect(served.filter((key) => key === 'a/r2')).toHaveLength(1);
  });

  test('gives another namespace its turn after one object of a namespace with five thousand', async () => {
    const { clock, queue, at } = aQueue({ workers: 1, work: async () => (await clock.sleep(10), done) });
    for (let index = 0; index < 5000; index++) queue.add(`big/${index}`);
    await clock.advance(100);
    queue.add('small/one');
    await clock.advance(30);
    expect(at.find(([key]) => key === 'small/one')![1]).toBeLessThanOrEqual(120);
  });

  test('leaves workers to others when all objects of one namespace hang', async () => {
    const { clock, queue, served } = aQueue({
      workers: 8,
      work: (key) => (key.startsWith('hung/') ? new Promise(() => {}) : Promise.resolve(done)),
    });
    for (let index = 0; index < 100; index++) queue.add(`hung/${index}`);
    queue.add('good/one');
    await clock.advance(10);
    expect(served).toContain('good/one');
    expect(queue.numbers()).toMatchObject({ running: 7, ready: { change: 93, resync: 0 } });
  });

  test('stops: begins nothing more, and waits for what it had begun', async () => {
    let finished = 0;
    const { clock, queue, served } = aQueue({
      workers: 2,
      work: async () => (await clock.sleep(1000), finished++, done),
    });
    for (const key of ['a/1', 'a/2', 'a/3']) queue.add(key);
    queue.addAfter('a/4', 100);
    await clock.advance(10);
    let stopped = false;
    const stopping = queue.stop().then(() => (stopped = true));
    queue.add('a/5');
    await clock.advance(500);
    expect(stopped).toBe(false);
    await clock.advance(600);
    await stopping;
    expect([served, finished, clock.sleeping]).toEqual([['a/1', 'a/2'], 2, 0]);
  });

  test('over 100,000 random operations loses no key, never serves one twice at a time, and ends empty', async () => {
    // a million more: npm run soak
    expect(await randomOperations(100_000, 20_260_301)).toEqual({ lost: [], twice: 0, left: 0 });
  }, 15_000);
});

describe('the line of keys that are ready', () => {
  test('gives every namespace its turn: between two turns of one, each other waiting one has had exactly one', () => {
    const line = new ReadyLine((key) => key.slice(0, key.indexOf('/')));
    const random = seeded(11);
    const sizes = Array.from({ length: 12 }, () => 1 + Math.floor(random() * 50));
    sizes.forEach((size, namespace) => {
      for (let index = 0; index < size; index++) line.push(`${namespace}/${index}`, 'change', 0);
    });
    const turns = new Map<string, number>();
    for (let next = line.pop(() => true); next; next = line.pop(() => true)) {
      const namespace = next.key.slice(0, next.key.indexOf('/'));
      turns.set(namespace, (turns.get(namespace) ?? 0) + 1);
      for (const [other, size] of sizes.entries()) {
        const had = turns.get(String(other)) ?? 0;
        if (had < size) expect(Math.abs(had - turns.get(namespace)!)).toBeLessThanOrEqual(1);
      }
    }
    expect([...turns.values()].reduce((sum, count) => sum + count, 0)).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });
});

describe('delays', () => {
  test('come due in order, each key once at its earliest time, as in a plain model', () => {
    const random = seeded(7);
    const delays = new Delays();
    const model = new Map<string, number>();
    let now = 0;
    for (let step = 0; step < 50_000; step++) {
      const key = `k${Math.floor(random() * 300)}`;
      const roll = random();
      if (roll < 0.6) {
        const at = now + Math.floor(random() * 1000);
        delays.put(key, at);
        model.set(key, Math.min(at, model.get(key) ?? Infinity));
      } else if (roll < 0.8) {
        delays.remove(key);
        model.delete(key);
      } else {
        now += Math.floor(random() * 20);
        const due = [...model].filter(([, at]) => at <= now).map(([name]) => name);
        for (const name of due) model.delete(name);
        expect([...delays.take(now)].sort()).toEqual(due.sort());
      }
    }
    expect([delays.size, delays.next()]).toEqual([model.size, model.size ? Math.min(...model.values()) : undefined]);
  });
});
