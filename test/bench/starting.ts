// SPDX-License-Identifier: GPL-3.0-or-later
/** The bundle, as the image ships it: its size, and how long it takes from the start of the process until it watches. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Order } from './orders.ts';
import { message } from './processes.ts';
import type { Bench } from './reconciling.ts';

const bundle = join(import.meta.dirname, '../../dist/hybrid-operator.js');
const collection = '/apis/hybridcloud.dev/v1alpha1/backuptargets';

export interface Starting {
  readonly bundleMB: number;
  /** The least of all rounds. */
  readonly watchingAfterMs: number;
  /** Of the same Node with an empty program: what no operator can be faster than. */
  readonly emptyProgramMs: number;
}

async function untilWatching({ server }: Bench, kubeconfig: string): Promise<number> {
  const told = message<{ watched: string }>(server);
  server.send({ do: 'await watch', collection } satisfies Order);
  const began = performance.now();
  const argv = ['--max-semi-space-size=2', bundle, 'run', '--kubeconfig', kubeconfig, '--http-address', '127.0.0.1'];
  const child = spawn(process.execPath, [...argv, '--http-port', '0', '--log-level', 'error'], { stdio: 'inherit' });
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', () => reject(new Error('the bundle ended before it watched'))),
  );
  ended.catch(() => undefined);
  try {
    await Promise.race([told, ended]);
    return performance.now() - began;
  } finally {
    child.kill('SIGKILL');
  }
}

async function empty(): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await new Promise((done) => child.once('exit', done));
  return performance.now() - began;
}

/** @returns `undefined` when the bundle was not built. */
export async function measureStart(given: Bench, rounds: number): Promise<Starting | undefined> {
  if (!existsSync(bundle)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const config = {
    clusters: [{ name: 'bench', cluster: { server: given.url } }],
    users: [{ name: 'bench', user: { token: 'token' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const times: number[] = [];
  const empties: number[] = [];
  for (let round = 0; round < rounds; round++) {
    given.server.send({ do: 'forget' } satisfies Order);
    const metadata = { name: 'kube-system', uid: '00000000-0000-4000-8000-000000000000' };
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata };
    given.server.send({ do: 'put', collection: '/api/v1/namespaces', object } satisfies Order);
    times.push(await untilWatching(given, kubeconfig));
    empties.push(await empty());
  }
  await rm(folder, { recursive: true });
  return {
    bundleMB: statSync(bundle).size / 1e6,
    watchingAfterMs: Math.min(...times),
    emptyProgramMs: Math.min(...empties),
  };
}
