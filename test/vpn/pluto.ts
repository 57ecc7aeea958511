// SPDX-License-Identifier: GPL-3.0-or-later
/** Libreswan's daemon in a network namespace, with the rendered files. Without a kernel's ESP it gets as far as the keys of the tunnels. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bare, run } from '../tunnels/command.ts';
import type { Namespaces } from '../tunnels/namespaces.ts';

const daemon = 'usr/libexec/ipsec/pluto';
const tools = process.env.VPN_TOOLS ?? '';
const extracted = tools !== '' && existsSync(join(tools, daemon));

export const missing =
  extracted || existsSync(join('/', daemon))
    ? undefined
    : 'Libreswan is not here (its package, or VPN_TOOLS: where test/vpn/install.sh extracted it to)';

/** It starts its own programs by their whole paths: what was only extracted is laid over this machine's. */
const over = extracted ? `mount -t overlay overlay -o lowerdir=${join(tools, 'usr')}:/usr /usr && ` : '';

export class Pluto implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pluto-'));
  #end: () => Promise<unknown> = () => Promise.resolve();

  async start(spaces: Namespaces, name: string, files: ReadonlyMap<string, string>): Promise<void> {
    const at = (file: string) => join(this.#folder, file);
    for (const folder of ['nss', 'run']) mkdirSync(at(folder));
    for (const [file, content] of files) writeFileSync(at(file), content, { mode: 0o600 });
    await run('/usr/bin/certutil', ['-N', '-d', `sql:${at('nss')}`, '--empty-password']);
    const options = ['--config', at('aws.conf'), '--secretsfile', at('aws.secrets'), '--ipsecdir', this.#folder];
    const places = ['--nssdir', at('nss'), '--rundir', at('run'), '--logfile', at('log')];
    const within = `${over}exec /${daemon} --nofork --no-dnssec "$@"`;
    const [program, before] = spaces.inside(name, 'sh', '-c', within, 'pluto', ...options, ...places);
    const child = spawn(program, before, { stdio: 'ignore', env: bare });
    const ended = once(child, 'exit');
    this.#end = () => {
      child.kill('SIGKILL');
      return ended;
    };
  }

  /** Without the pages on what it can do, which come first. */
  get log(): string {
    const path = join(this.#folder, 'log');
    const whole = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return whole.slice(Math.max(0, whole.indexOf('listening for IKE messages')));
  }

  /** Until its log holds this; after ten seconds, whatever it holds. */
  async says(pattern: RegExp): Promise<string> {
    for (let tries = 0; tries < 100 && !pattern.test(this.log); tries++) await pause(100);
    return this.log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true });
  }
}
