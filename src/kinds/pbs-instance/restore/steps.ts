// SPDX-License-Identifier: GPL-3.0-or-later
import type { VmPlace } from '../../../clouds/pve/vms.ts';
import type { Step } from '../../../core/step.ts';

interface Of<Do extends string> extends Step {
  readonly do: Do;
  readonly part: 'restore';
  /** The spec asks for it again and again: no sign that anything vanished. */
  readonly routine: true;
}

/** Into an id that is free: who finds it taken looks again. Announced, so that whoever comes after knows which guest the task is of, and waits for a call that may still arrive. */
export interface RestoreCopy extends Of<'RestoreCopy'> {
  readonly effect: 'create';
  readonly once: string;
  readonly copy: VmPlace;
  readonly guest: number;
  readonly name: string;
  readonly snapshotAt: number;
  readonly archive: string;
  readonly storage: string;
  readonly pool?: string;
  readonly mark: { readonly tags: readonly string[]; readonly uuid: string; readonly description: string };
}

export interface DestroyCopy extends Of<'DestroyCopy'> {
  readonly effect: 'delete';
  readonly copy: VmPlace;
  readonly is: 'Whole' | 'Stub';
}

export type RestoreStep = RestoreCopy | DestroyCopy;
