// SPDX-License-Identifier: GPL-3.0-or-later
import { accessDenied, decide } from '../authorize.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { isoDate } from '../iam/entities.ts';
import { checkDocument } from '../iam/policies.ts';
import { knownPolicy } from '../policy/cache.ts';
import { may, must, required, text, whole, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { Role } from '../state.ts';
import { openSession, roleAt, type Opened } from './session.ts';

export const roleArnText = required(text({ min: 20, max: 2048, pattern: /^[\t\n\r -~\u0085\u00a0-\ud7ff]+$/ }));
export const sessionNameText = required(text({ min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ }));

/** API_AssumeRole. */
export const assumeRole: QueryOperation = {
  effect: 'write',
  input: {
    RoleArn: roleArnText,
    RoleSessionName: sessionNameText,
    DurationSeconds: whole(900, 43_200),
    ExternalId: text({ min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ }),
    Policy: text({ min: 1, max: 2048 }),
  },
  secret: ['ExternalId'],
  run,
};

function run(call: Call, input: Fields): Xml {
  const arn = must(input, 'RoleArn');
  // root credentials cannot assume a role (API_AssumeRole)
  if (call.principal.kind === 'root')
    throw new AwsError('AccessDenied', 'Roles may not be assumed by root accounts.', 403);
  const { role, account } = permitted(call, arn, may(input, 'ExternalId'));
  const seconds = Number(may(input, 'DurationSeconds') ?? 3600);
  // IAM User Guide, "Roles terms and concepts", role chaining: one hour at most
  if (call.principal.kind === 'role' && seconds > 3600)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  checkDuration(role, seconds);
  const policy = may(input, 'Policy');
  if (policy !== undefined) checkDocument(policy, 'identity');
  const name = must(input, 'RoleSessionName');
  return assumedXml({ role, account, name }, openSession(call, { account, role, name, seconds, policy }));
}

export function checkDuration(role: Role, seconds: number): void {
  if (seconds > role.maxSessionSeconds)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
}

export function assumedXml(
  { role, account, name }: { role: Role; account: string; name: string },
  { accessKeyID, secret, token, expiresAt }: Opened,
): Record<string, Xml> {
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${name}`,
      Arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${name}`,
    },
    Credentials: {
      AccessKeyId: accessKeyID,
      SecretAccessKey: secret,
      SessionToken: token,
      Expiration: isoDate(expiresAt),
    },
  };
}

/** A role that is not there, or not for the caller, looks the same: AccessDenied. */
function permitted(call: Call, arn: string, externalID: string | undefined): { role: Role; account: string } {
  const found = roleAt(call, arn);
  const wish = { action: 'sts:AssumeRole', resource: arn, owner: found?.account ?? '' };
  if (!found) throw accessDenied(call, wish, 'noIdentity');
  const context = { 'sts:ExternalId': externalID };
  const trust = knownPolicy(found.role.trust, 'trust');
  const verdict = decide(call, { ...wish, resourcePolicy: trust, mustGrant: true, context });
  if (!verdict.allowed) throw accessDenied(call, wish, verdict.why);
  return found;
}
