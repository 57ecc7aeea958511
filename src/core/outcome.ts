// SPDX-License-Identifier: GPL-3.0-or-later
import type { KubeObject } from './objects.ts';

/** What the queue does next with this object. */
export type Next =
  /** Acted: look again at once. */
  | { readonly next: 'now' }
  | { readonly next: 'later'; readonly ms: number }
  /** Failed: back off, but not below `atLeastMs`, nor above `atMostMs` where that is more. */
  | { readonly next: 'retry'; readonly atLeastMs?: number; readonly atMostMs?: number; readonly error: unknown }
  /** Only a new generation (or a changed reference) can help. */
  | { readonly next: 'change' }
  | { readonly next: 'gone' };

export type Outcome = Next & {
  /** The newest version of the object that this look wrote, to be waited for before the next one. */
  readonly written?: KubeObject;
};
