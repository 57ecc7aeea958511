// SPDX-License-Identifier: GPL-3.0-or-later
/** From `spec.aws`, which all kinds that touch AWS share, to a login. */
import type { BackupTargetSpec } from '../api/backup-target.ts';
import type { Login } from '../clouds/aws/aws.ts';
import type { Credentials } from '../clouds/aws/clients.ts';
import { Failure } from '../core/failure.ts';
import type { Secret } from '../core/objects.ts';
import type { Outside } from './outside.ts';

type AwsSpec = BackupTargetSpec['aws'];

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
export async function awsLogin(outside: Outside, namespace: string, aws: AwsSpec): Promise<Login> {
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
