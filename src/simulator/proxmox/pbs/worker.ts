// SPDX-License-Identifier: GPL-3.0-or-later
import type { Task } from '../state.ts';
import type { World } from '../world.ts';
import type { PbsServer } from './state.ts';

export interface PbsJob {
  readonly world: World;
  readonly server: PbsServer;
  readonly task: Task;
  /** Of the world's clock, when the task ends. */
  readonly at: number;
}

/** @returns `OK`, `WARNINGS: n` or what went wrong; what it throws counts as the latter. */
export type PbsWorker = (job: PbsJob) => string | Promise<string>;
