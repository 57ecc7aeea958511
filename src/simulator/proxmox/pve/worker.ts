// SPDX-License-Identifier: GPL-3.0-or-later
import type { Task } from '../state.ts';
import type { World } from '../world.ts';

/** @returns `OK`, `WARNINGS: n` or what went wrong; what it throws counts as the latter. */
export type Worker = (world: World, task: Task, at: number) => string | Promise<string>;
