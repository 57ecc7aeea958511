// SPDX-License-Identifier: GPL-3.0-or-later
/** `demo`: the main job, start to end, on simulated worlds: examples applied, a table of what happens, what was made. */
import { createKubeClient } from '../kube/client.ts';
import { unfenced } from '../wire/guard.ts';
import { createWire } from '../wire/wire.ts';
import { undiciTransport } from '../wire/undici-transport.ts';
import type { Given } from './command/flags.ts';
import { exitStatus } from './command/exit-status.ts';
import type { Call } from './command/verb.ts';
import { examples, type Manifest } from './demo/examples.ts';
import { HurryingClock } from './demo/hurrying-clock.ts';
import { callCounts, made } from './demo/made.ts';
import { Progress, rowOf, type Row } from './demo/progress.ts';
import { tryNext } from './demo/try-next.ts';
import { applyExample, type Applied } from './demo/apply.ts';
import { startOperator } from './simulate/operator.ts';
import { untilSignal } from './simulate/until-signal.ts';
import { simulatedWorlds, type SimulatedWorlds } from './simulated-worlds.ts';
import { systemClock } from './system-clock.ts';

/** Far longer than it takes; a demo that is not done by then tells what it waits for and fails. */
const patienceMs = 120_000;
const refreshMs = 100;
/** So long a backup server takes to install, or two sites one after the other, with all around them; AWS's VPN connection takes less. */
const behindMinutes = 12;

interface Options {
  readonly keep: boolean;
  readonly json: boolean;
  /** A file that keeps the worlds from one run to the next. */
  readonly state?: string;
}

interface Result {
  readonly seconds: number;
  readonly resources: readonly (Omit<Row, 'now'> & { readonly ready: string; readonly seconds: number })[];
  readonly made: readonly string[];
  readonly calls: Readonly<Record<string, number>>;
}

function optionsOf({ switches, values }: Given): Options {
  const { state, output } = values;
  return { keep: switches.has('keep'), json: output === 'json', ...(state === undefined ? {} : { state }) };
}

interface Watching {
  readonly show: (rows: readonly Row[]) => void;
  /** Nobody waits any more. */
  readonly over: () => boolean;
}

/** Waits until every example is Ready, and all of it is made, showing what happens; gives the seconds that each took. */
async function watchThem(worlds: SimulatedWorlds, applied: readonly Applied[], { show, over }: Watching) {
  const readyAfter = new Map<Manifest, number>();
  const until = systemClock.monotonic() + patienceMs;
  for (;;) {
    const objects = [...new Set(applied.map(({ plural }) => plural))].flatMap((plural) =>
      worlds.kubernetes.objects(plural),
    );
    const rows = applied.map(({ manifest }) => rowOf(manifest, objects));
    show(rows);
    for (const [index, { manifest, at }] of applied.entries()) {
      if (rows[index]?.ready === 'True' && !readyAfter.has(manifest))
        readyAfter.set(manifest, (systemClock.monotonic() - at) / 1000);
    }
    const done = readyAfter.size === applied.length && rows.every(({ synced }) => synced === 'True');
    if (done || over() || systemClock.monotonic() > until) return { done, rows, readyAfter };
    await systemClock.sleep(refreshMs);
  }
}

const round = (seconds: number) => Math.round(seconds * 100) / 100;

function tellResult(result: Result, { keep }: Options, lines: readonly string[]): void {
  const calls = Object.values(result.calls).reduce((sum, count) => sum + count, 0);
  console.log(`\nMade in the (simulated) cloud, with ${calls} calls, in ${result.seconds} s:`);
  for (const thing of result.made) console.log(`  ${thing}`);
  console.log('\nTry next:');
  for (const line of tryNext(keep ? lines : undefined)) console.log(`  ${line}`);
}

/** @returns The exit status: 0 only when everything is Ready. */
export async function demo({ given }: Call): Promise<number> {
  const options = optionsOf(given);
  const began = systemClock.monotonic();
  if (!options.json)
    console.log(
      `Starting simulated worlds (Kubernetes, AWS, a Proxmox VE, an OPNsense, an OpenStack) and the operator; nothing leaves this machine.
Minutes pass until a server is installed or a VPN is up: their clock begins ${behindMinutes} minutes ago, and runs fast until it has caught up.\n`,
    );
  const signal = untilSignal();
  let interrupted = false;
  void signal.then(() => (interrupted = true));
  const clock = new HurryingClock(systemClock, behindMinutes * 60_000);
  const worlds = await simulatedWorlds({ clock, ...(options.state === undefined ? {} : { state: options.state }) });
  const operator = startOperator(worlds, 'demo', clock.carrying(undiciTransport()));
  // the person at the keyboard is not the operator: a client of their own, that no lease holds back
  const client = createKubeClient({
    connection: worlds.connection,
    wire: createWire({ transport: undiciTransport(), clock: systemClock, fence: unfenced }),
  });
  try {
    const applied = await Promise.all(examples().map((manifest) => applyExample(client, manifest)));
    const progress = new Progress(process.stdout);
    const show = options.json ? () => undefined : (seen: readonly Row[]) => progress.show(seen);
    const { done, rows, readyAfter } = await watchThem(worlds, applied, { show, over: () => interrupted });
    if (interrupted) return exitStatus.interrupted;
    const result: Result = {
      seconds: round((systemClock.monotonic() - began) / 1000),
      resources: rows.map(({ now: _now, ...row }, index) => ({
        ...row,
        seconds: round(readyAfter.get(applied[index]?.manifest as Manifest) ?? Number.NaN),
      })),
      made: made(worlds),
      calls: callCounts(worlds),
    };
    if (options.json) console.log(JSON.stringify(result, null, 2));
    else tellResult(result, options, worlds.lines);
    if (!done)
      console.error(
        `not Ready within ${patienceMs / 1000} s: ${rows
          .filter((row) => row.ready !== 'True' || row.synced !== 'True')
          .map((row) => `${row.name} (${row.now})`)
          .join(', ')}`,
      );
    if (options.keep && done) {
      if (!options.json) console.log('\nStays up until Ctrl-C.');
      await signal;
    }
    return done ? exitStatus.done : exitStatus.failed;
  } finally {
    clock.stop();
    await operator.stop('the demo is over');
    await worlds.close();
  }
}
