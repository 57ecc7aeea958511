// SPDX-License-Identifier: GPL-3.0-or-later
import { nextRandom, type RandomState } from './random.ts';

/**
 * - `throttle`, `error`: refused before any effect, with the service's own throttling answer or `code` and `status` (default 500 InternalError)
 * - `errorAfter`: the same answer, but the effect has happened
 * - `requestLost`: the connection breaks before the service saw the request
 * - `answerLost`: the effect has happened, then the connection breaks
 * - `reset`: the effect has happened, the status line arrives, the body breaks off
 * - `lateEffect`: the connection breaks, and the effect happens only `afterCalls` further calls later (default 3)
 * - `latency`: the answer comes `ms` milliseconds late; `hang`: no answer until the caller gives up, no effect
 */
export type FaultKind =
  | 'throttle'
  | 'error'
  | 'errorAfter'
  | 'requestLost'
  | 'answerLost'
  | 'reset'
  | 'lateEffect'
  | 'latency'
  | 'hang';

export interface FaultRule {
  readonly kind: FaultKind;
  readonly service?: string;
  readonly action?: string;
  /** Strikes only calls with this effect. */
  readonly effect?: 'read' | 'write';
  /** Strikes from the nth matching call on, counted from 1; default 1. */
  readonly nth?: number;
  /** How many calls it strikes; default 1 with `nth`, else every one. */
  readonly count?: number;
  /** 0 to 1, drawn from the world's own seed. */
  readonly probability?: number;
  readonly code?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly afterCalls?: number;
}

export interface FaultSubject {
  readonly service: string;
  readonly action: string;
  readonly effect: 'read' | 'write';
}

export class FaultRules {
  #rules: { rule: FaultRule; matched: number; struck: number }[] = [];

  add(...rules: FaultRule[]): void {
    this.#rules.push(...rules.map((rule) => ({ rule, matched: 0, struck: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** The first rule that strikes this call; counts matches on the way. */
  strike(subject: FaultSubject, random: RandomState): FaultRule | undefined {
    let hit: FaultRule | undefined;
    for (const entry of this.#rules) {
      if (!matches(entry.rule, subject)) continue;
      entry.matched++;
      if (hit || !due(entry, random)) continue;
      entry.struck++;
      hit = entry.rule;
    }
    return hit;
  }
}

function matches(rule: FaultRule, subject: FaultSubject): boolean {
  if (rule.service !== undefined && rule.service !== subject.service) return false;
  if (rule.action !== undefined && rule.action !== subject.action) return false;
  return rule.effect === undefined || rule.effect === subject.effect;
}

function due(entry: { rule: FaultRule; matched: number; struck: number }, random: RandomState): boolean {
  const { nth, probability } = entry.rule;
  const count = entry.rule.count ?? (nth === undefined ? Infinity : 1);
  if (entry.struck >= count || entry.matched < (nth ?? 1)) return false;
  return probability === undefined || nextRandom(random) < probability;
}
