// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, lookAt, programAt, type Verdict } from './programs.ts';

const charon = programAt('/usr/lib/ipsec/charon');
const swanctl = programAt('/usr/sbin/swanctl');

/** Its plugin kernel-libipsec wants a TUN device, and its process id file a /run of its own: root. */
export const canRun =
  charon !== undefined && swanctl !== undefined && existsSync('/dev/net/tun') && process.getuid?.() === 0;

export interface Charon extends AsyncDisposable {
  /** Loads this as the only configuration. `swanctl --load-all` ends well on a syntax error: read what it said. */
  load(content: string): Verdict;
  ask(...options: string[]): Verdict;
}

/** A charon without network (a namespace of its own), for the configuration only: no tunnel can come up. */
export async function startCharon(): Promise<Charon> {
  const folder = mkdtempSync(join(tmpdir(), 'charon-'));
  const socket = `unix://${join(folder, 'vici.sock')}`;
  const configuration = join(folder, 'strongswan.conf');
  const plugins =
    'random nonce aes sha1 sha2 hmac kdf gmp gcm openssl kernel-libipsec kernel-netlink socket-default vici';
  writeFileSync(configuration, `charon {\n load = ${plugins}\n plugins {\n vici {\n socket = ${socket}\n }\n }\n}\n`);
  const inside = 'mount -t tmpfs tmpfs /run && exec "$0"';
  const daemon = spawn(
    '/usr/bin/unshare',
    ['--mount', '--net', '--propagation', 'private', 'sh', '-c', inside, charon ?? ''],
    {
      stdio: 'ignore',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', STRONGSWAN_CONF: configuration },
    },
  );
  const ended = once(daemon, 'exit');
  const say = (...options: string[]) => ask(swanctl ?? '', [...options, '--uri', socket]);
  for (let tries = 0; say('--stats').status !== 0; tries++) {
    if (tries > 100 || daemon.exitCode !== null) throw new Error('charon does not answer');
    await pause(50);
  }
  return {
    ask: say,
    load: (content) => lookAt({ name: 'aws-vpn.conf', content }, (path) => say('--load-all', '--file', path)),
    async [Symbol.asyncDispose]() {
      daemon.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
