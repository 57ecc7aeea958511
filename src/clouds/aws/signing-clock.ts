// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../../core/clock.ts';
import type { SdkClient } from './clients.ts';

/**
 * The SDK signs with the machine's time, corrected by what it learns from AWS's answers. Where our clock is another one (a virtual
 * clock), or jumps, the difference is added on top; in life it is nothing, and the SDK's own correction stays.
 */
export class SigningClock {
  readonly #clock: Clock;
  readonly #added = new WeakMap<SdkClient, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  align(client: SdkClient): void {
    const ahead = this.#clock.now() - Date.now();
    const wanted = Math.abs(ahead) < 1000 ? 0 : ahead;
    client.config.systemClockOffset += wanted - (this.#added.get(client) ?? 0);
    this.#added.set(client, wanted);
  }
}
