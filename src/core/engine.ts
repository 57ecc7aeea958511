// SPDX-License-Identifier: GPL-3.0-or-later
import type { MassChangeBrake } from './brake.ts';
import type { Clock } from './clock.ts';
import type { Kind } from './kind.ts';
import type { Memory } from './memory.ts';
import type { KubeObject, Objects } from './objects.ts';
import type { Step } from './step.ts';

/** What every look of every kind has around it. */
export interface Engine<Outside> {
  readonly outside: Outside;
  readonly objects: Objects;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  random(): number;
  /** Takes known secrets out of a text on its way to a status or an event. */
  scrub(text: string): string;
  /** Time between looks at an object at rest whose spec says nothing else, in milliseconds. */
  readonly driftIntervalMs: number;
  /** Told of every step that was done or failed, for metrics and logs. */
  onStep?(object: KubeObject, step: Step, error?: unknown): void;
}

/** One look at one object. */
export interface Look<Spec, Status, Observed, S extends Step, Outside, Clouds> {
  readonly engine: Engine<Outside>;
  readonly kind: Kind<Spec, Status, Observed, S, Outside, Clouds>;
  readonly memory: Memory;
  /** How many looks in a row have failed before this one. */
  readonly attempt: number;
  /** Shared by all objects of the kind; without it mass changes are not held. */
  readonly brake?: MassChangeBrake;
}
