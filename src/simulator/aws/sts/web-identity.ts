// SPDX-License-Identifier: GPL-3.0-or-later
/** AssumeRoleWithWebIdentity: a cluster's service account token for a role's credentials. Source: API_AssumeRoleWithWebIdentity. */
import { createHmac } from 'node:crypto';
import type { Call, World } from '../call.ts';
import { AwsError } from '../errors.ts';
import { providerArn } from '../iam/oidc-providers.ts';
import { may, must, required, text, whole, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { assumedXml, checkDuration, roleArnText, sessionNameText } from './assume-role.ts';
import { openSession, roleAt } from './session.ts';
import { trusts } from './trust.ts';

/** The claims of a service account's token (Kubernetes documentation, "Service account token volume projection"). */
export interface TokenClaims {
  /** `https://oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE` */
  readonly issuer: string;
  /** `system:serviceaccount:<namespace>:<name>` */
  readonly subject: string;
  /** Default `sts.amazonaws.com`. */
  readonly audience?: string;
  /** Default one day. */
  readonly seconds?: number;
}

const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seal = (text: string, issuer: string) => createHmac('sha256', issuer).update(text).digest('base64url');

/** A token as the issuer signs it. The simulated world stands for the issuer's published keys, too. */
export function issueToken(now: number, { issuer, subject, audience, seconds = 86_400 }: TokenClaims): string {
  const at = Math.floor(now / 1000);
  const claims = { iss: issuer, sub: subject, aud: [audience ?? 'sts.amazonaws.com'], iat: at, exp: at + seconds };
  const text = `${json({ alg: 'RS256', typ: 'JWT' })}.${json(claims)}`;
  return `${text}.${seal(text, issuer)}`;
}

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly exp: number;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidIdentityToken', message);
}

function claimsOf(token: string): Claims {
  const [head = '', body = '', signature = ''] = token.split('.');
  let claims: Claims;
  try {
    claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
  } catch {
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
  }
  if (typeof claims.iss !== 'string' || signature !== seal(`${head}.${body}`, claims.iss))
    throw invalid(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  return claims;
}

function trusted(world: World, account: string, { iss, aud, exp }: Claims, now: number): string {
  const providers = world.state.accounts.get(account)?.oidcProviders ?? new Map<string, readonly string[]>();
  const arn = providerArn(account, iss);
  const audiences = providers.get(arn);
  if (!audiences) throw invalid(`No OpenIDConnect provider found in your account for ${iss}`);
  if (!aud.some((one) => audiences.includes(one))) throw invalid('Incorrect token audience');
  if (exp * 1000 <= now)
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${exp}`,
    );
  return arn;
}

function run(call: Call, input: Fields): Xml {
  const arn = must(input, 'RoleArn');
  const claims = claimsOf(must(input, 'WebIdentityToken'));
  const found = roleAt(call, arn);
  const account = /^arn:aws:iam::(\d{12}):/.exec(arn)?.[1] ?? '';
  const provider = trusted(call.world, account, claims, call.now);
  const issuer = claims.iss.replace(/^https:\/\//, '').toLowerCase();
  const context = new Map([
    [`${issuer}:sub`, [claims.sub]],
    [`${issuer}:aud`, claims.aud],
  ]);
  const action = 'sts:AssumeRoleWithWebIdentity';
  if (!found || !trusts(found.role, { kind: 'Federated', name: provider, context }, action))
    throw new AwsError('AccessDenied', `Not authorized to perform ${action}`, 403);
  const seconds = Number(may(input, 'DurationSeconds') ?? 3600);
  checkDuration(found.role, seconds);
  const name = must(input, 'RoleSessionName');
  return {
    ...assumedXml({ ...found, name }, openSession(call, { ...found, name, seconds })),
    SubjectFromWebIdentityToken: claims.sub,
    Audience: claims.aud[0],
    Provider: provider,
  };
}

export const assumeRoleWithWebIdentity: QueryOperation = {
  effect: 'write',
  unsigned: true,
  input: {
    RoleArn: roleArnText,
    RoleSessionName: sessionNameText,
    WebIdentityToken: required(text({ min: 4, max: 20_000 })),
    DurationSeconds: whole(900, 43_200),
  },
  secret: ['WebIdentityToken'],
  run,
};
