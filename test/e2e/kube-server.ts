// SPDX-License-Identifier: GPL-3.0-or-later
/** A real API server of this test's own, which it may also kill and start again, and a network in between that it may break. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess, stopServer, there } from './api-server.ts';
import { showPrinted } from './kube-world.ts';

const run = promisify(execFile);
export { there };
export const title = there
  ? 'On a real API server,'
  : 'skipped: ../shared/kube is not there (this test kills its server, so E2E_KUBECONFIG does not do).';

export interface RealServer {
  readonly kubeconfig: string;
  /** The same, through `network`. */
  readonly farKubeconfig: string;
  readonly network: Network;
  kubectl(args: readonly string[], input?: string): Promise<string>;
  apply(...objects: readonly object[]): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<RealServer> {
  const { folder, port } = await startServerProcess();
  const kubeconfig = join(folder, 'kubeconfig');
  const network = await openNetwork(port);
  const farKubeconfig = join(folder, 'far-kubeconfig');
  await writeFile(farKubeconfig, (await readFile(kubeconfig, 'utf8')).replaceAll(`:${port}`, `:${network.port}`));
  async function kubectl(args: readonly string[], input = ''): Promise<string> {
    const running = run('kubectl', [...args], { env: { ...process.env, KUBECONFIG: kubeconfig }, timeout: 30_000 });
    // a kubectl that has ended reads no more: its status says what there is to say
    running.child.stdin?.on('error', () => undefined);
    running.child.stdin?.end(input);
    const { stdout } = await running;
    showPrinted(args, stdout);
    return stdout;
  }
  return {
    kubeconfig,
    farKubeconfig,
    network,
    kubectl,
    apply: async (...items) =>
      void (await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))),
    restart: () => restart(folder),
    async stop() {
      await network.close();
      stopServer(folder);
    },
  };
}

/** Kills the API server as a crash would and starts it as it was started. */
async function restart(folder: string): Promise<void> {
  const pid = Number(readFileSync(join(folder, 'apiserver.pid'), 'utf8'));
  const listIn = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1);
  const [command, ...options] = listIn('cmdline');
  // it says where the server of the custom resources is: without it the old core would answer for them
  const env = Object.fromEntries(listIn('environ').map((line) => line.split(/=(.*)/s, 2)));
  process.kill(pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const child = spawn(command!, options, { cwd: folder, env, stdio: 'ignore', detached: true });
  child.unref();
  writeFileSync(join(folder, 'apiserver.pid'), String(child.pid));
}

/** Bytes in both directions, until told otherwise. */
export interface Network {
  readonly port: number;
  /** Every connection ends with a reset. */
  reset(): void;
  /** Every connection of now stays open, and nothing passes any more. */
  mute(): void;
  readonly connections: number;
  close(): Promise<void>;
}

async function openNetwork(port: number): Promise<Network> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    reset,
    mute: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    get connections() {
      return pairs.size;
    },
    close: async () => {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
