// SPDX-License-Identifier: GPL-3.0-or-later
/** The heap of an operator at rest, over days of virtual time: validations, drift looks, watches that end, and nothing else. */
import { glide } from '../operator/bad-days/hands.ts';
import { target, worlds } from '../operator/worlds.ts';

export interface Footprint {
  readonly objects: number;
  readonly hours: number;
  /** Calls that the operator made. */
  readonly calls: number;
  /** MiB after a full collection, once an hour. */
  readonly heap: readonly number[];
  /** The straight line through them, in KiB a day. */
  readonly slope: number;
}

/** Caches fill and code is compiled in the first hours. */
const warmUpHours = 6;

/** Needs `node --expose-gc`. The simulated worlds are in the same heap: what they keep by design is emptied before each sample. */
export async function footprint(objects: number, hours: number): Promise<Footprint> {
  const world = worlds();
  const { records, lines } = world.operator();
  const names = Array.from({ length: objects }, (_, index) => `vm-${index}`);
  world.kubernetes.install(
    // old versions of canaries would pile up in the simulated bucket
    names.map((name) => target({ ignoreFields: ['bucket.versioning'] }, name)),
  );
  await world.until(() => names.every((name) => world.condition('Ready', name)?.status === 'True'), 300);
  const heap: number[] = [];
  let calls = 0;
  for (let hour = 0; hour < warmUpHours + hours; hour++) {
    await glide(world, 3600);
    calls += records.length;
    for (const kept of [records, lines, world.aws.calls, world.aws.decisions, world.kubernetes.calls]) kept.length = 0;
    world.kubernetes.compact();
    if (hour >= warmUpHours) heap.push(collected());
  }
  await world.end();
  return { objects, hours, calls, heap, slope: slopeOf(heap) * 1024 * 24 };
}

function collected(): number {
  // twice: what a finalizer frees goes with the second
  for (let time = 0; time < 2; time++) globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Of the least squares, by sample. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
