// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run bench [-- -o json] [--objects N] [--events N] [--rounds N]`; docs/bench.md explains the figures. Exit status 0 when all goals hold. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureEngine, type EngineCost } from './engine.ts';
import { measureSides, type Cost, type Measured, type Size } from './sides.ts';

const tolerance = 0.15;

interface Figure {
  /** The most (or, where `atLeast` says so, the least) that is good. */
  readonly goal: number;
  readonly value: number;
  readonly holds: boolean;
}

/** A count: exact. */
function atMost(goal: number, value: number): Figure {
  return { goal, value: rounded(value), holds: value <= goal };
}

/** A measured ratio: minima of a few rounds still differ by some per cent from run to run. */
function about(goal: number, value: number): Figure {
  return { goal, value: rounded(value), holds: value <= goal * (1 + tolerance) };
}

function atLeast(goal: number, value: number): Figure {
  return { goal, value: rounded(value), holds: value >= goal };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Ratios of minima, ours to the peer's; goals from the measurements of a hand-written client against the same peer. */
function figuresOf(size: Size, { least }: Measured, engine: EngineCost): Record<string, Figure> {
  const ratio = (figure: keyof Cost) => least.ours[figure] / least['client-node'][figure];
  return {
    'cold sync, wall time, ratio to client-node': about(1.1, ratio('syncWallMs')),
    'cold sync, CPU, ratio to client-node': about(1.25, ratio('syncCPUMs')),
    'heap for all objects after collection, ratio to client-node': about(0.6, ratio('heapMB')),
    'CPU per event, ratio to client-node': about(0.8, ratio('eventCPUMs')),
    'events per CPU second': atLeast(10_000, size.events / (least.ours.eventCPUMs / 1000)),
    'reads of the cloud at rest, ratio to the fewest': atMost(1.2, engine.readsAtRest),
    'cloud writes per object made': atMost(7, engine.cloudWritesPerObject),
    'writes to Kubernetes per object made': atMost(7, engine.kubernetesWritesPerObject),
    'objects from nothing to Ready per CPU second, simulators included': atLeast(10, engine.readyPerCPUSecond),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      output: { type: 'string', short: 'o' },
      objects: { type: 'string', default: '5000' },
      events: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const size = { objects: Number(values.objects), events: Number(values.events), rounds: Number(values.rounds) };
  const measured = await measureSides(size);
  const engine = await measureEngine(20);
  const figures = figuresOf(size, measured, engine);
  if (values.output === 'json') console.log(JSON.stringify({ machine: machine(), size, figures, ...measured, engine }));
  else print(size, measured, figures);
  process.exitCode = Object.values(figures).every(({ holds }) => holds) ? 0 : 1;
}

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;
}

function print(size: object, { objectBytes, least }: Measured, figures: Record<string, Figure>): void {
  console.log(`${machine()}; ${JSON.stringify(size)}, ${objectBytes} bytes an object; the least of all rounds:`);
  console.table(Object.fromEntries(Object.entries(least).map(([side, cost]) => [side, roundedAll(cost)])));
  const rows = Object.entries(figures).map(([name, { value, goal, holds }]) => [
    name,
    { value, goal, holds: holds ? 'yes' : 'NO' },
  ]);
  console.table(Object.fromEntries(rows));
}

function roundedAll(cost: Cost): Record<string, number> {
  return Object.fromEntries(Object.entries(cost).map(([name, value]) => [name, rounded(value as number)]));
}

await main();
