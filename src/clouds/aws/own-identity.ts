// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The operator's own AWS identity. Three of the SDK's default sources, all through our wire (the SDK's own providers open connections
 * of their own): keys in the environment; a role by a service account's token (IRSA: AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE); the
 * container credentials endpoint (EKS Pod Identity and ECS). Not supported: EC2's instance metadata, which would hand a node's rights to
 * a Pod; profiles and SSO, which are for people.
 * Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers", "Container credential provider".
 */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';
import { Failure } from '../../core/failure.ts';
import type { Call, Wire } from '../../wire/call.ts';
import { makeClient, type Credentials } from './clients.ts';
import { failureOf } from './errors.ts';

export interface OwnIdentityOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoint?: string;
}

interface Expiring {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Renewed this long before the end; credentials that last for minutes are renewed at half of them. */
const renewBeforeMs = 5 * 60_000;
const shortestMs = 30_000;
const timeoutMs = 10_000;

/** How to get the identity's credentials of now; `undefined` when the environment names none. */
export function ownIdentity(options: OwnIdentityOptions): (() => Promise<Credentials>) | undefined {
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

function kept(clock: Clock, get: () => Promise<Expiring>): () => Promise<Credentials> {
  let held: { renewAt: number; answer: Promise<Expiring> } | undefined;
  return async () => {
    if (!held || clock.now() >= held.renewAt) {
      const next = { renewAt: clock.now() + shortestMs, answer: get() };
      held = next;
      next.answer.then(
        ({ until }) => (next.renewAt = until - Math.min(renewBeforeMs, (until - clock.now()) / 2)),
        () => (held = undefined),
      );
    }
    return (await held.answer).credentials;
  };
}

function denied(message: string, cause?: unknown): Failure {
  return new Failure({ class: 'Denied', reason: 'CredentialsMissing', message, cause });
}

async function secretFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw denied("The token file of the operator's own AWS identity cannot be read: see its service account.", cause);
  });
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

async function byWebIdentity({ wire, env, endpoint }: OwnIdentityOptions): Promise<Expiring> {
  const role = env['AWS_ROLE_ARN'] ?? '';
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const token = await secretFile(env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '');
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
    throw failureOf(error, { service: 'sts', action, effect: 'read', input: {} });
  })) as { Credentials?: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string; Expiration?: Date } };
  return expiring({ ...answer.Credentials, token: answer.Credentials?.SessionToken });
}

async function byContainer({ wire, env }: OwnIdentityOptions): Promise<Expiring> {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const url = new URL(relative ? relative : (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? ''), 'http://169.254.170.2');
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const token = file ? await secretFile(file) : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const call: Call = {
    service: 'container-credentials',
    action: 'GetCredentials',
    effect: 'read',
    parameters: [],
    timeoutMs,
  };
  const answer = await wire.send(call, { method: 'GET', url, headers: token ? { authorization: token } : {} });
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body) pieces.push(piece);
  if (answer.status !== 200)
    throw denied(`The container credentials endpoint answered ${answer.status}: see the Pod Identity association.`);
  const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as {
    AccessKeyId?: string;
    SecretAccessKey?: string;
    Token?: string;
    Expiration?: string;
  };
  return expiring({ ...body, token: body.Token });
}
