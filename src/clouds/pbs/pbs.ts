// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import { SharedLooks } from '../shared-look.ts';
import { certificateSeen } from '../https/failures.ts';
import type { HttpsApis, HttpsPlace } from '../https/https-api.ts';
import { Kept } from '../proxmox/kept.ts';
import { ProxmoxApi, type Dialect } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';
import { isMissing, refusal } from './refusals.ts';

export interface PbsToken {
  /** `user@realm!name`. */
  readonly tokenID: string;
  readonly secret: string;
}

export type PbsServer = Pick<HttpsPlace, 'url' | 'trust' | 'granted'> & { readonly scope: Scope };

export interface PbsOptions {
  readonly apis: HttpsApis;
  readonly clock: Clock;
  /** Told of every ticket. */
  readonly learn: (secret: string) => void;
  /** How the certificate at an address is looked at; default: by a handshake. A demo without a network has no other way. */
  readonly certificate?: (url: string) => Promise<string>;
  /** What is remembered of looks; default: nothing yet. */
  readonly looks?: SharedLooks;
}

/** No certificate has it: whoever shows one is seen, and sent nothing. */
const nobody = { by: 'Fingerprint', sha256: ['0'.repeat(64)] } as const;

/** Making a datastore looks into the bucket, and writes 65,536 folders, before its task begins. */
const timeoutMs = 60_000;
const largestAnswer = 16 * 1024 * 1024;

const ticket = z.object({ ticket: z.string(), CSRFPreventionToken: z.string() });

/** Made once, at the composition root. */
export class PbsServers {
  readonly #options: PbsOptions;
  readonly #looks: SharedLooks;
  readonly #kept = new Kept();

  constructor(options: PbsOptions) {
    this.#options = options;
    this.#looks = options.looks ?? new SharedLooks(options.clock);
  }

  /** @throws Failure `TrustUnusable`, `EndpointRefused` or `InvalidURL`; see `HttpsApis`. */
  at(server: PbsServer, { tokenID, secret }: PbsToken): ProxmoxApi {
    // a colon, where Proxmox VE has an equals sign
    return this.#client(server, tokenID, { authorization: `PBSAPIToken=${tokenID}:${secret}` });
  }

  /** Whether it answers at all needs no login: a server that was just installed says so. */
  async answers(server: PbsServer): Promise<boolean> {
    const found = await this.#client(server, '', {}).read(asked('GET', '/ping'), z.looseObject({ pong: z.boolean() }));
    return found.pong;
  }

  /**
   * SHA-256 fingerprint of the certificate that is shown at this address, in capitals with colons. Proves nothing: who it belongs to
   * has to be known from elsewhere. Nothing is sent but the handshake.
   */
  async certificate(server: Omit<PbsServer, 'trust'>): Promise<string> {
    const bare = this.#client({ ...server, trust: nobody }, '', {});
    if (this.#options.certificate) return this.#options.certificate(server.url);
    const error = await bare.write({ ...asked('GET', '/ping') }).catch((thrown: unknown) => thrown);
    const seen = certificateSeen(error);
    if (seen !== undefined) return seen;
    throw (
      error ?? new Failure({ class: 'Transient', reason: 'BadAnswer', message: `${bare.who} shows no certificate` })
    );
  }

  /**
   * With a password: only for the making of a token, and never after. The ticket lives for two hours (proxmox-auth-api).
   * @throws Failure `CredentialsRejected`.
   */
  async login(server: PbsServer, username: string, password: string): Promise<ProxmoxApi> {
    const bare = this.#client(server, '', {});
    const request = { ...asked('POST', '/access/ticket', [], { username, password }), effect: 'read' as const };
    const { ticket: cookie, CSRFPreventionToken: csrf } = await bare.told(request, ticket);
    if (/[;,\s]/.test(cookie) || /[\r\n]/.test(csrf))
      throw new Failure({
        class: 'Transient',
        reason: 'BadAnswer',
        message: `${bare.who} gives a ticket that is none`,
      });
    this.#options.learn(cookie);
    this.#options.learn(csrf);
    return this.#client(server, username, {
      cookie: `PBSAuthCookie=${encodeURIComponent(cookie)}`,
      csrfpreventiontoken: csrf,
    });
  }

  #client(
    { url, trust, granted = false, scope }: PbsServer,
    login: string,
    credentials: Dialect['credentials'],
  ): ProxmoxApi {
    const api = this.#options.apis.at({ service: 'pbs', url, trust, granted, timeoutMs, largestAnswer });
    const product = 'Proxmox Backup Server';
    return new ProxmoxApi({
      api,
      dialect: { product, credentials, login, refusal, isMissing },
      scope,
      looks: this.#looks,
      kept: this.#kept,
    });
  }
}
