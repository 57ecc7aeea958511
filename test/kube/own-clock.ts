// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../../src/core/clock.ts';
import type { VirtualClock } from '../../src/simulator/kernel/clock.ts';

/** A clock that runs at its own speed and can be frozen as SIGSTOP freezes a process: time goes on, its code does not. */
export class OwnClock implements Clock {
  readonly #base: VirtualClock;
  readonly #speed: number;
  #frozen: Promise<void> | undefined;
  #thaw = () => {};

  constructor(base: VirtualClock, speed: number) {
    this.#base = base;
    this.#speed = speed;
  }
  now(): number {
    return this.#base.now();
  }
  monotonic(): number {
    return this.#base.monotonic() * this.#speed;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#base.sleep(ms / this.#speed, signal);
    await this.running();
  }
  freeze(): void {
    this.#frozen ??= new Promise((resolve) => (this.#thaw = resolve));
  }
  thaw(): void {
    this.#frozen = undefined;
    this.#thaw();
  }
  async running(): Promise<void> {
    while (this.#frozen) await this.#frozen;
  }
}
