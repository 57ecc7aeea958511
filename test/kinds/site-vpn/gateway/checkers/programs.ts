// SPDX-License-Identifier: GPL-3.0-or-later
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@jest/globals';
import type { GatewayFile, GatewayModel } from '../../../../../src/kinds/site-vpn/gateway/model.ts';
import { office, withTunnels } from '../models.ts';

/** Where Debian's package puts it: on this machine, or below the folder that test/vpn/install.sh extracted to. */
export function programAt(path: string): string | undefined {
  const roots = ['/', ...(process.env.VPN_TOOLS ? [process.env.VPN_TOOLS] : [])];
  return roots.map((root) => join(root, path)).find((whole) => existsSync(whole));
}

/** A test, or, without what it needs, a skipped one that says why. */
export function testWith(needed: unknown, reason: string): (title: string, body: () => void | Promise<void>) => void {
  return (title, body) => (needed ? test(title, body) : test.skip(`${title} skipped: ${reason}`, body));
}

export interface Verdict {
  readonly status: number | null;
  readonly said: string;
}

export function ask(program: string, options: readonly string[], environment: NodeJS.ProcessEnv = {}): Verdict {
  const answer = spawnSync(program, options, {
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
  });
  return { status: answer.status, said: `${answer.stdout}${answer.stderr}` };
}

/** Puts a file into a folder of its own while it is looked at. */
export function lookAt<Result>({ name, content }: GatewayFile, look: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return look(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const weakest = { encryption: 'AES128', integrity: 'SHA1', dhGroup: 14 };
const { phase1, phase2 } = office.tunnels[0];

/** Connections that between them use every algorithm that all devices have. */
export const connections: readonly (readonly [string, GatewayModel])[] = [
  ['the strong defaults', office],
  ['BGP', { ...office, routing: 'BGP' }],
  ['many networks', { ...office, routing: 'BGP', vpc: { cidrs: ['10.26.0.0/16', '10.27.0.7/32', '128.0.0.0/1'] } }],
  ['a gateway behind NAT', { ...office, site: { ...office.site, localIP: '192.168.0.2' } }],
  [
    'IKEv1 with the weakest',
    withTunnels({ ikeVersion: 'ikev1', phase1: { ...phase1, ...weakest }, phase2: { ...phase2, ...weakest } }),
  ],
  ...[14, 15, 16, 17, 18, 19, 20, 21].map((dhGroup, index) => {
    const integrity = ['SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512'][index % 4] ?? '';
    const [one, two] = index % 2 ? ['AES256-GCM-16', 'AES128'] : ['AES128', 'AES128-GCM-16'];
    const model = withTunnels({
      phase1: { ...phase1, dhGroup, integrity, encryption: one ?? '' },
      phase2: { ...phase2, dhGroup, integrity, encryption: two ?? '' },
    });
    return [`group ${dhGroup}, ${integrity}, ${one} and ${two}`, model] as const;
  }),
];
