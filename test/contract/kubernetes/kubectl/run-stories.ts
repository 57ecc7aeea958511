// SPDX-License-Identifier: GPL-3.0-or-later
/** Runs stories with the installed kubectl against a server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { printed } from './printed.ts';
import { type Done, type Exchange, type Step, stepOf, type Story, words } from './story.ts';

const program = 'kubectl';
export const version = /v1\.(\d+)/.exec(
  spawnSync(program, ['version', '--client'], { encoding: 'utf8' }).stdout ?? '',
)?.[1];

export interface Stage {
  /** `https://127.0.0.1:1234`, which knows the tokens `admin-token` and `operator-token`. */
  readonly url: string;
  /** PEM. */
  readonly authority: string;
  /** Takes what was asked since the last time; the result is to be called once all is settled. */
  readonly asked?: () => () => readonly Exchange[];
  /** Waits until what is under way has been answered. */
  readonly settled?: () => Promise<void>;
}

interface Place {
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
  let over = false;
  void ended.then(() => {
    over = true;
    wake();
  });
  const outcome: Outcome = {
    out: '',
    err: '',
    ended,
    lines: async (count) => {
      while (!over && outcome.out.split('\n').length <= count)
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

async function perform(step: Step, place: Place, isInside = false): Promise<Done> {
  if (process.env.DBG) console.log(new Date().toISOString(), step.run);
  const { settled, asked } = place.stage;
  const child = start(step, place);
  const outcome = follow(child);
  const during: Done[] = [];
  let own: (() => readonly Exchange[]) | undefined;
  if (step.during) {
    await outcome.lines(step.during.lines);
    // a moment for the watch to be open
    await new Promise((resolve) => setTimeout(resolve, 150));
    own = asked?.();
    for (const one of step.during.steps) during.push(await perform(stepOf(one), place, true));
    const { until } = step.during;
    if (until !== undefined) {
      await outcome.lines(until);
      child.kill('SIGKILL');
    }
  }
  const exit = await outcome.ended;
  if (!isInside) await settled?.();
  const exchanges = (own ?? asked?.())?.() ?? [];
  if (process.env.DBG) console.log(exit, outcome.out, outcome.err);
  const done = {
    run: step.run,
    exit,
    out: printed(outcome.out, place.folder),
    err: printed(outcome.err, place.folder),
    exchanges,
  };
  return during.length > 0 ? { ...done, during } : done;
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
  const done: Done[] = [];
  try {
    for (const step of [`kubectl create namespace ${story.namespace}`, ...story.steps])
      done.push(await perform(stepOf(step), { folder, stage }));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return done;
}
