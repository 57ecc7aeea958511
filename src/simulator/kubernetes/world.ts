// SPDX-License-Identifier: GPL-3.0-or-later
/** The state that all parts of one API server share. */
import type { SimClock } from '../kernel/clock.ts';
import type { FaultRules } from '../kernel/faults.ts';
import type { RandomState } from '../kernel/random.ts';
import { timestamp } from './object.ts';
import type { Definition } from './resources/definition.ts';
import type { Store } from './store.ts';
import type { Watches } from './watches.ts';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** One request as the API server understood it; bodies and Secrets are never kept. */
export interface CallLogEntry {
  /** Wall time of the world, milliseconds since the epoch. */
  readonly at: number;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The fault that struck, by kind. */
  readonly fault?: string;
}

export interface World {
  readonly clock: SimClock;
  readonly random: RandomState;
  readonly store: Store;
  readonly watches: Watches;
  readonly rules: FaultRules;
  readonly calls: CallLogEntry[];
  readonly users: Map<string, User>;
  /** Keyed `group/version/plural`. */
  readonly definitions: Map<string, Definition>;
  /** The revision at which each custom resource came to be: its watch cache knows nothing older. */
  readonly since: Map<string, number>;
  /** Lists show the world as it was this many changes ago. */
  stale: { readonly resource?: string; readonly changes: number } | undefined;
}

export function now(world: World): string {
  return timestamp(world.clock.now());
}
