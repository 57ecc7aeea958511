// SPDX-License-Identifier: GPL-3.0-or-later
/** What real tunnels need of a machine; without it the tests are skipped, and say what is missing. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from '@jest/globals';
import { within } from './assembly.ts';

/** One file of each Debian package. */
const packages: Readonly<Record<string, string>> = {
  'strongswan-charon': '/usr/lib/ipsec/charon',
  'strongswan-swanctl': '/usr/sbin/swanctl',
  'libcharon-extra-plugins': '/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so',
  'libstrongswan-standard-plugins': '/usr/lib/ipsec/plugins/libstrongswan-openssl.so',
  iproute2: '/sbin/ip',
  'iputils-ping': '/bin/ping',
  nftables: '/usr/sbin/nft',
  procps: '/sbin/sysctl',
};

function missing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  const absent = Object.keys(packages).filter((name) => !existsSync(packages[name] ?? ''));
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  if (confined()) return 'AppArmor confines charon to /etc (its profile is usr.lib.ipsec.charon)';
  const namespaces = spawnSync('/usr/bin/unshare', ['--net', '--mount', 'true']).status === 0;
  return namespaces ? undefined : 'this process may make no network namespace';
}

/** Debian's profile, where it is enforced, lets charon read no configuration but the machine's own. */
function confined(): boolean {
  try {
    return /^\/usr\/lib\/ipsec\/charon \(enforce\)$/m.test(
      readFileSync('/sys/kernel/security/apparmor/profiles', 'utf8'),
    );
  } catch {
    return false;
  }
}

export const reason = missing();

/** A test that disposes of what it puts on the stack; or, without what it needs, a skipped one that says why. */
export function tunnelTest(title: string, body: (stack: AsyncDisposableStack) => Promise<void>, ms: number): void {
  const run = () => within(body);
  if (reason === undefined) test(title, run, ms);
  else test.skip(`${title} skipped: ${reason}`, run);
}
