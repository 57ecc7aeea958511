// SPDX-License-Identifier: GPL-3.0-or-later
/** Two machines of one network, set up as the README that is published says, and somebody who asks at the address between them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderHaproxy } from '../../src/kinds/gslb-endpoint/haproxy/render.ts';
import { secretFiles } from '../../src/kinds/gslb-endpoint/haproxy/secret-files.ts';
import { modelOf } from '../kinds/gslb-endpoint/haproxy/models.ts';
import { ask, bare } from '../tunnels/command.ts';
import { Namespaces } from '../tunnels/namespaces.ts';

export type Name = 'a' | 'b';
export const names: readonly Name[] = ['a', 'b'];

const address = { a: '192.0.2.11', b: '192.0.2.12', client: '192.0.2.1' } as const;
export const virtual = '192.0.2.100';

export function pair(change: object = {}) {
  return {
    virtualAddress: `${virtual}/24`,
    interface: 'eth0',
    virtualRouterID: 51,
    nodes: [
      { name: 'a', address: address.a, priority: 110 },
      { name: 'b', address: address.b, priority: 100 },
    ],
    ...change,
  };
}

/** A web server in the client's namespace: /bin/sh has none, so it is Node's. */
const webServer = `require('node:http').createServer((_, r) => r.end('page')).listen(8080, '${address.client}', () => console.log('up'))`;

export class Machines implements AsyncDisposable {
  readonly #namespaces = new Namespaces();
  readonly #folder = mkdtempSync(join(tmpdir(), 'haproxy-machines-'));
  readonly #children = new Map<string, ChildProcess>();
  /** What each program said. */
  readonly said = new Map<string, string>();

  /** @param password Of VRRP, as it is in the Secret. */
  async begin(keepalived: object, password?: string): Promise<void> {
    await this.#network();
    await this.#run('web', 'client', [process.execPath, '-e', webServer], /up/);
    const { files } = renderHaproxy(
      modelOf({
        secretRef: { name: 'written' },
        servers: [{ name: 'web', address: address.client, port: 8080 }],
        check: { intervalMilliseconds: 200, fastIntervalMilliseconds: 100 },
        keepalived,
      }),
    );
    const all = [...files, ...secretFiles(password === undefined ? {} : { vrrp: password })];
    for (const name of names) this.#install(name, new Map(all.map((file) => [file.name, file.content])));
    for (const name of names) await this.haproxy(name);
    for (const name of names) await this.#keepalived(name);
  }

  async #network(): Promise<void> {
    await this.#namespaces.add('client', ...names);
    const lines = names.flatMap((name) => [
      `link add veth-${name} type veth peer name eth0 netns ${this.#namespaces.name(name)}`,
      `link set veth-${name} master lan`,
      `link set veth-${name} up`,
    ]);
    await this.#namespaces.ip('client', [
      'link add lan type bridge',
      ...lines,
      `addr add ${address.client}/24 dev lan`,
      'link set lan up',
    ]);
    for (const name of names)
      await this.#namespaces.ip(name, [`addr add ${address[name]}/24 dev eth0`, 'link set eth0 up']);
  }

  /** To the places that the README names, in a folder of the machine. */
  #install(name: Name, files: ReadonlyMap<string, string>): void {
    const put = (place: string, file: string, mode: number) => {
      const path = join(this.#folder, name, place);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, files.get(file) ?? '', { mode });
      chmodSync(path, mode);
    };
    put('haproxy/haproxy.cfg', 'haproxy.cfg', 0o644);
    put('keepalived/keepalived.conf', `keepalived-${name}.conf`, 0o644);
    put('keepalived/check-haproxy', 'check-haproxy', 0o755);
    if (files.has('keepalived-auth.conf')) put('keepalived/keepalived-auth.conf', 'keepalived-auth.conf', 0o600);
    // nobody runs the script
    for (const folder of [this.#folder, join(this.#folder, name), join(this.#folder, name, 'keepalived')])
      chmodSync(folder, 0o755);
  }

  /** With this machine's own files at their places: `ip netns exec` has mounts of its own. */
  #as(name: Name, command: string): readonly string[] {
    const mounts = [
      `mount --bind ${join(this.#folder, name, 'haproxy')} /etc/haproxy`,
      `mount --bind ${join(this.#folder, name, 'keepalived')} /etc/keepalived`,
      'mkdir -p /run/haproxy',
      'mount -t tmpfs none /run/haproxy',
      `exec ${command}`,
    ];
    return ['/bin/sh', '-ec', mounts.join('\n')];
  }

  async #run(key: string, where: string, command: readonly string[], ready: RegExp): Promise<void> {
    const [program, options] = this.#namespaces.inside(where, ...command);
    const child = spawn(program, options, { env: bare, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.set(key, child);
    this.said.set(key, '');
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${key} is not up: ${this.said.get(key)}`)), 15_000);
      const heard = (piece: Buffer) => {
        this.said.set(key, `${this.said.get(key)}${piece.toString()}`);
        if (!ready.test(this.said.get(key) ?? '')) return;
        clearTimeout(late);
        resolve();
      };
      child.stdout.on('data', heard);
      child.stderr.on('data', heard);
      child.once('exit', (code) => reject(new Error(`${key} ended with ${code}: ${this.said.get(key)}`)));
    });
  }

  /** As systemd starts Debian's. */
  haproxy(name: Name): Promise<void> {
    const command = '/usr/sbin/haproxy -W -db -f /etc/haproxy/haproxy.cfg';
    return this.#run(`haproxy ${name}`, name, this.#as(name, command), /Loading success/);
  }

  #keepalived(name: Name): Promise<void> {
    const pids = ['p', 'r', 'c'].map((option) => `-${option} ${this.#folder}/${name}/${option}.pid`).join(' ');
    const command = `/usr/sbin/keepalived --dont-fork --log-console --log-detail ${pids}`;
    return this.#run(`keepalived ${name}`, name, this.#as(name, command), /Entering BACKUP STATE/);
  }

  async stopHaproxy(name: Name): Promise<void> {
    await this.#stop(`haproxy ${name}`, 'SIGKILL');
  }

  /** As when the power of a machine fails: nobody says goodbye. */
  async cutOff(name: Name): Promise<void> {
    await this.#namespaces.ip('client', [`link set veth-${name} down`]);
  }

  async connect(name: Name): Promise<void> {
    await this.#namespaces.ip('client', [`link set veth-${name} up`]);
  }

  async #stop(key: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#children.get(key);
    this.#children.delete(key);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.removeAllListeners('exit');
    const gone = once(child, 'exit');
    child.kill(signal);
    await Promise.race([ended, gone]);
    await this.#orphans(key, signal);
  }

  /** Workers of a master that was killed. */
  async #orphans(key: string, signal: NodeJS.Signals): Promise<void> {
    const [program = '', name = ''] = key.split(' ');
    if (signal !== 'SIGKILL') return;
    const { said } = await ask('ip', ['netns', 'pids', this.#namespaces.name(name)]);
    for (const pid of said.split('\n').filter((line) => /^\d+$/.test(line))) {
      const { said: command } = await ask('ps', ['-o', 'comm=', '-p', pid]);
      if (command.trim() === program) process.kill(Number(pid), 'SIGKILL');
    }
  }

  /** Which machines have the address. */
  async holders(): Promise<readonly Name[]> {
    const having = await Promise.all(
      names.map(async (name) => {
        const { said } = await ask('ip', ['-n', this.#namespaces.name(name), '-4', 'addr', 'show', 'dev', 'eth0']);
        return said.includes(`inet ${virtual}/`) ? [name] : [];
      }),
    );
    return having.flat();
  }

  /** What the client gets at the address, or why it gets nothing. */
  async page(): Promise<string> {
    const [program, options] = this.#namespaces.inside(
      'client',
      '/usr/bin/curl',
      '--silent',
      '--show-error',
      '--max-time',
      '1',
      `http://${virtual}/`,
    );
    return (await ask(program, options)).said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of this.#children.keys()) await this.#stop(key, 'SIGTERM');
    await this.#namespaces[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
