// SPDX-License-Identifier: GPL-3.0-or-later
import type { MachineStep } from './machine/steps.ts';
import type { RestoreStep } from './restore/steps.ts';
import type { ServerStep } from './server/steps.ts';
import type { StoreStep } from './store/steps.ts';
import type { WiringStep } from './wiring/steps.ts';

/** Told apart by `part` first. */
export type PbsStep = MachineStep | ServerStep | StoreStep | WiringStep | RestoreStep;
