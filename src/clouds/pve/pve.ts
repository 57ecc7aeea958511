// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../../core/clock.ts';
import type { Scope } from '../../core/scope.ts';
import { SharedLooks } from '../shared-look.ts';
import type { HttpsApis, HttpsPlace } from '../https/https-api.ts';
import { Kept } from '../proxmox/kept.ts';
import { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { isMissing, refusal } from './refusals.ts';

export interface PveToken {
  /** `user@realm!name`. */
  readonly tokenID: string;
  readonly secret: string;
}

export interface PvePlace extends Pick<HttpsPlace, 'url' | 'trust' | 'granted'> {
  readonly token: PveToken;
  readonly scope: Scope;
}

/** Adding a storage logs into the backup server before it answers; pveproxy itself gives up after 30 s. */
const timeoutMs = 45_000;
/** Lists of thousands of guests and backups. */
const largestAnswer = 16 * 1024 * 1024;

/** Made once, at the composition root. */
export class Pves {
  readonly #https: HttpsApis;
  readonly #looks: SharedLooks;
  readonly #kept: Kept;

  /** @param looks What is remembered of looks, and `kept` of what never changes again; default: nothing yet. */
  constructor(https: HttpsApis, clock: Clock, looks = new SharedLooks(clock), kept = new Kept()) {
    this.#https = https;
    this.#looks = looks;
    this.#kept = kept;
  }

  /** @throws Failure `TrustUnusable`, `EndpointRefused` or `InvalidURL`; see `HttpsApis`. */
  at({ url, trust, granted = false, token, scope }: PvePlace): ProxmoxApi {
    const { tokenID, secret } = token;
    return new ProxmoxApi({
      api: this.#https.at({ service: 'pve', url, trust, granted, timeoutMs, largestAnswer }),
      dialect: {
        product: 'Proxmox VE',
        credentials: { authorization: `PVEAPIToken=${tokenID}=${secret}` },
        login: tokenID,
        refusal,
        isMissing,
      },
      scope,
      looks: this.#looks,
      kept: this.#kept,
    });
  }
}
