// SPDX-License-Identifier: GPL-3.0-or-later
/** What takes minutes in life is over in seconds, and nothing that is looked at afterwards was made in the future. */
import type { Clock } from '../../core/clock.ts';
import type { Transport } from '../../wire/call.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** How far time is moved at once (less than a lease lasts without being renewed), and how often that is thought of, in milliseconds. */
const stepMs = 2000;
const thinkMs = 15;

/**
 * Begins in the past, and moves ahead of the machine's time whenever nobody waits for an answer, until it has caught up; from then on they
 * are the same. However slow the machine is, no call takes longer by it.
 */
export class HurryingClock implements Clock {
  readonly #machine: Clock;
  readonly #sleepers = new Set<Sleeper>();
  readonly #over = new AbortController();
  #behindMs: number;
  #skippedMs = 0;
  #asking = 0;

  constructor(machine: Clock, behindMs: number) {
    this.#machine = machine;
    this.#behindMs = behindMs;
    void this.#hurry();
  }

  now(): number {
    return this.#machine.now() - this.#behindMs;
  }

  monotonic(): number {
    return this.#machine.monotonic() + this.#skippedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const moved = new AbortController();
    const sleeper = { due: this.monotonic() + ms, wake: () => moved.abort() };
    const stop = () => moved.abort();
    signal?.addEventListener('abort', stop, { once: true });
    this.#sleepers.add(sleeper);
    await this.#machine.sleep(ms, moved.signal);
    this.#sleepers.delete(sleeper);
    signal?.removeEventListener('abort', stop);
  }

  /** Carries calls as `transport` does; while one is on its way, time passes as it does. A watch is none: it never ends. */
  carrying(transport: Transport): Transport {
    return async (request) => {
      if (request.url.searchParams.has('watch')) return transport(request);
      this.#asking++;
      try {
        return await transport(request);
      } finally {
        this.#asking--;
      }
    };
  }

  stop(): void {
    this.#over.abort();
  }

  async #hurry(): Promise<void> {
    while (this.#behindMs > 0 && !this.#over.signal.aborted) {
      await this.#machine.sleep(thinkMs, this.#over.signal);
      if (this.#asking === 0) this.#skip(Math.min(stepMs, this.#behindMs));
    }
  }

  #skip(ms: number): void {
    this.#behindMs -= ms;
    this.#skippedMs += ms;
    const now = this.monotonic();
    for (const sleeper of this.#sleepers) if (sleeper.due <= now) sleeper.wake();
  }
}
