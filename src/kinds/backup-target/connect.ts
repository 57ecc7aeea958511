// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import type { Login } from '../../clouds/aws/aws.ts';
import type { Credentials } from '../../clouds/aws/clients.ts';
import { Buckets } from '../../clouds/aws/buckets.ts';
import type { AwsSession } from '../../clouds/aws/session.ts';
import { Users } from '../../clouds/aws/users.ts';
import { Failure } from '../../core/failure.ts';
import type { Desired } from '../../core/kind.ts';
import type { KubeObject, Secret } from '../../core/objects.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { Scope } from '../../core/scope.ts';
import type { Outside } from '../outside.ts';

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

function denied(reason: string, message: string): Failure {
  return new Failure({ class: 'Denied', reason, message });
}

/** Reads `accessKeyID`, `secretAccessKey` and perhaps `sessionToken`. */
function credentialsIn(secret: Secret | undefined, name: string): Credentials {
  if (!secret)
    throw denied(
      'CredentialsMissing',
      `Secret ${name} (aws.credentialsSecretRef) does not exist in this namespace. Create it with the keys accessKeyID and secretAccessKey.`,
    );
  const accessKeyID = secret.data.get('accessKeyID')?.trim();
  const secretAccessKey = secret.data.get('secretAccessKey')?.trim();
  const sessionToken = secret.data.get('sessionToken')?.trim();
  if (!accessKeyID || !secretAccessKey)
    throw denied(
      'CredentialsMissing',
      `Secret ${name} (aws.credentialsSecretRef) has no accessKeyID or no secretAccessKey. Add both keys to it.`,
    );
  return { accessKeyID, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

async function ownCredentials(outside: Outside, namespace: string, name: string): Promise<Credentials> {
  const credentials = credentialsIn(await outside.secrets.read(namespace, name), name);
  outside.learnSecret(credentials.secretAccessKey);
  if (credentials.sessionToken) outside.learnSecret(credentials.sessionToken);
  return credentials;
}

/**
 * Who the object is in AWS. With a Secret of its own everything is its own affair. As the operator it is what the administrator granted to
 * its namespace; the external id tells a role's owner which namespace that is, so it is the grant's, or made of cluster and namespace.
 */
async function loginOf(outside: Outside, namespace: string, aws: BackupTargetSpec['aws']): Promise<Login> {
  const { region, accountID, credentialsSecretRef, assumeRole } = aws;
  const at = { region, ...(accountID === undefined ? {} : { accountID }) };
  const asked = assumeRole?.externalID === undefined ? {} : { externalID: assumeRole.externalID };
  const role = assumeRole && { arn: assumeRole.arn, sessionName: `${namespace}@hybrid-cloud-operator` };
  if (credentialsSecretRef) {
    const credentials = await ownCredentials(outside, namespace, credentialsSecretRef.name);
    return { ...at, credentials, ...(role ? { role: { ...role, ...asked } } : {}) };
  }
  const permission = outside.permits(namespace, role ? { use: 'role', arn: role.arn, ...asked } : { use: 'identity' });
  if (!permission.allowed) throw denied('NotPermitted', `${permission.message}, or set aws.credentialsSecretRef`);
  const externalID = permission.externalID ?? `hybridcloud/${outside.clusterUID}/${namespace}`;
  return { ...at, ...(role ? { role: { ...role, externalID } } : {}) };
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
  const session = await outside.aws.session(await loginOf(outside, namespace, spec.aws), context.scope);
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
