// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run soak [-- -o json] [-- --hours 48] [-- --objects 5]`. Exit status 0 when all goals hold. */
import { parseArgs } from 'node:util';
import { faultyWatch } from '../kube/faulty-watch.ts';
import { randomOperations } from '../kube/queue-model.ts';
import { footprint, footprintOfPbs, type Footprint } from './footprint.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

interface Figure {
  readonly name: string;
  readonly goal: string;
  readonly value: number | string;
  readonly holds: boolean;
}

/** Ten seeds of a hundred thousand: other orders find more than longer ones. */
async function queue(): Promise<Figure> {
  let bad = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const { lost, twice, left } = await randomOperations(100_000, seed);
    bad += lost.length + twice + left;
  }
  return {
    name: 'queue',
    goal: '1,000,000 random operations, none lost, none served twice at a time',
    value: bad,
    holds: bad === 0,
  };
}

async function watch(): Promise<Figure> {
  let wrong = 0;
  let events = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const verdict = await faultyWatch({ seed, steps: 400, changes: 25, objects: 200 });
    events += verdict.events;
    if (!verdict.mirrors || verdict.open > 0) wrong++;
  }
  return { name: 'watch', goal: `${events} changes under 2,000 faults, none missed`, value: wrong, holds: wrong === 0 };
}

function heap(of: string, { hours, calls, heap: samples, slope }: Footprint): Figure {
  const [first = 0] = samples;
  process.stderr.write(`MiB by the hour: ${samples.map((value) => value.toFixed(2)).join(' ')}\n`);
  return {
    name: `heap of ${of}`,
    goal: `at rest over ${hours} h: less than 1 MiB a day more`,
    value: `${Math.round(slope)} KiB a day, ${first.toFixed(1)} to ${(samples.at(-1) ?? 0).toFixed(1)} MiB, ${calls} calls`,
    holds: slope < 1024,
  };
}

const { values } = parseArgs({
  options: {
    output: { type: 'string', short: 'o' },
    hours: { type: 'string', default: '48' },
    objects: { type: 'string', default: '5' },
  },
});
if (!globalThis.gc) throw new Error('start it with node --expose-gc, or by npm run soak');
const figures: Figure[] = [];
const [objects, hours] = [Number(values.objects), Number(values.hours)];
const heapOfTargets = async () => heap(`${objects} BackupTargets`, await footprint(objects, hours));
const heapOfPbs = async () => heap('a PbsInstance', await footprintOfPbs(hours));
for (const measure of [queue, watch, heapOfTargets, heapOfPbs]) {
  const figure = await measure();
  figures.push(figure);
  if (values.output !== 'json')
    say(`${figure.holds ? 'holds' : 'FAILS'}  ${figure.name}: ${figure.value}  (${figure.goal})`);
}
if (values.output === 'json') say(JSON.stringify({ figures }, null, 2));
process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
