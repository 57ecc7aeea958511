// SPDX-License-Identifier: GPL-3.0-or-later
/** The heap of an operator at rest, over days of virtual time: validations, drift looks, watches that end, and nothing else. */
import { glide } from '../operator/bad-days/hands.ts';
import { pbsInstance, proxmox } from '../operator/proxmox.ts';
import { target, worlds, type Running, type Worlds } from '../operator/worlds.ts';

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
  const names = Array.from({ length: objects }, (_, index) => `vm-${index}`);
  return await sampled(world, {
    hours,
    // old versions of canaries would pile up in the simulated bucket
    manifests: names.map((name) => target({ ignoreFields: ['bucket.versioning'] }, name)),
    running: world.operator(),
    isReady: () => names.every((name) => world.condition('Ready', name)?.status === 'True'),
    objects,
    kept: [],
  });
}

/** The same of a PbsInstance with its VM, whose job runs once a week: a look a minute, and nothing to do. */
export async function footprintOfPbs(hours: number): Promise<Footprint> {
  const world = proxmox();
  const { calls, s3Requests } = world.site.world;
  const jobs = [{ id: 'weekly', schedule: 'sat 02:00' }];
  return await sampled(world, {
    hours,
    manifests: [target({ ignoreFields: ['bucket.versioning'] }), pbsInstance({ jobs })],
    running: world.start(),
    isReady: () => world.told('Synced')?.status === 'True',
    objects: 1,
    kept: [calls, s3Requests],
  });
}

interface Sampled {
  readonly objects: number;
  readonly hours: number;
  readonly manifests: readonly object[];
  readonly running: Running;
  readonly isReady: () => boolean;
  /** What these worlds keep besides. */
  readonly kept: readonly unknown[][];
}

async function sampled(
  world: Worlds,
  { objects, hours, manifests, running, isReady, kept }: Sampled,
): Promise<Footprint> {
  const { records, lines } = running;
  world.kubernetes.install(manifests);
  await world.until(isReady, 900);
  const all = [records, lines, world.aws.calls, world.aws.decisions, world.kubernetes.calls, ...kept] as {
    length: number;
  }[];
  const heap: number[] = [];
  let calls = 0;
  for (let hour = 0; hour < warmUpHours + hours; hour++) {
    await glide(world, 3600);
    calls += records.length;
    for (const one of all) one.length = 0;
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
