// SPDX-License-Identifier: GPL-3.0-or-later
/** How far each part is: conditions of the kind's own, beside Ready and Synced. Pure. */
import type { Verdict } from '../../core/conditions.ts';
import { budgetVerdict } from './budget/budget.ts';
import { machineConditions } from './machine/facts.ts';
import { closedOnRequest, isClosedOnRequest } from './closed.ts';
import type { Observed } from './observed.ts';
import { permissionsVerdict } from './permissions.ts';
import type { Part } from './plan/part.ts';
import { machinePart, serverPart, storePart, wiringPart } from './plan/present.ts';
import { lastTests, restoreWish } from './restore-of.ts';
import { restoreVerdict } from './restore/verdict.ts';
import { insideOf } from './server/seen.ts';
import type { PbsDesired } from './wish.ts';
import { worthOf } from './worth-of.ts';

interface Told {
  readonly type: string;
  /** What stands when it does. */
  readonly stands: string;
  readonly seen: (observed: Observed) => unknown;
  readonly part: (desired: PbsDesired, observed: Observed) => Part;
  /** Nobody can tell while the datastore is closed. */
  readonly needsOpen?: true;
}

const parts: readonly Told[] = [
  {
    type: 'ServerReady',
    stands: 'The certificate is pinned, and the operator has a token that may do what it needs',
    seen: ({ server }) => server,
    part: serverPart,
  },
  {
    type: 'StoreReady',
    stands: 'The datastore is in the bucket, with its garbage collection, prune and verify jobs',
    seen: ({ server, store }) => (server && insideOf(server) ? store : undefined),
    part: storePart,
  },
  {
    type: 'StorageReady',
    stands: 'Proxmox VE reaches the datastore with a token that can only back up, and has its jobs',
    seen: ({ wiring }) => wiring,
    part: wiringPart,
    needsOpen: true,
  },
];

const machine: Told = {
  type: 'MachineReady',
  stands: 'The VM is installed and answers',
  seen: (observed) => observed.machine,
  part: machinePart,
};

function told({ type, stands, seen, part, needsOpen }: Told, desired: PbsDesired, observed: Observed): Verdict {
  if (seen(observed) === undefined)
    return { type, status: 'Unknown', reason: 'NotYet', message: 'Comes once the part before it stands' };
  const { steps, hold } = part(desired, observed);
  if (hold) return { type, status: 'False', reason: hold.reason, message: hold.message };
  const [next] = steps;
  if (!next && needsOpen && isClosedOnRequest(desired, observed)) {
    const { reason, message } = closedOnRequest;
    return { type, status: 'Unknown', reason, message };
  }
  if (!next) return { type, status: 'True', reason: 'Stands', message: stands };
  return { type, status: 'False', reason: 'InProgress', message: `Next: ${next.do} (${next.target})` };
}

function restoreConditions(desired: PbsDesired, observed: Observed): readonly Verdict[] {
  const wish = restoreWish(desired, observed);
  return wish && observed.restore ? [restoreVerdict(wish, observed.restore, lastTests(desired))] : [];
}

export function conditionsOf(desired: PbsDesired, observed: Observed): readonly Verdict[] {
  const all = observed.machine ? [machine, ...parts] : parts;
  return [
    ...(desired.absent ? [] : all.map((one) => told(one, desired, observed))),
    ...(observed.machine ? machineConditions(observed.machine) : []),
    permissionsVerdict(desired, observed),
    ...(desired.absent ? [] : [budgetVerdict(desired, observed)]),
    ...(worthOf(desired, observed)?.facts.conditions ?? []),
    ...restoreConditions(desired, observed),
  ];
}
