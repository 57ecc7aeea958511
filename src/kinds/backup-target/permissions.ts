// SPDX-License-Identifier: GPL-3.0-or-later
/** What the identity is asked about: the bucket, its objects and its user. */
import { rightsOf, type Rights, type RightsQuestion, type RightsWish } from '../../clouds/aws/iam/rights.ts';
import { userPath } from '../../clouds/aws/iam/user-requests.ts';
import type { Clouds } from './connect.ts';

/** No user of the operator's: whatever may be done to it may be done to everybody. */
function questionOf({ session: { partition, account }, boundary }: Clouds): RightsQuestion {
  return {
    kind: 'BackupTarget',
    // policies may ask for that of the objects' users
    context: boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary },
    elsewhere: { on: 'user', resource: `arn:${partition}:iam::${account}:user/of-somebody-else` },
  };
}

function wishOf({ session, spec, boundary }: Clouds): RightsWish {
  const { partition, account } = session;
  const bucket = `arn:${partition}:s3:::${spec.bucket.name}`;
  return {
    resources: {
      bucket: [bucket],
      object: [`${bucket}/*`],
      user: [`arn:${partition}:iam::${account}:user${userPath}${spec.user.name}`],
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
  const rights = rightsOf(clouds.session, clouds.outside.clock, questionOf(clouds));
  const wish = wishOf(clouds);
  rights.name(wish);
  return async () => ({ rights: await rights.read(wish) });
}

/** More than is needed, in words. */
export const excessOn = `users outside ${userPath}`;
