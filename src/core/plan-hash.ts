// SPDX-License-Identifier: GPL-3.0-or-later
import { digest } from './digest.ts';
import type { Step } from './step.ts';

/** Stable while the same steps are planned. */
export function planHash(steps: readonly Step[]): string {
  return digest(...steps.map((step) => JSON.stringify(step)));
}
