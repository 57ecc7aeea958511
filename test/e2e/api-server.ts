// SPDX-License-Identifier: GPL-3.0-or-later
/** Starts the API server of ../shared/kube, whoever else uses ports on this machine. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const tools = resolve(import.meta.dirname, '../../../shared/kube');

/** Whether there is one to start. */
export const there = existsSync(join(tools, 'up'));

/** Between the first look at a port and the server's own, somebody else may take it: then with others once more. */
const tries = 3;

export interface Started {
  readonly folder: string;
  readonly port: number;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Three in a row that nobody has, below the range that outgoing connections take theirs from (32768 and up on Linux). */
async function freePorts(): Promise<number> {
  for (;;) {
    const start = 10_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all([0, 1, 2].map((offset) => isFree(start + offset)));
    if (free.every(Boolean)) return start;
  }
}

export function stopServer(folder: string): void {
  spawnSync(join(tools, 'down'), [folder], { stdio: 'ignore', timeout: 60_000 });
}

/** @throws when it does not come up: a server that is there and does not start is no reason to skip. */
export async function startServerProcess(env: Readonly<Record<string, string>> = {}): Promise<Started> {
  for (let left = tries; ; left--) {
    const folder = mkdtempSync(join(tmpdir(), 'kube-'));
    const port = await freePorts();
    // its servers outlive the script: their output goes to files, and nothing of ours may wait for it
    const { status } = spawnSync(join(tools, 'up'), [folder, String(port)], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
      timeout: 90_000,
    });
    if (status === 0) return { folder, port };
    stopServer(folder);
    if (left <= 1) throw new Error(`../shared/kube/up ended with status ${String(status)}, ${tries} times`);
  }
}
