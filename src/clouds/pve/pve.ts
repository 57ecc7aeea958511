// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import { SharedLooks } from '../aws/shared-look.ts';
import { jsonOf, type HttpsAnswer } from '../https/answer.ts';
import type { HttpsApi, HttpsApis, HttpsPlace, HttpsRequest } from '../https/https-api.ts';
import { parseUpid, type Upid } from '../proxmox/upid.ts';
import { requestOf, type Asked } from './asked.ts';
import { isMissing, refusal } from './refusals.ts';

export interface PveToken {
  /** `user@realm!name`. */
  readonly tokenID: string;
  readonly secret: string;
}

export interface PvePlace extends Pick<HttpsPlace, 'url' | 'trust'> {
  readonly token: PveToken;
  readonly scope: Scope;
}

/** Answers are `{ data }`; a null is one, too. */
const envelope = z.object({ data: z.unknown() });

/** Adding a storage logs into the backup server before it answers; pveproxy itself gives up after 30 s. */
const timeoutMs = 45_000;
/** Lists of thousands of guests and backups. */
const largestAnswer = 16 * 1024 * 1024;

/** One Proxmox VE, with one API token, on behalf of one object. */
export class Pve {
  /** For messages: `Proxmox VE https://192.168.0.10:8006`. */
  readonly who: string;
  readonly #api: HttpsApi;
  readonly #place: PvePlace;
  readonly #looks: SharedLooks;

  constructor(api: HttpsApi, place: PvePlace, looks: SharedLooks) {
    this.#api = api;
    this.#place = place;
    this.#looks = looks;
    this.who = `Proxmox VE ${api.url}`;
  }

  /** What `read` finds, or what it found with this token at most so long ago if nothing was written with it since. */
  look<T>(what: string, maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    return this.#looks.get(`${this.#key} ${what}`, maxAgeMs, read);
  }

  /** @throws Failure `BadAnswer` where the answer is not of this shape. */
  async read<S extends z.ZodType>(request: Asked, schema: S): Promise<z.output<S>> {
    return this.#parsed(await this.#sent(requestOf(request)), request.action, schema);
  }

  /** The same, where it may not be there: `undefined`. */
  async find<S extends z.ZodType>(request: Asked, schema: S): Promise<z.output<S> | undefined> {
    const answer = await this.#answer(requestOf(request));
    if (answer.status === 200) return this.#parsed(answer, request.action, schema);
    if (isMissing(answer)) return undefined;
    throw this.#refused(answer, requestOf(request));
  }

  /** Sent once, whatever is answered; what it changed is looked at again. */
  async write(request: Asked): Promise<void> {
    await this.#sent(requestOf(request));
  }

  /** A write that begins a task. @throws Failure `BadAnswer` when none was begun. */
  async begin(request: Asked): Promise<Upid> {
    return this.#upid(await this.#sent(requestOf(request)), request.action);
  }

  /** A file, whole: the node gets it in one piece with its length. */
  async upload(request: HttpsRequest): Promise<Upid> {
    return this.#upid(await this.#sent(request), request.action);
  }

  get #key(): string {
    return `${this.#api.url} ${this.#place.token.tokenID}`;
  }

  #upid(answer: HttpsAnswer, action: string): Upid {
    const upid = parseUpid(this.#parsed(answer, action, z.string()));
    if (upid) return upid;
    throw this.#badAnswer(action, 'no task');
  }

  async #sent(request: HttpsRequest): Promise<HttpsAnswer> {
    try {
      const answer = await this.#answer(request);
      if (answer.status === 200) return answer;
      throw this.#refused(answer, request);
    } finally {
      if (request.effect === 'write') this.#looks.dropAll(`${this.#key} `);
    }
  }

  #answer(request: HttpsRequest): Promise<HttpsAnswer> {
    const { token, scope } = this.#place;
    return this.#api.send({
      ...request,
      headers: { ...request.headers, authorization: `PVEAPIToken=${token.tokenID}=${token.secret}` },
      scope,
    });
  }

  #refused(answer: HttpsAnswer, request: HttpsRequest): Failure {
    const failure = refusal(answer, this.who, request.action);
    if (failure.reason === 'Throttled') this.#api.throttled(request, failure);
    return failure;
  }

  #parsed<S extends z.ZodType>(answer: HttpsAnswer, action: string, schema: S): z.output<S> {
    const parsed = envelope.safeParse(jsonOf(answer, `${this.who}, ${action}`));
    const data = parsed.success ? schema.safeParse(parsed.data.data) : undefined;
    if (data?.success) return data.data;
    throw this.#badAnswer(action, 'something else');
  }

  #badAnswer(action: string, what: string): Failure {
    return new Failure({
      class: 'Transient',
      reason: 'BadAnswer',
      message: `${this.who} answers ${action} with ${what}. Look whether the url is that of a Proxmox VE`,
    });
  }
}

/** Made once, at the composition root. */
export class Pves {
  readonly #https: HttpsApis;
  readonly #looks: SharedLooks;

  constructor(https: HttpsApis, clock: Clock) {
    this.#https = https;
    this.#looks = new SharedLooks(clock);
  }

  /** @throws Failure `TrustUnusable` or `InvalidURL`; see `HttpsApis`. */
  at(place: PvePlace): Pve {
    const { url, trust } = place;
    const api = this.#https.at({ service: 'pve', url, trust, timeoutMs, largestAnswer });
    return new Pve(api, place, this.#looks);
  }
}
