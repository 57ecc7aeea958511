// SPDX-License-Identifier: GPL-3.0-or-later
/** Runs stories with the installed kubectl against a server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { printed } from './printed.ts';
import { type Asker, asker } from './asking.ts';
import { type Asking, type Done, type Exchange, type Stage, type Step, stepOf, type Story, words } from './story.ts';

const program = 'kubectl';
export const version = /v1\.(\d+)/.exec(
  spawnSync(program, ['version', '--client'], { encoding: 'utf8' }).stdout ?? '',
)?.[1];

interface Place {
  readonly asker: Asker;
  readonly folder: string;
  readonly stage: Stage;
}

function kubeconfig({ url, authority }: Stage, namespace: string): string {
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(authority).toString('base64') };
  const users = ['admin', 'operator'];
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster }],
    users: users.map((name) => ({ name, user: { token: `${name}-token` } })),
    contexts: users.map((name) => ({ name, context: { cluster: 'local', user: name, namespace } })),
    'current-context': 'admin',
  });
}

function start({ run, as, stdin }: Step, { folder }: Place): ChildProcess {
  const [, ...rest] = words(run);
  const child = spawn(program, as ? [...rest, '--context', as] : rest, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      KUBECONFIG: join(folder, 'config'),
      KUBECACHEDIR: join(folder, 'cache'),
      KUBE_EDITOR: './edit.sh',
    },
    stdio: 'pipe',
    timeout: 30_000,
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin ?? '');
  return child;
}

interface Outcome {
  over: boolean;
  out: string;
  err: string;
  /** Resolves with the exit status. */
  readonly ended: Promise<number>;
  readonly lines: (count: number) => Promise<void>;
}

function follow(child: ChildProcess): Outcome {
  let wake = (): void => {};
  const ended = new Promise<number>((resolve) => {
    child.on('close', (code) => resolve(code ?? 0));
  });
  void ended.then(() => {
    outcome.over = true;
    wake();
  });
  const outcome: Outcome = {
    over: false,
    out: '',
    err: '',
    ended,
    lines: async (count) => {
      while (!outcome.over && outcome.out.split('\n').length <= count)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    },
  };
  child.stdout?.on('data', (part: Buffer) => {
    outcome.out += part.toString('utf8');
    wake();
  });
  child.stderr?.on('data', (part: Buffer) => {
    outcome.err += part.toString('utf8');
  });
  return outcome;
}

async function meanwhile(step: Step, place: Place): Promise<Done[]> {
  const done: Done[] = [];
  for (const one of step.during?.steps ?? []) done.push(await perform(stepOf(one), place, true));
  return done;
}

async function command(step: Step, place: Place): Promise<Performed> {
  const child = start(step, place);
  const outcome = follow(child);
  let during: Done[] = [];
  let own: Performed['own'];
  if (step.during) {
    await outcome.lines(step.during.lines);
    // a moment for the watch to be open
    await new Promise((resolve) => setTimeout(resolve, 150));
    own = place.stage.asked?.();
    during = await meanwhile(step, place);
    const { until } = step.during;
    if (until !== undefined) {
      await outcome.lines(until);
      child.kill('SIGKILL');
    }
  }
  const exit = await outcome.ended;
  return { exit, out: printed(outcome.out, place.folder), err: printed(outcome.err, place.folder), during, own };
}

interface Performed {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly during: readonly Done[];
  /** What was asked before others came in between. */
  readonly own: (() => readonly Exchange[]) | undefined;
}

async function question(asking: Asking, step: Step, place: Place): Promise<Performed> {
  let during: Done[] = [];
  let own: Performed['own'];
  const out = await place.asker.ask(asking, async () => {
    own = place.stage.asked?.();
    during = await meanwhile(step, place);
  });
  return { exit: 0, out, err: '', during, own };
}

async function perform(step: Step, place: Place, isInside = false): Promise<Done> {
  const { asked, settled } = place.stage;
  const { own, during, ...rest } = step.asks ? await question(step.asks, step, place) : await command(step, place);
  if (!isInside) await settled?.();
  const exchanges = (own ?? asked?.())?.() ?? [];
  return { run: step.run, ...rest, exchanges, ...(during.length > 0 ? { during } : {}) };
}

function furnish({ files, namespace }: Story, stage: Stage): string {
  const folder = mkdtempSync(join(tmpdir(), 'story-'));
  writeFileSync(join(folder, 'config'), kubeconfig(stage, namespace), { mode: 0o600 });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    if (name.endsWith('.sh')) chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

export async function runStory(story: Story, stage: Stage): Promise<Done[]> {
  const folder = furnish(story, stage);
  const place: Place = { folder, stage, asker: asker(stage) };
  const done: Done[] = [];
  try {
    for (const step of [`kubectl create namespace ${story.namespace}`, ...story.steps])
      done.push(await perform(stepOf(step), place));
  } finally {
    await place.asker.close();
    rmSync(folder, { recursive: true });
  }
  return done;
}
