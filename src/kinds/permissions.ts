// SPDX-License-Identifier: GPL-3.0-or-later
/** The condition `Permissions`: what the identity may do, asked while something is being made. Nothing fails by the asking. */
import type { MissingRight, Rights } from '../clouds/aws/iam/rights.ts';
import type { Verdict } from '../core/conditions.ts';

/** `s3:CreateBucket, s3:GetBucketTagging on arn:aws:s3:::b; …`. */
function listed(missing: readonly MissingRight[]): string {
  const on = new Map<string, Set<string>>();
  for (const { action, resource } of missing) on.set(resource, (on.get(resource) ?? new Set()).add(action));
  return [...on].map(([resource, actions]) => `${[...actions].join(', ')} on ${resource}`).join('; ');
}

export function allow(missing: readonly MissingRight[]): string {
  const count = new Set(missing.map(({ action, resource }) => `${action} ${resource}`)).size;
  const permissions = count === 1 ? '1 permission' : `${count} permissions`;
  return `${permissions} missing, says AWS's simulation of the identity's policies. docs/permissions.md has the whole policy. Allow ${listed(missing)}`;
}

const type = 'Permissions';

interface Told {
  /** Of the status. */
  readonly conditions?:
    | readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[]
    | undefined;
}

/**
 * At rest nothing is asked, and what was told last is told again.
 * @param excessOn what the identity may change without need, in words.
 */
export function permissionsVerdict(last: Told, rights: Rights | undefined, excessOn = ''): Verdict {
  if (!rights) {
    const told = last.conditions?.find((condition) => condition.type === type);
    if (told) return { type, status: told.status as Verdict['status'], reason: told.reason, message: told.message };
    return { type, status: 'Unknown', reason: 'NotAsked', message: 'Asked when something is to be made' };
  }
  if (!rights.asked) return { type, status: 'Unknown', reason: 'NotAsked', message: rights.why };
  const { missing, excess } = rights;
  const more = excess.length === 0 ? '' : `, and more than is needed: ${excess.join(', ')} on ${excessOn}`;
  if (missing.length > 0) return { type, status: 'False', reason: 'Missing', message: allow(missing) };
  const message = `The policies of the identity allow all that this object needs${more}`;
  if (!more) return { type, status: 'True', reason: 'Allowed', message };
  return {
    type,
    status: 'True',
    reason: 'MoreThanNeeded',
    message: `${message}. docs/permissions.md has a policy without that`,
  };
}
