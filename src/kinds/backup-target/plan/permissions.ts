// SPDX-License-Identifier: GPL-3.0-or-later
/** A creation that AWS would stop half way is not begun. Only by what this very plan is about to do, since a simulation is no proof. Pure. */
import type { MissingRight } from '../../../clouds/aws/iam/rights.ts';
import type { Hold } from '../../../core/plan.ts';
import { allow } from '../../permissions.ts';
import { needs } from '../needs.ts';
import type { Observed } from '../observed.ts';
import type { BackupTargetStep } from '../steps.ts';
import { blocked } from './part.ts';

/** A bucket that exists may let us in by its own policy, and a user may be elsewhere than ours are: of those the simulation knows too little. */
function counts({ on }: MissingRight, { bucket, user }: Observed): boolean {
  return on === 'user' ? user === undefined : bucket.found === 'absent';
}

export function permissionHold(steps: readonly BackupTargetStep[], observed: Observed): Hold | undefined {
  const { rights, account } = observed;
  if (!rights?.asked || !steps.some((step) => step.do === 'CreateBucket' || step.do === 'CreateUser')) return undefined;
  const missing = rights.missing.filter(
    (right) => counts(right, observed) && steps.some((step) => needs(step, right.action)),
  );
  if (missing.length === 0) return undefined;
  return blocked('PermissionsMissing', `Nothing was begun: ${allow(missing)}`, { kind: 'Account', id: account });
}
