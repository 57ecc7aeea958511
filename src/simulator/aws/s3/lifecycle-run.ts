// SPDX-License-Identifier: GPL-3.0-or-later
import type { BucketState } from './state.ts';
export function runLifecycle(bucket: BucketState, now: number): void {
  void bucket;
  void now;
}
