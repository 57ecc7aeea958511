// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { Wire } from '../../wire/call.ts';
import type { Credentials } from './clients.ts';
import { read } from './request.ts';
import { AwsSession } from './session.ts';

export interface AwsOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly endpoint?: string;
  /** The operator's own identity (environment, IRSA, Pod Identity); absent when it has none. */
  readonly ambient?: () => Promise<Credentials>;
}

export interface Login {
  readonly region: string;
  /** From a Secret; absent: the operator's own identity. */
  readonly credentials?: Credentials;
  readonly role?: { readonly arn: string; readonly externalID?: string };
  /** The guard `aws.accountID`: no other call is made when the credentials are of another account. */
  readonly accountID?: string;
}

interface Known {
  readonly session: AwsSession;
  readonly until: number;
}

/** A role's credentials are renewed this long before they end. */
const renewBeforeMs = 5 * 60_000;
const roleSeconds = 3600;
/** More identities than this at once is a leak, not a fleet; the oldest are logged in again when needed. */
const mostSessions = 1000;

/** Sessions by identity and region: the same login, the same session, so that budgets and looks are shared. */
export class Aws {
  readonly #options: AwsOptions;
  readonly #sessions = new Map<string, Promise<Known>>();

  constructor(options: AwsOptions) {
    this.#options = options;
  }

  /** @throws Failure `Denied`: no credentials, credentials of another account, or refused by AWS. */
  async session(login: Login, scope?: Scope): Promise<AwsSession> {
    const key = createHash('sha256').update(JSON.stringify(login)).digest('hex');
    const now = this.#options.clock.now();
    let known = this.#sessions.get(key);
    if (known && (await known).until <= now) known = undefined;
    if (!known) {
      known = this.#log(login, scope);
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      known.catch(() => this.#sessions.delete(key));
      if (this.#sessions.size > mostSessions) this.#sessions.delete(this.#sessions.keys().next().value ?? '');
    }
    return (await known).session;
  }

  /** A session for given keys without asking who they are: the backup credentials, whose rights do not reach beyond their bucket. */
  bare(login: { region: string; account: string; credentials: Credentials }): AwsSession {
    return this.#make(login.region, login.account, login.credentials);
  }

  async #log(login: Login, scope?: Scope): Promise<Known> {
    const given = login.credentials ?? this.#options.ambient;
    if (!given) {
      throw new Failure({
        class: 'Denied',
        reason: 'CredentialsMissing',
        message:
          'There are no AWS credentials: set aws.credentialsSecretRef, or give the operator an identity of its own.',
      });
    }
    const first = this.#make(login.region, 'unknown', given);
    const assumed = login.role ? await this.#assume(first, login.role, scope) : undefined;
    const credentials = assumed?.credentials ?? given;
    const who = assumed ? this.#make(login.region, 'unknown', credentials) : first;
    const { Account: account = '' } = await who.send<{ Account?: string }>(read('sts', 'GetCallerIdentity', {}), scope);
    if (login.accountID !== undefined && login.accountID !== account) {
      throw new Failure({
        class: 'Denied',
        reason: 'WrongAccount',
        message: `The credentials are of account ${account}, and aws.accountID says ${login.accountID}: nothing was done. Correct one of them.`,
      });
    }
    return {
      session: this.#make(login.region, account, credentials),
      until: assumed?.until ?? Number.POSITIVE_INFINITY,
    };
  }

  async #assume(
    from: AwsSession,
    role: NonNullable<Login['role']>,
    scope?: Scope,
  ): Promise<{ credentials: Credentials; until: number }> {
    const answer = await from.send<{
      Credentials?: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string; Expiration?: Date };
    }>(
      read('sts', 'AssumeRole', {
        RoleArn: role.arn,
        RoleSessionName: 'hybrid-cloud-operator',
        DurationSeconds: roleSeconds,
        ...(role.externalID === undefined ? {} : { ExternalId: role.externalID }),
      }),
      scope,
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('AssumeRole answered without credentials');
    return {
      credentials: { accessKeyID: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
      until: (Expiration?.getTime() ?? this.#options.clock.now() + roleSeconds * 1000) - renewBeforeMs,
    };
  }

  #make(region: string, account: string, credentials: (() => Promise<Credentials>) | Credentials): AwsSession {
    const { wire, clock, endpoint } = this.#options;
    return new AwsSession({
      wire,
      clock,
      region,
      account,
      credentials,
      ...(endpoint === undefined ? {} : { endpoint }),
    });
  }
}
