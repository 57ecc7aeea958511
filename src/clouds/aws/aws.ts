// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { Wire } from '../../wire/call.ts';
import { assume, renewAt, type Role } from './iam/assume-role.ts';
import type { Credentials, Renewing } from './clients.ts';
import { read } from './request.ts';
import { AwsSession, type SessionOptions } from './session.ts';

export interface AwsOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly endpoint?: string;
  /** The operator's own identity (environment, IRSA, Pod Identity); absent when it has none. */
  readonly ambient?: Renewing;
  /** Told of every secret that AWS gives out here. */
  readonly learn?: (secret: string) => void;
}

export interface Login {
  readonly region: string;
  /** From a Secret; absent: the operator's own identity. */
  readonly credentials?: Credentials;
  readonly role?: Role;
  /** The guard `aws.accountID`: no other call is made when the credentials are of another account. */
  readonly accountID?: string;
}

type Identity = Omit<SessionOptions, 'wire' | 'clock' | 'learn' | 'endpoint' | 'account'>;
/** Of a role that was assumed its ARN does not have the path. */
type Caller = { readonly Account?: string; readonly Arn?: string };

interface Known {
  readonly session: AwsSession;
  readonly until: number;
}

/** More identities than this at once is a leak, not a fleet; the oldest are logged in again when needed. */
const mostSessions = 1000;

/** Sessions by identity and region: the same login, the same session, so that budgets and looks are shared. */
export class Aws {
  readonly #options: AwsOptions;
  readonly #sessions = new Map<string, Promise<Known>>();
  #ambientRefused = false;

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
      known = this.#log(login, () => this.#sessions.delete(key), scope);
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      known.catch(() => this.#sessions.delete(key));
      if (this.#sessions.size > mostSessions) this.#sessions.delete(this.#sessions.keys().next().value ?? '');
    }
    return (await known).session;
  }

  /** A session for given keys without asking who they are: the backup credentials, whose rights do not reach beyond their bucket. */
  bare(login: { region: string; account: string; credentials: Credentials }): AwsSession {
    return this.#make({ ...login, origin: 'secret' });
  }

  async #log(login: Login, forget: () => void, scope?: Scope): Promise<Known> {
    const { region, role, accountID } = login;
    const base = this.#base(login);
    // the ARN names the account: where it is the wrong one not even the role is assumed
    if (role) guard(accountID, role.arn.split(':')[4] ?? '');
    const first = this.#make({ ...base, account: 'unknown' });
    const { clock } = this.#options;
    if (!role)
      return { session: await this.#known(base, { scope, accountID }, first), until: Number.POSITIVE_INFINITY };
    const { credentials, until } = await assume(first, role, { clock, ...(scope ? { scope } : {}) });
    this.#learn(credentials);
    const assumed: Identity = { region, credentials, origin: 'role', onExpired: forget, identity: role.arn };
    return { session: await this.#known(assumed, { scope, accountID }), until: renewAt(until, clock.now()) };
  }

  /** Whom the login begins with. */
  #base({ region, credentials }: Login): Identity {
    if (credentials) return { region, credentials, origin: 'secret' };
    if (this.#options.ambient) return { region, credentials: this.#own, origin: 'own', onExpired: this.#distrust };
    throw new Failure({
      class: 'Denied',
      reason: 'CredentialsMissing',
      message:
        'There are no AWS credentials: set aws.credentialsSecretRef, or give the operator an identity of its own.',
    });
  }

  /** Asks AWS whose account it is, before anything else. */
  async #known(
    identity: Identity,
    { scope, accountID }: { readonly scope: Scope | undefined; readonly accountID: string | undefined },
    who = this.#make({ ...identity, account: 'unknown' }),
  ): Promise<AwsSession> {
    const { Account: account = '', Arn } = await who.send<Caller>(read('sts', 'GetCallerIdentity', {}), scope);
    guard(accountID, account);
    return this.#make({ ...(Arn === undefined ? {} : { identity: Arn }), ...identity, account });
  }

  /** The operator's own credentials; anew once AWS said that the last ones are over. */
  readonly #own: Renewing = async () => {
    const { ambient } = this.#options;
    if (!ambient) throw new Error('there is no identity of our own');
    const fresh = this.#ambientRefused;
    this.#ambientRefused = false;
    return ambient({ fresh });
  };

  readonly #distrust = () => {
    this.#ambientRefused = true;
  };

  #learn({ secretAccessKey, sessionToken }: Credentials): void {
    this.#options.learn?.(secretAccessKey);
    if (sessionToken) this.#options.learn?.(sessionToken);
  }

  #make(given: Identity & { readonly account: string }): AwsSession {
    const { wire, clock, endpoint, learn } = this.#options;
    return new AwsSession({
      wire,
      clock,
      ...given,
      ...(learn ? { learn } : {}),
      ...(endpoint === undefined ? {} : { endpoint }),
    });
  }
}

function guard(wanted: string | undefined, account: string): void {
  if (wanted === undefined || wanted === account) return;
  throw new Failure({
    class: 'Denied',
    reason: 'WrongAccount',
    message: `The credentials are of account ${account}, and aws.accountID says ${wanted}: nothing was done. Correct one of them.`,
  });
}
