// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn, type ChildProcess } from 'node:child_process';
import { shown } from '../../leaks/channels.ts';
import { until } from '../kube-world.ts';

export interface OperatorProcess {
  readonly process: ChildProcess;
  /** Of its log. */
  readonly lines: readonly string[];
  readonly errors: readonly string[];
  readonly exit: Promise<number | null>;
  says(text: string, withinMs?: number): Promise<unknown>;
  /** SIGTERM; the exit status and the milliseconds it took. */
  end(): Promise<{ readonly status: number | null; readonly ms: number }>;
  kill(): Promise<unknown>;
}

export interface OperatorChoice {
  readonly kubeconfig: string;
  readonly awsEndpoint: string;
  readonly key: { readonly accessKeyID: string; readonly secretAccessKey: string };
  /** Instead of the sources: a bundle, run by a user who may write nothing. */
  readonly bundle?: string;
  readonly flags?: readonly string[];
}

const nobody = { uid: 65_532, gid: 65_532 };

/** `hybrid-operator run` as a process of its own, told by flags and variables what a Deployment would tell it. */
export function startOperator({
  kubeconfig,
  awsEndpoint,
  key,
  bundle,
  flags = ['--lease-seconds=4'],
}: OperatorChoice): OperatorProcess {
  const program = bundle ? ['--max-semi-space-size=2', bundle] : ['src/cli/main.ts'];
  const child = spawn(
    process.execPath,
    [
      ...program,
      'run',
      `--kubeconfig=${kubeconfig}`,
      '--context=operator',
      `--aws-endpoint=${awsEndpoint}`,
      '--http-address=127.0.0.1',
      '--http-port=0',
      ...flags,
    ],
    {
      env: { AWS_ACCESS_KEY_ID: key.accessKeyID, AWS_SECRET_ACCESS_KEY: key.secretAccessKey },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(bundle ? { cwd: '/' } : {}),
      ...(bundle && process.getuid?.() === 0 ? nobody : {}),
    },
  );
  const lines: string[] = [];
  const errors: string[] = [];
  let rest = '';
  child.stdout.on('data', (piece: Buffer) => {
    const parts = `${rest}${String(piece)}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const line of parts) shown('log of the operator', line);
  });
  child.stderr.on('data', (piece: Buffer) => {
    errors.push(String(piece));
    shown('errors of the operator', String(piece));
  });
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return {
    process: child,
    lines,
    errors,
    exit,
    says: (text, withinMs = 30_000) => until(() => lines.some((line) => line.includes(text)), withinMs),
    async end() {
      const began = performance.now();
      child.kill('SIGTERM');
      return { status: await exit, ms: performance.now() - began };
    },
    kill() {
      child.kill('SIGKILL');
      return exit;
    },
  };
}
