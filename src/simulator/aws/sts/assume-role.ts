// SPDX-License-Identifier: GPL-3.0-or-later
import { randomText } from '../../kernel/random.ts';
import { visible } from '../../kernel/versioned.ts';
import { accessDenied, decide } from '../authorize.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { isoDate, newID, newSecret, roleArn } from '../iam/entities.ts';
import { checkDocument } from '../iam/policies.ts';
import { knownPolicy } from '../policy/cache.ts';
import { may, must, required, text, whole, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { Role } from '../state.ts';

/** API_AssumeRole. */
export const assumeRole: QueryOperation = {
  effect: 'write',
  input: {
    RoleArn: required(text({ min: 20, max: 2048, pattern: /^[\t\n\r -~\u0085\u00a0-\ud7ff]+$/ })),
    RoleSessionName: required(text({ min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ })),
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
  if (seconds > role.maxSessionSeconds)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  const policy = may(input, 'Policy');
  if (policy !== undefined) checkDocument(policy, 'identity');
  const id = newID(call, 'ASIA');
  const secret = newSecret(call);
  const token = randomText(
    call.world.state.random,
    200,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  );
  const name = must(input, 'RoleSessionName');
  const expiresAt = call.now + seconds * 1000;
  const session = { token, role: role.name.toLowerCase(), roleID: role.id, name, expiresAt, policy };
  call.world.state.credentials.set(id, { secret, account, session });
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${name}`,
      Arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${name}`,
    },
    Credentials: { AccessKeyId: id, SecretAccessKey: secret, SessionToken: token, Expiration: isoDate(expiresAt) },
  };
}

/** A role that is not there, or not for the caller, looks the same: AccessDenied. */
function permitted(call: Call, arn: string, externalID: string | undefined): { role: Role; account: string } {
  const [, account = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const role = visible(call.world.state.accounts.get(account)?.roles.get(name.toLowerCase()), call.now);
  const wish = { action: 'sts:AssumeRole', resource: arn, owner: account };
  if (!role || roleArn(account, role) !== arn) throw accessDenied(call, wish, 'noIdentity');
  const context = { 'sts:ExternalId': externalID };
  const verdict = decide(call, { ...wish, resourcePolicy: knownPolicy(role.trust, 'trust'), mustGrant: true, context });
  if (!verdict.allowed) throw accessDenied(call, wish, verdict.why);
  return { role, account };
}
