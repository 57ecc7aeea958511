// SPDX-License-Identifier: GPL-3.0-or-later
import { exitStatus } from '../command/exit-status.ts';
import type { Outlook } from './outlook.ts';

export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  /** Steps that destroy data. */
  readonly destroysData: number;
  /** Objects that a person must act for. */
  readonly held: number;
  /** Objects without a plan. */
  readonly failed: number;
}

/** Somebody has to act before the goal can be reached. */
export function isHeld({ hold, refused, approval }: Outlook): boolean {
  return refused !== undefined || approval !== undefined || hold?.why === 'Blocked';
}

export function summaryOf(outlooks: readonly Outlook[]): Summary {
  const steps = outlooks.flatMap((one) => one.steps);
  const count = (effect: string) => steps.filter((step) => step.effect === effect).length;
  return {
    create: count('create'),
    update: count('update'),
    replace: count('replace'),
    delete: count('delete'),
    destroysData: steps.filter(({ risk }) => risk === 'destroysData').length,
    held: outlooks.filter(isHeld).length,
    failed: outlooks.filter(({ error }) => error !== undefined).length,
  };
}

/** 0: the world is as the files say. 2: it is not. 1: that could not be told for some object. */
export function statusOf(summary: Summary): number {
  if (summary.failed > 0) return exitStatus.failed;
  const changes = summary.create + summary.update + summary.replace + summary.delete;
  return changes + summary.held > 0 ? exitStatus.changes : exitStatus.done;
}
