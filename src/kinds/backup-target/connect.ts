// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import { Buckets } from '../../clouds/aws/s3/buckets.ts';
import type { AwsSession } from '../../clouds/aws/session.ts';
import { Users } from '../../clouds/aws/iam/users.ts';
import type { Desired } from '../../core/kind.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { Scope } from '../../core/scope.ts';
import { awsLogin } from '../aws-login.ts';
import type { Outside } from '../outside.ts';
import { mustBeSameAccount } from '../same-account.ts';

/** Everything that one look at a BackupTarget reaches. */
export interface Clouds {
  readonly outside: Outside;
  readonly object: KubeObject;
  readonly scope: Scope;
  readonly owner: Owner;
  readonly spec: BackupTargetSpec;
  readonly session: AwsSession;
  /** ARN of the permissions boundary that users made here have to have. */
  readonly boundary?: string;
  readonly buckets: Buckets;
  readonly users: Users;
}

/** With the operator's identity the administrator's choice holds; with credentials of its own the object's. */
function boundaryOf(outside: Outside, { aws, user }: BackupTargetSpec, session: AwsSession): string | undefined {
  const administrators = aws.credentialsSecretRef ? undefined : outside.permissionsBoundary;
  const policy = administrators ?? user.permissionsBoundary;
  return policy === undefined ? undefined : `arn:${session.partition}:iam::${session.account}:policy/${policy}`;
}

export async function connect(
  outside: Outside,
  desired: Desired<BackupTargetSpec, BackupTargetStatus>,
  context: { readonly object: KubeObject; readonly scope: Scope },
): Promise<Clouds> {
  const { spec, namespace, name, uid } = desired;
  const session = await outside.aws.session(await awsLogin(outside, namespace, spec.aws), context.scope);
  mustBeSameAccount(desired, session.account);
  const boundary = boundaryOf(outside, spec, session);
  const owner: Owner = { uid, cluster: outside.clusterUID, object: `BackupTarget/${namespace}/${name}` };
  const { object, scope } = context;
  return {
    outside,
    object,
    scope,
    owner,
    spec,
    session,
    ...(boundary === undefined ? {} : { boundary }),
    buckets: new Buckets(session, scope),
    users: new Users(session, scope),
  };
}
