// SPDX-License-Identifier: GPL-3.0-or-later
/** A real charon in a network namespace, with ESP in its own process (kernel-libipsec): the kernel here need not have it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, bare } from './command.ts';
import type { Namespaces } from './namespaces.ts';
import { associations, type Association } from './associations.ts';

/** kernel-libipsec before kernel-netlink: the first one that takes ESP has it (strongSwan's documentation of the plugin). */
const plugins =
  'random nonce aes sha1 sha2 md5 hmac kdf gmp gcm openssl pem pkcs1 x509 kernel-libipsec kernel-netlink socket-default vici updown';

function settings(folder: string, rest: string): string {
  const log = `filelog { log { path = ${join(folder, 'log')}\n default = 1\n ike = 2\n flush_line = yes } }`;
  const vici = `plugins { vici { socket = unix://${join(folder, 'vici')} } }`;
  return `charon {\n load = ${plugins}\n ${log}\n ${vici}\n}\n${rest}\n`;
}

export interface Loaded {
  readonly connections: number;
  readonly secrets: number;
  readonly said: string;
}

export class Charon implements AsyncDisposable {
  readonly #folder: string;
  readonly #daemon;
  readonly #ended;

  private constructor(folder: string, [program, options]: readonly [string, string[]]) {
    this.#folder = folder;
    this.#daemon = spawn(program, options, {
      stdio: 'ignore',
      env: { ...bare, STRONGSWAN_CONF: join(folder, 'strongswan.conf') },
    });
    this.#ended = once(this.#daemon, 'exit');
  }

  /** @param rest More for strongswan.conf: the file that a gateway's own files bring. */
  static async start(spaces: Namespaces, name: string, rest: string): Promise<Charon> {
    const folder = mkdtempSync(join(tmpdir(), `charon-${name}-`));
    writeFileSync(join(folder, 'strongswan.conf'), settings(folder, rest));
    // its process id goes to /run/charon.pid, which is compiled in; `ip netns exec` has given it mounts of its own
    const within = 'mount -t tmpfs tmpfs /run && exec /usr/lib/ipsec/charon';
    const charon = new Charon(folder, spaces.inside(name, 'sh', '-c', within));
    for (let tries = 0; (await charon.#swanctl('--stats')).status !== 0; tries++) {
      if (tries < 100 && charon.runs) await pause(100);
      else {
        const { log } = charon;
        await charon[Symbol.asyncDispose]();
        throw new Error(`charon does not answer: ${log}`);
      }
    }
    return charon;
  }

  get runs(): boolean {
    return this.#daemon.exitCode === null && this.#daemon.signalCode === null;
  }

  get log(): string {
    const path = join(this.#folder, 'log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  #swanctl(...options: readonly string[]) {
    return ask('/usr/sbin/swanctl', [...options, '--uri', `unix://${join(this.#folder, 'vici')}`]);
  }

  /** In the place of all that is loaded. `swanctl` ends well on a broken file, too: count. */
  async load(content: string): Promise<Loaded> {
    const path = join(this.#folder, 'swanctl.conf');
    writeFileSync(path, content, { mode: 0o600 });
    const { said } = await this.#swanctl('--load-all', '--file', path);
    const [, connections = 0] = /^successfully loaded (\d+) connections/m.exec(said) ?? [];
    return { connections: Number(connections), secrets: said.match(/^loaded ike secret/gm)?.length ?? 0, said };
  }

  /** None where it does not run any more. */
  async associations(): Promise<readonly Association[]> {
    return this.runs ? associations((await this.#swanctl('--list-sas', '--raw')).said) : [];
  }

  /** @param what `['--child', name]` or `['--ike', name]` */
  async rekey(...what: readonly string[]): Promise<void> {
    const { status, said } = await this.#swanctl('--rekey', ...what);
    if (status !== 0) throw new Error(said);
  }

  /** @returns whether it is up */
  async initiate(child: string): Promise<boolean> {
    return (await this.#swanctl('--initiate', '--child', child, '--timeout', '10')).status === 0;
  }

  /** As a machine does that loses its power: no farewell to the peer. */
  async kill(): Promise<void> {
    this.#daemon.kill('SIGKILL');
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.runs) this.#daemon.kill('SIGTERM');
    const stopped = await Promise.race([this.#ended, pause(5000, undefined, { ref: false })]);
    if (stopped === undefined) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
