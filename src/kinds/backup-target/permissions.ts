// SPDX-License-Identifier: GPL-3.0-or-later
/** What the identity may do, asked while something is being made, and told in the condition `Permissions`. Nothing fails by the asking. */
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import { rightsOf, type MissingRight, type Rights, type RightsWish } from '../../clouds/aws/rights.ts';
import { userPath } from '../../clouds/aws/user-requests.ts';
import type { Verdict } from '../../core/conditions.ts';
import type { Desired } from '../../core/kind.ts';
import type { Clouds } from './connect.ts';

function wishOf({ session, spec, boundary }: Clouds): RightsWish {
  const { partition, account } = session;
  const bucket = `arn:${partition}:s3:::${spec.bucket.name}`;
  return {
    resources: {
      bucket,
      object: `${bucket}/*`,
      user: `arn:${partition}:iam::${account}:user${userPath}${spec.user.name}`,
    },
    features: [
      ...(boundary === undefined ? [] : ['a permissions boundary']),
      ...(spec.deletionPolicy === 'Delete' ? ['deletionPolicy: Delete'] : []),
    ],
  };
}

/** Named before the lists of the account are read, so that those who wait for the same lists are asked for in one call. */
export function nameRights(
  clouds: Clouds,
  { absent, settled }: { readonly absent: boolean; readonly settled: boolean },
): () => Promise<{ readonly rights?: Rights }> {
  if (absent || settled) return () => Promise.resolve({});
  const rights = rightsOf(clouds.session, clouds.outside.clock, clouds.boundary);
  const wish = wishOf(clouds);
  rights.name(wish);
  return async () => ({ rights: await rights.read(wish) });
}

/** `s3:CreateBucket, s3:GetBucketTagging on arn:aws:s3:::b; …`. */
export function listed(missing: readonly MissingRight[]): string {
  const on = new Map<string, string[]>();
  for (const { action, resource } of missing) on.set(resource, [...(on.get(resource) ?? []), action]);
  return [...on].map(([resource, actions]) => `${actions.join(', ')} on ${resource}`).join('; ');
}

export function allow(missing: readonly MissingRight[]): string {
  const count = missing.length === 1 ? '1 permission' : `${missing.length} permissions`;
  return `${count} missing, says AWS's simulation of the identity's policies. docs/permissions.md has the whole policy. Allow ${listed(missing)}`;
}

const type = 'Permissions';

/** At rest nothing is asked, and what was told last is told again. */
export function permissionsVerdict(
  { last }: Pick<Desired<BackupTargetSpec, BackupTargetStatus>, 'last'>,
  { rights }: { readonly rights?: Rights },
): Verdict {
  if (!rights) {
    const told = last.conditions?.find((condition) => condition.type === type);
    if (told) return { type, status: told.status, reason: told.reason, message: told.message };
    return { type, status: 'Unknown', reason: 'NotAsked', message: 'Asked when something is to be made' };
  }
  if (!rights.asked) return { type, status: 'Unknown', reason: 'NotAsked', message: rights.why };
  const { missing, excess } = rights;
  const more =
    excess.length === 0 ? '' : `, and more than is needed: ${excess.join(', ')} on users outside ${userPath}`;
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
