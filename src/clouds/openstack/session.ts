// SPDX-License-Identifier: GPL-3.0-or-later
import type { Scope } from '../../core/scope.ts';
import type { HttpsAnswer } from '../https/answer.ts';
import type { HttpsApi, HttpsPlace, HttpsRequest } from '../https/https-api.ts';
import { refusalOf } from './errors.ts';

/** What a login gives: a token, and where Neutron is. */
export interface Access {
  readonly token: string;
  readonly lifetimeMs: number;
  readonly neutron: Pick<HttpsPlace, 'url' | 'trust' | 'granted'>;
}

export interface SessionOptions {
  /** @param refused The one that was answered with a 401: another one is wanted. */
  readonly access: (refused: Access | undefined) => Promise<Access>;
  readonly neutron: (access: Access) => HttpsApi;
  /** Of the login: answers that serve all objects. */
  readonly shared: <T>(key: string, maxAgeMs: number, look: () => Promise<T>) => Promise<T>;
  /** Something was changed: none of those answers serves any more. */
  readonly changed: () => void;
  readonly scope: Scope | undefined;
}

/** Calls of one object with the shared token of its login. */
export class OpenStackSession {
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** An answer that is young enough, or a new look. */
  shared<T>(key: string, maxAgeMs: number, look: () => Promise<T>): Promise<T> {
    return this.#options.shared(key, maxAgeMs, look);
  }

  #access(refused: Access | undefined): Promise<Access> {
    return this.#options.access(refused);
  }

  /**
   * A call to Neutron, sent once; once more with a new token where the first one was refused, which had no effect then.
   * @returns any answer but a 401 and a 429.
   */
  async send(request: HttpsRequest): Promise<HttpsAnswer> {
    const access = await this.#access(undefined);
    try {
      const answer = await this.#with(access, request);
      return answer.status === 401 ? await this.#again(access, request) : answer;
    } finally {
      if (request.effect === 'write') this.#options.changed();
    }
  }

  /** What an answer means that is no success. */
  async refusal(answer: HttpsAnswer, action: string): Promise<Error> {
    const { url } = this.#options.neutron(await this.#access(undefined));
    return refusalOf(answer, { who: `Neutron at ${url}`, action });
  }

  async #again(refused: Access, request: HttpsRequest): Promise<HttpsAnswer> {
    const access = await this.#access(refused);
    const answer = await this.#with(access, request);
    if (answer.status !== 401) return answer;
    throw refusalOf(answer, { who: `Neutron at ${this.#options.neutron(access).url}`, action: request.action });
  }

  async #with(access: Access, request: HttpsRequest): Promise<HttpsAnswer> {
    const neutron = this.#options.neutron(access);
    const whole: HttpsRequest = {
      ...request,
      headers: { ...request.headers, 'x-auth-token': access.token },
      ...(this.#options.scope ? { scope: this.#options.scope } : {}),
    };
    const answer = await neutron.send(whole);
    if (answer.status !== 429) return answer;
    const failure = refusalOf(answer, { who: `Neutron at ${neutron.url}`, action: request.action });
    neutron.throttled(whole, failure);
    throw failure;
  }
}
