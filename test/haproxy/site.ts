// SPDX-License-Identifier: GPL-3.0-or-later
/** A real haproxy with what was rendered, and web servers before which it stands. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { renderConfiguration } from '../../src/kinds/gslb-endpoint/haproxy/render.ts';
import { modelOf } from '../kinds/gslb-endpoint/haproxy/models.ts';

/** Ports that nobody has: asked for together, so that they differ. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const sockets = Array.from({ length: count }, () => createSocket().listen(0, '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'listening')));
  const ports = sockets.map((socket) => (socket.address() as AddressInfo).port);
  await Promise.all(sockets.map((socket) => once(socket.close(), 'close')));
  return ports;
}

/** Answers with its name; what it was asked is kept. */
export class WebServer implements AsyncDisposable {
  readonly name: string;
  readonly address: string;
  readonly asked: IncomingMessage[] = [];
  /** What it says of itself. */
  status = 200;
  /** It takes requests of clients and goes away without an answer. */
  hangsUp = false;
  #server: Server | undefined;
  #port = 0;

  constructor(name: string, index: number) {
    this.name = name;
    this.address = `127.0.0.${11 + index}`;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<this> {
    this.#server = createServer((message, response) => {
      this.asked.push(message);
      if (this.hangsUp && message.url === '/') {
        message.socket.destroy();
        return;
      }
      response.writeHead(this.status, { 'content-type': 'text/plain' }).end(this.name);
    }).listen(this.#port, this.address);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** As when its machine is switched off: nothing is finished. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

export const cities = ['seoul', 'london', 'oregon', 'hongkong'] as const;

export async function fourServers(stack: AsyncDisposableStack): Promise<readonly WebServer[]> {
  const all = cities.map((name, index) => stack.use(new WebServer(name, index)));
  return Promise.all(all.map((one) => one.start()));
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export function ask(
  port: number,
  given: { method?: string; path?: string; headers?: object; host?: string } = {},
): Promise<Reply> {
  const { method = 'GET', path = '/', headers = {}, host = '127.0.0.1' } = given;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port, method, path, headers: { ...headers }, agent: false, timeout: 10_000 },
      (message) => {
        const pieces: Buffer[] = [];
        message.on('data', (piece: Buffer) => pieces.push(piece));
        message.on('error', reject);
        message.on('end', () =>
          resolve({
            status: message.statusCode ?? 0,
            body: Buffer.concat(pieces).toString(),
            headers: message.headers,
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in ten seconds')));
    sent.on('error', reject);
    sent.end();
  });
}

export class Haproxy implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'haproxy-site-'));
  #child: ChildProcess | undefined;
  #said = '';

  /** Where certificates and lists of users may be put. */
  put(name: string, content: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  get said(): string {
    return this.#said;
  }

  configure(written: object): void {
    this.install(renderConfiguration(modelOf({ platform: 'Container', ...written })));
  }

  install(configuration: string): void {
    this.put('haproxy.cfg', configuration);
  }

  /** As the README says for a container: every .cfg of the folder is read. @param port Is listened on once it is up. */
  async start(port: number): Promise<void> {
    const child = spawn('/usr/sbin/haproxy', ['-W', '-db', '-f', this.#folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {},
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (this.#said += piece.toString()));
    this.#child = child;
    for (let tries = 0; tries < 100; tries += 1) {
      if (child.exitCode !== null) throw new Error(`haproxy ended with ${child.exitCode}: ${this.#said}`);
      if (await ask(port).catch(() => undefined)) return;
      await pause(50);
    }
    throw new Error(`haproxy does not answer: ${this.#said}`);
  }

  /** What `systemctl reload` does, to its end. A master listens to signals some milliseconds after it said that it has loaded: until then they are lost. */
  async reload(): Promise<void> {
    const loaded = () => this.#said.split('Loading success').length;
    await until(() => Promise.resolve(loaded() > 1), 10_000);
    await pause(300);
    const before = loaded();
    this.#child?.kill('SIGUSR2');
    await until(() => Promise.resolve(loaded() > before), 10_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child && this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function inSpec(servers: readonly WebServer[], more: object = {}) {
  return servers.map(({ name, address, port }) => ({ name, address, port, ...more }));
}

/** How often each name was answered. */
export function tally(replies: readonly Reply[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { body } of replies) counts[body] = (counts[body] ?? 0) + 1;
  return counts;
}

/** Looks until it is so. */
export async function until(look: () => Promise<boolean>, withinMs: number): Promise<number> {
  const from = performance.now();
  for (;;) {
    if (await look()) return performance.now() - from;
    if (performance.now() - from > withinMs) throw new Error(`not so after ${withinMs} ms`);
    await pause(50);
  }
}
