// SPDX-License-Identifier: GPL-3.0-or-later
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from '@jest/globals';
import { within } from '../tunnels/assembly.ts';

const haproxy = existsSync('/usr/sbin/haproxy') ? undefined : 'not installed: haproxy';

/** One file of each Debian package. */
const packages: Readonly<Record<string, string>> = {
  haproxy: '/usr/sbin/haproxy',
  keepalived: '/usr/sbin/keepalived',
  iproute2: '/sbin/ip',
  bash: '/bin/bash',
};

function machines(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  const absent = Object.keys(packages).filter((name) => !existsSync(packages[name] ?? ''));
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  const allowed = spawnSync('/usr/bin/unshare', ['--net', '--mount', 'true']).status === 0;
  return allowed ? undefined : 'this process may make no network namespace';
}

type Body = (stack: AsyncDisposableStack) => Promise<void>;

function testFor(reason: string | undefined) {
  return (title: string, body: Body, ms = 30_000): void => {
    const run = () => within(body);
    if (reason === undefined) test(title, run, ms);
    else test.skip(`${title} skipped: ${reason}`, run);
  };
}

/** A test that disposes of what it puts on the stack; or, without what it needs, a skipped one that says why. */
export const haproxyTest = testFor(haproxy);
export const machinesTest = testFor(machines());
