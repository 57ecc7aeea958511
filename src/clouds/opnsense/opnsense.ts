// SPDX-License-Identifier: GPL-3.0-or-later
import type { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { digest } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import { jsonOf } from '../https/answer.ts';
import type { HttpsApi, HttpsApis, HttpsPlace, HttpsRequest } from '../https/https-api.ts';
import { SharedLooks } from '../shared-look.ts';
import { enabledSchema, fieldsOf, rowsSchema, type Row } from './answers.ts';
import { places, type DeviceRecord, type RecordKind } from './records.ts';
import { refusedByResult, refusedByStatus } from './refusals.ts';
import {
  applyRequest,
  enabledRequest,
  enableRequest,
  getRequest,
  listRequest,
  removeRequest,
  setRequest,
  type Applied,
} from './requests.ts';
import { Silences } from './silence.ts';

export interface ApiKey {
  readonly key: string;
  readonly secret: string;
}

export interface OpnsensePlace extends Pick<HttpsPlace, 'url' | 'trust' | 'granted'> {
  readonly credentials: ApiKey;
  readonly scope: Scope;
}

/** What is known of firewalls for a while. */
export interface OpnsenseLooks {
  readonly shared: SharedLooks;
  readonly silences: Silences;
}

/** A reconfigure restarts filters and routes before it answers; on small machines that takes its time. */
const timeoutMs = 60_000;
/** A firewall with many records, of which each may come with a list of all proposals. */
const largestAnswer = 16 * 1024 * 1024;

/** One OPNsense, with one API key, on behalf of one object. */
export class Opnsense {
  /** For messages: `OPNsense https://192.168.1.1`. */
  readonly who: string;
  readonly #api: HttpsApi;
  readonly #place: OpnsensePlace;
  readonly #looks: OpnsenseLooks;

  constructor(api: HttpsApi, place: OpnsensePlace, looks: OpnsenseLooks) {
    this.#api = api;
    this.#place = place;
    this.#looks = looks;
    this.who = `OPNsense ${api.url}`;
  }

  /**
   * What `read` finds, or what it found for this object at most so long ago, and nothing was written since. A firewall that did not answer
   * is not asked for a minute, unless it was given another address, certificate or key meanwhile.
   */
  look<T>(maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    const { trust, credentials } = this.#place;
    const way = digest(this.#key, JSON.stringify([trust, credentials]));
    return this.#looks.shared.get(this.#key, maxAgeMs, () => this.#looks.silences.guard(way, maxAgeMs === 0, read));
  }

  async list(kind: RecordKind): Promise<readonly Row[]> {
    return this.#parsed(listRequest(kind), rowsSchema).then(({ rows }) => rows);
  }

  /** A key among them: not to be kept, nor shown. `undefined`: there is no such record. */
  async get(kind: RecordKind, uuid: string): Promise<Readonly<Record<string, string>> | undefined> {
    const request = getRequest(kind, uuid);
    return fieldsOf(await this.#answer(request), places[kind].envelope);
  }

  /** Makes it or changes it. Saved, and not applied yet. */
  async set(record: DeviceRecord, key?: string): Promise<void> {
    await this.#write(setRequest(record, key));
  }

  /** Deletes it; what is gone already is well. */
  async remove(record: Pick<DeviceRecord, 'kind' | 'uuid'>): Promise<void> {
    await this.#write(removeRequest(record)).catch(async (error: unknown) => {
      // of a gateway that is not there, OPNsense says "failed" alone
      const refused = error instanceof Failure && error.reason === 'DeviceRefused';
      if (!refused || (await this.get(record.kind, record.uuid)) !== undefined) throw error;
    });
  }

  /** Whether the firewall does IPsec at all. */
  async enabled(): Promise<boolean> {
    return this.#parsed(enabledRequest, enabledSchema).then(({ enabled }) => enabled);
  }

  async enable(): Promise<void> {
    await this.#write(enableRequest);
  }

  /** What was saved, whoever saved it, comes into effect. */
  async apply(part: Applied): Promise<void> {
    await this.#write(applyRequest(part));
  }

  get #key(): string {
    return `${this.#api.url} ${this.#place.scope.uid}`;
  }

  async #write(request: HttpsRequest): Promise<void> {
    try {
      const failure = refusedByResult(await this.#answer(request), this.who, request.action);
      if (failure) throw failure;
    } finally {
      this.#looks.shared.drop(this.#key);
    }
  }

  async #answer(request: HttpsRequest): Promise<unknown> {
    const { key, secret } = this.#place.credentials;
    const answer = await this.#api.send({
      ...request,
      headers: { authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}` },
      scope: this.#place.scope,
    });
    if (answer.status === 200) return jsonOf(answer, `${this.who}, ${request.action}`);
    const failure = refusedByStatus(answer, this.who, request.action);
    if (failure.reason === 'Throttled') this.#api.throttled(request, failure);
    throw failure;
  }

  async #parsed<S extends z.ZodType>(request: HttpsRequest, schema: S): Promise<z.output<S>> {
    const parsed = schema.safeParse(await this.#answer(request));
    if (parsed.success) return parsed.data;
    throw new Failure({
      class: 'Transient',
      reason: 'BadAnswer',
      message: `${this.who} answers ${request.action} with something else. Look whether the url is that of an OPNsense`,
    });
  }
}

/** Made once, at the composition root. */
export class Opnsenses {
  readonly #https: HttpsApis;
  readonly #looks: OpnsenseLooks;

  constructor(https: HttpsApis, clock: Clock, looks?: OpnsenseLooks) {
    this.#https = https;
    this.#looks = looks ?? { shared: new SharedLooks(clock), silences: new Silences(clock) };
  }

  /** @throws Failure `TrustUnusable`, `EndpointRefused` or `InvalidURL`; see `HttpsApis`. */
  at(place: OpnsensePlace): Opnsense {
    const { url, trust, granted = false } = place;
    const api = this.#https.at({ service: 'opnsense', url, trust, granted, timeoutMs, largestAnswer });
    return new Opnsense(api, place, this.#looks);
  }
}
