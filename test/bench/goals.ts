// SPDX-License-Identifier: GPL-3.0-or-later
/** The goals by their ids, as docs/bench.md lists them. A peer that is not here has no figure. */
import { about, atLeast, atMost, type Figures } from './figures.ts';
import type { EngineCost } from './engine.ts';
import type { besideFlood } from './reconciling.ts';
import type { Compared, Sizes } from './rounds.ts';
import type { Cost, Measured, Size } from './sides.ts';
import type { Starting } from './starting.ts';
import type { Throttling } from './throttling.ts';

export function syncGoals(size: Size, { least }: Measured): Figures {
  const ratio = (figure: keyof Cost) => least.ours[figure] / least['client-node'][figure];
  return {
    'P7 heap for all objects after collection, ratio to client-node': about(0.6, ratio('heapMB')),
    'P8 CPU per event, ratio to client-node': about(0.8, ratio('eventCPUMs')),
    'P8 events per CPU second': atLeast(10_000, size.events / (least.ours.eventCPUMs / 1000)),
    'cold sync, wall time, ratio to client-node': about(1.1, ratio('syncWallMs')),
    'cold sync, CPU, ratio to client-node': about(1.25, ratio('syncCPUMs')),
  };
}

export function engineGoals(engine: EngineCost): Figures {
  return {
    'P6 reads of the cloud at rest, ratio to the fewest': atMost(1.2, engine.readsAtRest),
    'cloud writes per BackupTarget made': atMost(7, engine.cloudWritesPerObject),
    'writes to Kubernetes per BackupTarget made': atMost(7, engine.kubernetesWritesPerObject),
    'BackupTargets from nothing to Ready per CPU second, simulators included': atLeast(10, engine.readyPerCPUSecond),
  };
}

/** One step of the cloud at 50 ms, 64 at a time. */
function floorOfSlowCloud({ slow }: Sizes): number {
  return (50 * slow) / 64;
}

function besideDotI({ atOnce, slowCloud }: Compared): Figures {
  if (!('dot-i' in atOnce)) return {};
  return {
    'P2 all at once, wall time, ratio to dot-i': about(0.35, atOnce.ours.wallMs / atOnce['dot-i'].wallMs),
    'P3 with a cloud of 50 ms, ratio to dot-i': about(1 / 30, slowCloud.ours.wallMs / slowCloud['dot-i'].wallMs),
  };
}

export function reconcilingGoals(sizes: Sizes, compared: Compared): Figures {
  const { oneByOne, atOnce, slowCloud, atRest } = compared;
  const { ours: resting, 'client-node': peer } = atRest;
  return {
    'P1 one object to Ready, p50, ratio to client-node': about(
      0.8,
      oneByOne.ours.p50Ms / oneByOne['client-node'].p50Ms,
    ),
    'P1 one object to Ready, p99 in ms': about(25, oneByOne.ours.p99Ms),
    'P2 all at once, wall time, ratio to client-node': about(0.4, atOnce.ours.wallMs / atOnce['client-node'].wallMs),
    'P2 all at once, CPU per object, ratio to client-node': about(
      0.5,
      atOnce.ours.cpuMsPerObject / atOnce['client-node'].cpuMsPerObject,
    ),
    'P2 writes per object': atMost(3, atOnce.ours.writesPerObject),
    'P3 with a cloud of 50 ms, ratio to what 64 workers must take': about(
      1.5,
      slowCloud.ours.wallMs / floorOfSlowCloud(sizes),
    ),
    ...besideDotI(compared),
    "P5 cold start until all are observed, ratio to 0.6 of client-node's and 300 ms": about(
      1,
      resting.coldStartMs / (0.6 * peer.coldStartMs + 300),
    ),
    'P5 writes at cold start': atMost(0, resting.writesAtColdStart),
    'P7 peak memory with all objects, in MB': about(160, resting.peakRSSMB),
    'P8 from event to look, p50 in ms': about(0.5, resting.startedAfterP50Ms),
    'P8 from event to look, p99 in ms': about(5, resting.startedAfterP99Ms),
    'P8 CPU per change, ratio to client-node': about(0.8, resting.cpuMsPerChange / peer.cpuMsPerChange),
    'P9 CPU at rest, in ms per second': about(5, resting.idleCPUMsPerSecond),
    'P9 writes at rest': atMost(0, resting.writesAtRest),
  };
}

export function fairnessGoals({ aloneMs, besideMs }: Awaited<ReturnType<typeof besideFlood>>): Figures {
  return { "P12 a tenant beside another's flood, p99, ratio to alone": about(2, besideMs / aloneMs) };
}

export function throttlingGoals({ offered, inError, recoverySeconds, otherRegion }: Throttling): Figures {
  return {
    'P11 calls offered to a throttled region, ratio to unthrottled': atMost(1.3, offered),
    'P11 objects in an error state': atMost(0, inError),
    'P11 seconds until all is well again': atMost(5.05, recoverySeconds),
    'P11 seconds that another region loses': atMost(0, otherRegion),
  };
}

export function startGoals(start: Starting | undefined): Figures {
  if (!start) return {};
  return {
    'P13 from the start of the process to its watch, in ms': about(400, start.watchingAfterMs),
    'P13 bundle, in MB': atMost(25, start.bundleMB),
  };
}
