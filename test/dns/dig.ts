// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { test } from '@jest/globals';
import type { ServedDns } from '../../src/simulator/dns/server.ts';

const program = '/usr/bin/dig';
const run = promisify(execFile);

export const reason = existsSync(program) ? undefined : 'not installed: bind9-dnsutils';

/** A test that needs dig; without it, a skipped one that says why. */
export function digTest(title: string, body: () => Promise<void>, ms: number): void {
  if (reason === undefined) test(title, body, ms);
  else test.skip(`${title} skipped: ${reason}`, body);
}

export type Dig = (...options: string[]) => Promise<string>;

/** dig against that server, with its whole output. */
export function digAt({ address, port }: Pick<ServedDns, 'address' | 'port'>): Dig {
  return async (...options) => {
    const { stdout } = await run(program, [
      '-r',
      `@${address}`,
      '-p',
      String(port),
      '+tries=1',
      '+time=2',
      '+nocookie',
      ...options,
    ]);
    return stdout;
  };
}

/** The values that it answers, sorted. */
export async function values(dig: Dig, ...options: string[]): Promise<string[]> {
  const said = await dig('+short', ...options);
  return said.split('\n').filter(Boolean).toSorted();
}

export interface Cached {
  readonly value: string;
  /** Of the world. */
  readonly until: number;
}

/** A resolver that keeps an answer for as long as its TTL says, in the world's time. */
export function resolver(dig: Dig, now: () => number): (name: string) => Promise<string> {
  const kept = new Map<string, Cached>();
  return async (name) => {
    const known = kept.get(name);
    if (known && now() < known.until) return known.value;
    const asked = now();
    const line = await dig('+noall', '+answer', name, 'A');
    const [, ttl = '0', , , value = ''] = line.trim().split(/\s+/);
    kept.set(name, { value, until: asked + Number(ttl) * 1000 });
    return value;
  };
}
