// SPDX-License-Identifier: GPL-3.0-or-later
/** A queue under random operations, and what it owes to whoever asked. */
import { WorkQueue } from '../../src/kube/queue.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { seeded } from './seeded.ts';

export interface QueueVerdict {
  /** Keys for which no run began after they were last asked for. */
  readonly lost: readonly string[];
  /** How often a key was served by two workers at a time. */
  readonly twice: number;
  /** What is left in the queue once all is quiet. */
  readonly left: number;
}

/** Adds of both priorities and delays, runs that take time, fail, or ask for another one; then quiet. */
export async function randomOperations(operations: number, seed: number): Promise<QueueVerdict> {
  const random = seeded(seed);
  const running = new Set<string>();
  /** When each key was last asked for, and when a run last began after that. */
  const asked = new Map<string, number>();
  const begun = new Map<string, number>();
  let order = 0;
  let twice = 0;
  const clock = new VirtualClock();
  const queue = new WorkQueue({
    clock,
    random,
    workers: 4,
    work: async (key) => {
      if (running.has(key)) twice++;
      running.add(key);
      begun.set(key, order++);
      if (random() < 0.5) await clock.sleep(Math.floor(random() * 20));
      running.delete(key);
      const roll = random();
      if (roll < 0.05) throw new Error('x');
      if (roll < 0.15) return { again: 'after', ms: Math.floor(random() * 50) };
      return roll < 0.2 ? { again: 'backOff' } : { again: 'done' };
    },
  });
  queue.start();
  for (let operation = 0; operation < operations; operation++) {
    const key = `${'abcdefgh'[Math.floor(random() ** 3 * 8)]}/${Math.floor(random() * 40)}`;
    asked.set(key, order++);
    const roll = random();
    if (roll < 0.5) queue.add(key);
    else if (roll < 0.7) queue.add(key, 'resync');
    else queue.addAfter(key, Math.floor(random() * 30));
    if (operation % 40 === 0) await clock.advance(Math.floor(random() * 60));
  }
  await clock.advance(3_600_000);
  const { ready, delayed, running: still } = queue.numbers();
  const lost = [...asked].filter(([key, when]) => (begun.get(key) ?? -1) < when).map(([key]) => key);
  await queue.stop();
  return { lost, twice, left: ready.change + ready.resync + delayed + still };
}
