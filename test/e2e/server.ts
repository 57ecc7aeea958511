// SPDX-License-Identifier: GPL-3.0-or-later
/** A real API server for end-to-end tests: the cluster that E2E_KUBECONFIG names, or one started for this run. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface RealServer {
  /** Contexts `admin` and, on a server of our own, `operator`. */
  readonly kubeconfig: string;
  /** Whether garbage collector and namespace controller run. */
  readonly controllers: boolean;
  stop(): Promise<void>;
}

/** Three ports in a row that nobody has right now. */
async function freePorts(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const start = 20_000 + Math.floor(Math.random() * 30_000);
    const free = await Promise.all([0, 1, 2].map((offset) => isFree(start + offset)));
    if (free.every(Boolean)) return start;
  }
  throw new Error('no three free ports in a row');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export async function realServer({
  controllers = true,
}: {
  controllers?: boolean;
} = {}): Promise<RealServer | { readonly skipped: string }> {
  const given = process.env.E2E_KUBECONFIG;
  if (given) return { kubeconfig: given, controllers: true, stop: () => Promise.resolve() };
  const scripts = resolve(import.meta.dirname, '../../../shared/kube');
  const up = join(scripts, 'up');
  if (!existsSync(up)) return { skipped: 'no API server: E2E_KUBECONFIG is not set, and ../shared/kube is not there' };
  const directory = mkdtempSync(join(tmpdir(), 'kube-'));
  const env = { ...process.env, ...(controllers ? { KUBE_CONTROLLERS: '1' } : {}) };
  const port = await freePorts();
  // Its servers outlive the script: their output goes to files, and nothing of ours may wait for it.
  const started = spawnSync(up, [directory, String(port)], {
    env,
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: 90_000,
  });
  const stop = (): Promise<void> => {
    spawnSync(join(scripts, 'down'), [directory], { stdio: 'ignore', timeout: 60_000 });
    return Promise.resolve();
  };
  if (started.status === 0) return { kubeconfig: join(directory, 'kubeconfig'), controllers, stop };
  await stop();
  return { skipped: `../shared/kube/up ended with status ${String(started.status)}` };
}
