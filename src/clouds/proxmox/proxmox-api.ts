// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import { milliseconds } from '../../core/time.ts';
import type { SharedLooks } from '../shared-look.ts';
import { jsonOf, type HttpsAnswer } from '../https/answer.ts';
import type { HttpsApi, HttpsRequest } from '../https/https-api.ts';
import { requestOf, type Asked } from './asked.ts';
import type { Kept } from './kept.ts';
import { parseUpid, type Upid } from './upid.ts';

/** In what the two products differ. */
export interface Dialect {
  /** For messages: `Proxmox VE`. */
  readonly product: string;
  /** Who asks: headers that hold the secret. Names in lower case. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Looks with the same key are shared: whoever may see the same. */
  readonly login: string;
  readonly refusal: (answer: HttpsAnswer, who: string, action: string) => Failure;
  readonly isMissing: (answer: HttpsAnswer) => boolean;
}

export interface ProxmoxApiOptions {
  readonly api: HttpsApi;
  readonly dialect: Dialect;
  readonly scope: Scope;
  readonly looks: SharedLooks;
  readonly kept: Kept;
}

/** Answers are `{ data }`; a null is one, too. */
const envelope = z.object({ data: z.unknown() });

/** One server, with one login, on behalf of one object. */
export class ProxmoxApi {
  /** For messages: `Proxmox VE https://192.168.0.10:8006`. */
  readonly who: string;
  readonly #options: ProxmoxApiOptions;
  readonly #key: string;

  constructor(options: ProxmoxApiOptions) {
    this.#options = options;
    const { api, dialect } = options;
    this.who = `${dialect.product} ${api.url}`;
    this.#key = `${api.url} ${dialect.login} `;
  }

  /** What `read` finds, or what it found with this login at most so long ago if nothing was written with it since. */
  look<T>(what: string, maxAgeMs: number, read: () => Promise<T>): Promise<T> {
    return this.#options.looks.get(this.#key + what, maxAgeMs, read);
  }

  /** The same of what never changes again. */
  once<T>(what: string, read: () => Promise<T>): Promise<T> {
    return this.#options.kept.get(this.#key + what, read);
  }

  /** @throws Failure `BadAnswer` where the answer is not of this shape. */
  async read<S extends z.ZodType>(request: Asked, schema: S): Promise<z.output<S>> {
    return this.#parsed(await this.#sent(requestOf(request)), request.action, schema);
  }

  /** The same, where it may not be there: `undefined`. */
  async find<S extends z.ZodType>(request: Asked, schema: S): Promise<z.output<S> | undefined> {
    return (await this.findDated(request, schema)).data;
  }

  /**
   * With the server's own time, milliseconds since the epoch: both products date their answers (PVE::APIServer::AnyEvent, response; hyper, by
   * RFC 9110, 6.6.1). `undefined`: something on the way took it out.
   */
  async findDated<S extends z.ZodType>(
    request: Asked,
    schema: S,
  ): Promise<{ readonly data: z.output<S> | undefined; readonly date: number | undefined }> {
    const answer = await this.#answer(requestOf(request));
    const told = milliseconds(answer.headers['date'] ?? '');
    const date = Number.isNaN(told) ? undefined : told;
    if (answer.status === 200) return { data: this.#parsed(answer, request.action, schema), date };
    if (this.#options.dialect.isMissing(answer)) return { data: undefined, date };
    throw this.#refused(answer, requestOf(request));
  }

  /** Sent once, whatever is answered; what it changed is looked at again. */
  async write(request: Asked): Promise<void> {
    await this.#sent(requestOf(request));
  }

  /** A write whose answer says what nothing else will say again: a secret. */
  async told<S extends z.ZodType>(request: Asked, schema: S): Promise<z.output<S>> {
    return this.#parsed(await this.#sent(requestOf(request)), request.action, schema);
  }

  /** A write that begins a task. @throws Failure `BadAnswer` when none was begun. */
  async begin(request: Asked): Promise<Upid> {
    return this.#upid(await this.#sent(requestOf(request)), request.action);
  }

  /** A file, whole: the server gets it in one piece with its length. */
  async upload(request: HttpsRequest): Promise<Upid> {
    return this.#upid(await this.#sent(request), request.action);
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
      if (request.effect === 'write') this.#options.looks.dropAll(this.#key);
    }
  }

  #answer(request: HttpsRequest): Promise<HttpsAnswer> {
    const { api, dialect, scope } = this.#options;
    return api.send({ ...request, headers: { ...request.headers, ...dialect.credentials }, scope });
  }

  #refused(answer: HttpsAnswer, request: HttpsRequest): Failure {
    const failure = this.#options.dialect.refusal(answer, this.who, request.action);
    if (failure.reason === 'Throttled') this.#options.api.throttled(request, failure);
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
      message: `${this.who} answers ${action} with ${what}. Look whether the url is that of a ${this.#options.dialect.product}`,
    });
  }
}
