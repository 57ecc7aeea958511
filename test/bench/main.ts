// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run bench [-- -o json] [-- --quick] [-- --counts]`; docs/bench.md explains the figures. Exit status 0 when all goals hold. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { gslbGoals, measureGslb } from './gslb.ts';
import { installDotI } from './peers/install-dot-i.ts';
import { measureEngine } from './engine.ts';
import { measurePbs, pbsGoals } from './pbs.ts';
import type { Figures } from './figures.ts';
import { engineGoals, fairnessGoals, reconcilingGoals, startGoals, syncGoals, throttlingGoals } from './goals.ts';
import { sides, type Side } from './peers/side.ts';
import { bench, besideFlood } from './reconciling.ts';
import { compare, type Sizes } from './rounds.ts';
import { measureSides } from './sides.ts';
import { measureStart } from './starting.ts';
import { measureThrottling } from './throttling.ts';

const whole: Sizes = {
  rounds: 3,
  single: 60,
  many: 10_000,
  slow: 1000,
  resting: 10_000,
  idleSeconds: 20,
  names: 50,
  stores: 10,
};
const quick: Sizes = {
  rounds: 1,
  single: 20,
  many: 500,
  slow: 320,
  resting: 1000,
  idleSeconds: 3,
  names: 10,
  stores: 3,
};

const say = (text: string) => process.stderr.write(`${text}\n`);

/** dot-i is installed when it is missing; without a registry it is left out, and that is said. */
function dotI(): boolean {
  try {
    installDotI();
    return true;
  } catch {
    say('peer absent: @dot-i/k8s-operator could not be installed');
    return false;
  }
}

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`;
}

/** What is counted under virtual time, on whatever machine. */
async function count({ names, stores }: Sizes) {
  say('a throttled region');
  const throttling = await measureThrottling();
  say('GslbEndpoints in simulated worlds');
  const gslb = await measureGslb(names, 10);
  say('PbsInstances in simulated worlds');
  const pbs = await measurePbs(stores);
  const figures: Figures = { ...throttlingGoals(throttling), ...gslbGoals(gslb), ...pbsGoals(pbs) };
  return { figures, throttling, gslb, pbs };
}

async function measure(sizes: Sizes) {
  const peers = new Set<Side>(dotI() ? ['dot-i'] : []);
  say('peer absent: Go client-go (Debian 12 has no golang-k8s-client-go-dev)');
  const size = { objects: sizes.resting / 2, events: sizes.resting, rounds: sizes.rounds + 2 };
  const world = await bench();
  try {
    say('what a start takes');
    const start = await measureStart(world, 5);
    if (!start) say('not measured: the bundle, as it is not built (npm run build)');
    say('lists, watches and memory');
    const synced = await measureSides(size);
    say('from created to Ready, and at rest');
    const compared = await compare(
      world,
      sizes,
      sides.filter((side) => side !== 'dot-i' || peers.has(side)),
    );
    say('a flood');
    const flood = await besideFlood(world, { flood: sizes.many / 2, few: 50, cloudMs: 50 });
    say('BackupTargets in simulated worlds');
    const engine = await measureEngine(20);
    const { figures: counted, ...counts } = await count(sizes);
    const figures: Figures = {
      ...reconcilingGoals(sizes, compared),
      ...syncGoals(size, synced),
      ...engineGoals(engine),
      ...counted,
      ...fairnessGoals(flood),
      ...startGoals(start),
    };
    return { machine: machine(), sizes, figures, compared, sync: synced.least, engine, ...counts, flood, start };
  } finally {
    world.server.kill();
  }
}

const { values } = parseArgs({
  options: { output: { type: 'string', short: 'o' }, quick: { type: 'boolean' }, counts: { type: 'boolean' } },
});
const sizes = values.quick ? quick : whole;
const result = values.counts ? { machine: machine(), ...(await count(sizes)) } : await measure(sizes);
if (values.output === 'json') console.log(JSON.stringify(result, null, 2));
else {
  console.log(result.machine);
  const rows = Object.entries(result.figures).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  console.table(
    Object.fromEntries(
      rows.map(([name, { value, goal, holds }]) => [name, { value, goal, holds: holds ? 'yes' : 'NO' }]),
    ),
  );
}
// the API server's sockets and the simulators' timers are of no interest any more
process.exit(Object.values(result.figures).every(({ holds }) => holds) ? 0 : 1);
