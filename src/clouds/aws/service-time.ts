// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../../core/clock.ts';
import type { Wire } from '../../wire/call.ts';

/** An answer that took long on the way tells an earlier time than it is; for so long a better one is kept. */
const keptMs = 10 * 60_000;
/** Nobody knows how well a monotonic clock kept time, or whether it stood still, over longer than this. */
const longestMs = 60 * 60_000;

/** The service's time less our monotonic clock, and when by the latter that was heard. */
export interface Heard {
  readonly ahead: number;
  readonly at: number;
}

/**
 * The time by one service's own clock, as its answers tell it (RFC 9110, 6.6.1, "Date": when the message originated, whole seconds, and whoever
 * has a clock sends it). What the service says of when it made something can be compared with this; the operator's wall clock may be hours off.
 */
export class ServiceTime {
  readonly #clock: Clock;
  readonly #service: string;
  heard: Heard | undefined;

  constructor(clock: Clock, service: string) {
    this.#clock = clock;
    this.#service = service;
  }

  /** A wire whose answers are listened to. */
  listening(wire: Wire): Wire {
    return {
      send: async (call, request) => {
        const answer = await wire.send(call, request);
        if (call.service === this.#service) this.#hear(answer.headers['date']);
        return answer;
      },
      throttled: (call, told) => wire.throttled(call, told),
    };
  }

  /**
   * Milliseconds since the epoch, by the service's clock; too early by at most what the answers of late took on the way, never too late.
   * `undefined`: no answer of the last hour told.
   */
  now(): number | undefined {
    const at = this.#clock.monotonic();
    if (!this.heard || at - this.heard.at > longestMs) return undefined;
    return this.heard.ahead + at;
  }

  #hear(date: string | undefined): void {
    const told = Date.parse(date ?? '');
    if (Number.isNaN(told)) return;
    const at = this.#clock.monotonic();
    const ahead = told - at;
    if (!this.heard || ahead >= this.heard.ahead || at - this.heard.at > keptMs) this.heard = { ahead, at };
  }
}
