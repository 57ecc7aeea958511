// SPDX-License-Identifier: GPL-3.0-or-later
/** The engine between in-process worlds: what it takes to make objects, and what they cost at rest. */
import { atRest, fewestReads, rareReads } from '../kinds/backup-target/at-rest.ts';
import { isReady, makeStage } from '../kinds/stage.ts';
import { manifestOf } from '../kinds/backup-target/manifests.ts';

export interface EngineCost {
  /** Objects brought from nothing to Ready per second of CPU, the simulated worlds' own work included. */
  readonly readyPerCPUSecond: number;
  /** Calls that change something in the cloud, per object, canary left out. */
  readonly cloudWritesPerObject: number;
  readonly kubernetesWritesPerObject: number;
  /** Reads of the cloud at rest, as a multiple of the fewest there can be. */
  readonly readsAtRest: number;
}

export async function measureEngine(objects: number): Promise<EngineCost> {
  await make(3); // modules loaded, code compiled
  const made = await make(objects);
  const rest = await atRest(objects, 3600);
  const fewest = Object.entries(fewestReads(rest));
  const total = fewest.reduce((sum, [, count]) => sum + count, 0);
  const names = [...fewest.map(([name]) => name), ...rareReads];
  const reads = names.reduce((sum, name) => sum + (rest.calls[name] ?? 0), 0);
  return { ...made, readsAtRest: reads / total };
}

async function make(objects: number): Promise<Omit<EngineCost, 'readsAtRest'>> {
  const stage = makeStage();
  const before = process.cpuUsage();
  for (let n = 1; n <= objects; n++) {
    const manifest = manifestOf({}, n);
    await stage.apply(manifest);
    await stage.until(manifest.name, isReady);
  }
  const { user, system } = process.cpuUsage(before);
  const writes = stage.outputs.records.filter(({ call }) => call.effect === 'write').map(({ call }) => call);
  const canary = new Set(['PutObject', 'DeleteObject']);
  const ofKubernetes = writes.filter(({ service }) => service === 'kubernetes');
  const ofCloud = writes.filter(({ service, action }) => service !== 'kubernetes' && !canary.has(action));
  return {
    readyPerCPUSecond: objects / ((user + system) / 1e6),
    cloudWritesPerObject: ofCloud.length / objects,
    kubernetesWritesPerObject: ofKubernetes.length / objects,
  };
}
