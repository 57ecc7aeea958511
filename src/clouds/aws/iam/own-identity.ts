// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The operator's own AWS identity. Three of the SDK's default sources, all through our wire (the SDK's own providers open connections
 * of their own): keys in the environment; a role by a service account's token (IRSA: AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE); the
 * container credentials endpoint (EKS Pod Identity and ECS). Not supported: EC2's instance metadata, which would hand a node's rights to
 * a Pod; profiles and SSO, which are for people.
 * Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers", "Container credential provider".
 */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../../core/clock.ts';
import { Failure } from '../../../core/failure.ts';
import type { Call, Wire } from '../../../wire/call.ts';
import { renewAt, type Expiring } from './assume-role.ts';
import { makeClient, type Renewing } from '../clients.ts';
import { failureOf } from '../errors.ts';

export interface OwnIdentityOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoint?: string;
  /** Default: the machine's files. Tokens are read anew at every renewal, because the kubelet rotates them. */
  readonly readText?: (path: string) => Promise<string>;
}

/** Not asked anew more often than this, whatever AWS says to what was given. */
const shortestMs = 30_000;
const timeoutMs = 10_000;

/** How to get the identity's credentials of now; `undefined` when the environment names none. */
export function ownIdentity(options: OwnIdentityOptions): Renewing | undefined {
  const { env, clock } = options;
  const { AWS_ACCESS_KEY_ID: accessKeyID, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (accessKeyID && secretAccessKey) {
    const credentials = { accessKeyID, secretAccessKey, ...(token ? { sessionToken: token } : {}) };
    return () => Promise.resolve(credentials);
  }
  if (env['AWS_ROLE_ARN'] && env['AWS_WEB_IDENTITY_TOKEN_FILE']) return kept(clock, () => byWebIdentity(options));
  if (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'])
    return kept(clock, () => byContainer(options));
  return undefined;
}

function kept(clock: Clock, get: () => Promise<Expiring>): Renewing {
  let held: { since: number; renewAt: number; answer: Promise<Expiring> } | undefined;
  const over = (fresh: boolean) =>
    !held || clock.now() >= held.renewAt || (fresh && clock.now() - held.since >= shortestMs);
  return async (need) => {
    if (!held || over(need?.fresh === true)) {
      const now = clock.now();
      const next = { since: now, renewAt: now + shortestMs, answer: get() };
      held = next;
      next.answer.then(
        ({ until }) => (next.renewAt = renewAt(until, clock.now())),
        () => (held = undefined),
      );
    }
    return (await held.answer).credentials;
  };
}

function denied(message: string, cause?: unknown): Failure {
  return new Failure({ class: 'Denied', reason: 'CredentialsMissing', message, cause });
}

async function secretFile({ readText }: OwnIdentityOptions, path: string): Promise<string> {
  const read = readText ?? ((file: string) => readFile(file, 'utf8'));
  const text = await read(path).catch((cause: unknown) => {
    throw denied("The token file of the operator's own AWS identity cannot be read: see its service account.", cause);
  });
  if (text.trim() === '')
    throw denied("The token file of the operator's own AWS identity is empty: see its service account.");
  return text.trim();
}

function expiring(given: {
  AccessKeyId?: string;
  SecretAccessKey?: string;
  token?: string | undefined;
  Expiration?: unknown;
}): Expiring {
  const { AccessKeyId: accessKeyID, SecretAccessKey: secretAccessKey, token, Expiration } = given;
  if (!accessKeyID || !secretAccessKey)
    throw denied("The operator's own AWS identity was answered without credentials.");
  const at = Expiration instanceof Date ? Expiration.getTime() : Date.parse(String(Expiration));
  const credentials = { accessKeyID, secretAccessKey, ...(token ? { sessionToken: token } : {}) };
  return { credentials, until: Number.isNaN(at) ? Number.POSITIVE_INFINITY : at };
}

async function byWebIdentity(options: OwnIdentityOptions): Promise<Expiring> {
  const { wire, env, endpoint } = options;
  const role = env['AWS_ROLE_ARN'] ?? '';
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const token = await secretFile(options, env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '');
  // this call is not signed: the token is the proof, and is therefore no parameter of the record
  const none = { accessKeyID: 'none', secretAccessKey: 'none' };
  const { client, command } = await makeClient('sts', {
    wire,
    region,
    credentials: none,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const action = 'AssumeRoleWithWebIdentity';
  const input = {
    RoleArn: role,
    RoleSessionName: env['AWS_ROLE_SESSION_NAME'] ?? 'hybrid-cloud-operator',
    WebIdentityToken: token,
  };
  const call: Call = {
    service: 'sts',
    action,
    effect: 'read',
    parameters: [{ name: 'RoleArn', value: role }],
    timeoutMs,
  };
  const answer = (await client.send(command(action, input), { wireCall: call }).catch((error: unknown) => {
    throw webIdentityFailure(error, role);
  })) as { Credentials?: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string; Expiration?: Date } };
  return expiring({ ...answer.Credentials, token: answer.Credentials?.SessionToken });
}

/** What the token or the trust policy lacks is the administrator's to mend. */
function webIdentityFailure(error: unknown, role: string): unknown {
  const action = 'AssumeRoleWithWebIdentity';
  const failure = failureOf(error, { service: 'sts', action, effect: 'read', input: {} });
  if (!(failure instanceof Failure) || !(error instanceof Error) || failure.class === 'Transient') return failure;
  return new Failure({
    class: 'Denied',
    reason: 'RoleNotAssumed',
    message: `AWS does not let the operator's service account assume ${role} (${error.name}: ${error.message.replace(/\d{9,}/g, '…')}). See the OpenID Connect provider of the cluster in that account, and the role's trust policy.`,
    cause: error,
  });
}

/** Plain HTTP only to where the SDKs send it: the token must not leave the node (same guide). */
const plainHosts = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', 'localhost', '127.0.0.1', '[::1]']);

async function byContainer(options: OwnIdentityOptions): Promise<Expiring> {
  const { wire, env } = options;
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const url = new URL(relative ? relative : (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? ''), 'http://169.254.170.2');
  if (url.protocol !== 'https:' && !plainHosts.has(url.hostname))
    throw denied(`AWS_CONTAINER_CREDENTIALS_FULL_URI names ${url.hostname} without TLS: give an https address.`);
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const token = file ? await secretFile(options, file) : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const call: Call = {
    service: 'container-credentials',
    action: 'GetCredentials',
    effect: 'read',
    parameters: [],
    timeoutMs,
  };
  const answer = await wire.send(call, { method: 'GET', url, headers: token ? { authorization: token } : {} });
  const text = await shortText(answer.body);
  // its own trouble passes; a refusal is for the administrator (SDKs and Tools Reference Guide, "Container credential provider": 5xx and 429)
  if (answer.status >= 500 || answer.status === 429) {
    const message = `The container credentials endpoint answered ${answer.status}`;
    throw new Failure({ class: 'Transient', reason: 'ServiceError', applied: 'no', message });
  }
  if (answer.status !== 200)
    throw denied(`The container credentials endpoint answered ${answer.status}: see the Pod Identity association.`);
  const body = parsed(text);
  return expiring({ ...body, token: body.Token });
}

/** Credentials with their session token are a few kB. */
const longestAnswer = 256 * 1024;

async function shortText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > longestAnswer) throw new Error(`more than ${longestAnswer} bytes`);
      pieces.push(piece);
    }
  } catch (cause) {
    const message = 'The answer of the container credentials endpoint broke off';
    throw new Failure({ class: 'Transient', reason: 'Unreachable', message, cause });
  }
  return Buffer.concat(pieces).toString('utf8');
}

interface ContainerAnswer {
  readonly AccessKeyId?: string;
  readonly SecretAccessKey?: string;
  readonly Token?: string;
  readonly Expiration?: string;
}

function parsed(text: string): ContainerAnswer {
  try {
    return JSON.parse(text) as ContainerAnswer;
  } catch (cause) {
    throw denied('The container credentials endpoint answered something that is no JSON: see its address.', cause);
  }
}
