// SPDX-License-Identifier: GPL-3.0-or-later
/** Where time comes from. Injected everywhere, so that a virtual clock can stand in for years of waiting. */
export interface Clock {
  /** Wall time in milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds from an arbitrary start; never jumps back. Ages, leases and time-outs are measured with this one. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
