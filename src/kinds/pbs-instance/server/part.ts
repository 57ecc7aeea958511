// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import type { ServerStep } from './steps.ts';

export interface ServerPart {
  readonly steps: readonly ServerStep[];
  readonly hold?: Hold;
}

export function blocked(reason: string, message: string, id: string): Hold {
  return { why: 'Blocked', reason, message, blockedBy: [{ kind: 'ProxmoxBackupServer', id, why: reason }] };
}

export const nothing: ServerPart = { steps: [] };

export function held(hold: Hold): ServerPart {
  return { steps: [], hold };
}
