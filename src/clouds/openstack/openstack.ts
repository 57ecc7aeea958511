// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { Trust } from '../../wire/trusted-agent.ts';
import { SharedLooks } from '../shared-look.ts';
import type { HttpsApi, HttpsApis, HttpsPlace } from '../https/https-api.ts';
import { networkURL, tokenFor, type ApplicationCredential, type Wanted } from './keystone.ts';
import { OpenStackSession, type Access } from './session.ts';

export interface OpenStackLogin extends Wanted {
  /** With or without `/v3`. */
  readonly authURL: string;
  /** For both services. */
  readonly trust: Trust;
  /** The administrator granted Keystone, and with it what its catalogue names: they may be in the cluster. Default: they may not. */
  readonly granted?: boolean;
  readonly credential: ApplicationCredential;
}

export interface OpenStackOptions {
  readonly apis: HttpsApis;
  readonly clock: Clock;
  /** Told of every token. */
  readonly learn: (secret: string) => void;
  /** Tokens by login, and answers; both begin empty unless given. */
  readonly known?: Map<string, KnownLogin>;
  readonly looks?: SharedLooks;
}

export interface KnownLogin {
  readonly access: Promise<Access>;
  /** By our monotonic clock; set once the token is there. */
  until: number;
}

/** A token is made anew when this share of its life is over: whoever begins with it comes to an end with it. */
const share = 0.8;
/** More logins than this at once is a leak; the oldest get a new token when they need one. */
const most = 1000;

function keyOf(login: OpenStackLogin): string {
  return createHash('sha256').update(JSON.stringify(login)).digest('hex');
}

/** Tokens by login: the same login, the same token, until it is nearly over. */
export class OpenStack {
  readonly #options: OpenStackOptions;
  readonly #known: Map<string, KnownLogin>;
  readonly #looks: SharedLooks;

  constructor(options: OpenStackOptions) {
    this.#options = options;
    this.#known = options.known ?? new Map<string, KnownLogin>();
    this.#looks = options.looks ?? new SharedLooks(options.clock);
  }

  /** Sends nothing: the token is asked for when the first call needs it. */
  session(login: OpenStackLogin, scope?: Scope): OpenStackSession {
    const key = keyOf(login);
    return new OpenStackSession({
      access: (refused) => this.#access(key, login, { refused, scope }),
      neutron: ({ neutron }) => this.#neutron(neutron),
      shared: (what, maxAgeMs, look) => this.#looks.get(`${key} ${what}`, maxAgeMs, look),
      changed: () => this.#looks.dropAll(`${key} `),
      scope,
    });
  }

  /** @param refused The access that was answered with a 401; another one is wanted. */
  async #access(
    key: string,
    login: OpenStackLogin,
    { refused, scope }: { readonly refused: Access | undefined; readonly scope: Scope | undefined },
  ): Promise<Access> {
    const known = this.#known.get(key);
    if (known && known.until > this.#options.clock.monotonic()) {
      const access = await known.access;
      if (access !== refused) return access;
    }
    // whoever came first while we waited has it renewed for all
    const now = this.#known.get(key);
    if (now && now !== known) return now.access;
    return this.#renew(key, login, scope).access;
  }

  #renew(key: string, login: OpenStackLogin, scope: Scope | undefined): KnownLogin {
    const { clock } = this.#options;
    const made: KnownLogin = { access: this.#login(login, scope), until: Number.POSITIVE_INFINITY };
    this.#known.delete(key);
    this.#known.set(key, made);
    made.access.then(
      ({ lifetimeMs }) => {
        made.until = clock.monotonic() + share * lifetimeMs;
      },
      () => {
        if (this.#known.get(key) === made) this.#known.delete(key);
      },
    );
    if (this.#known.size > most) this.#forget(this.#known.keys().next().value ?? '');
    return made;
  }

  #forget(key: string): void {
    this.#known.delete(key);
    this.#looks.dropAll(`${key} `);
  }

  async #login(login: OpenStackLogin, scope: Scope | undefined): Promise<Access> {
    const { apis, learn } = this.#options;
    const { authURL, trust, granted = false, credential } = login;
    const base = authURL.replace(/\/{1,8}$/, '');
    const keystone = apis.at({ service: 'keystone', url: base.endsWith('/v3') ? base : `${base}/v3`, trust, granted });
    const { text, lifetimeMs, catalogue } = await tokenFor(keystone, credential, scope);
    learn(text);
    const neutron = { url: networkURL(catalogue, login), trust, granted };
    // what is no address is found out before the token is kept
    this.#neutron(neutron);
    return { token: text, lifetimeMs, neutron };
  }

  #neutron(place: Pick<HttpsPlace, 'url' | 'trust' | 'granted'>): HttpsApi {
    try {
      return this.#options.apis.at({ service: 'neutron', ...place });
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'InvalidURL') throw error;
      throw new Failure({
        class: 'Denied',
        reason: 'EndpointUnusable',
        message: `Keystone's catalogue has an address of the network service to which no token is sent: it has to begin with https://. Have the administrator correct the endpoint, or choose another openstack.interface.`,
        cause: error,
      });
    }
  }
}
