// SPDX-License-Identifier: GPL-3.0-or-later
import { nextRandom, type RandomState } from '../../kernel/random.ts';
import type { Instance } from './state.ts';
import type { Ec2Times } from './times.ts';

/** From when on its user data has run and its server answers; undefined when it never will. */
export function servesSince({ life, rebootedAt }: Instance, { boot }: Pick<Ec2Times, 'boot'>): number | undefined {
  const running = life.versions.find(({ value }) => value === 'running')?.from;
  return running === undefined ? undefined : Math.max(running, rebootedAt ?? 0) + boot;
}

/** One of Amazon's. */
export function publicAddress(random: RandomState): string {
  const part = (): number => 1 + Math.floor(nextRandom(random) * 254);
  return `3.${part()}.${part()}.${part()}`;
}
