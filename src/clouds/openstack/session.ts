// SPDX-License-Identifier: GPL-3.0-or-later
import type { Scope } from '../../core/scope.ts';
import type { HttpsAnswer } from '../https/answer.ts';
import type { HttpsApi, HttpsRequest } from '../https/https-api.ts';
import { refusalOf } from './errors.ts';

/** What a login gives: a token, and where Neutron is. */
export interface Access {
  readonly token: string;
  readonly lifetimeMs: number;
  readonly neutron: HttpsApi;
}

/** Calls of one object with the shared token of its login. */
export class OpenStackSession {
  readonly #access: (refused: Access | undefined) => Promise<Access>;
  readonly #scope: Scope | undefined;

  constructor(access: (refused: Access | undefined) => Promise<Access>, scope: Scope | undefined) {
    this.#access = access;
    this.#scope = scope;
  }

  /**
   * A call to Neutron, sent once; once more with a new token where the first one was refused, which had no effect then.
   * @returns any answer but a 401 and a 429.
   */
  async send(request: HttpsRequest): Promise<HttpsAnswer> {
    const access = await this.#access(undefined);
    const answer = await this.#with(access, request);
    return answer.status === 401 ? this.#again(access, request) : answer;
  }

  /** What an answer means that is no success. */
  async refusal(answer: HttpsAnswer, action: string): Promise<Error> {
    const { neutron } = await this.#access(undefined);
    return refusalOf(answer, { who: `Neutron at ${neutron.url}`, action });
  }

  async #again(refused: Access, request: HttpsRequest): Promise<HttpsAnswer> {
    const access = await this.#access(refused);
    const answer = await this.#with(access, request);
    if (answer.status !== 401) return answer;
    throw refusalOf(answer, { who: `Neutron at ${access.neutron.url}`, action: request.action });
  }

  async #with({ neutron, token }: Access, request: HttpsRequest): Promise<HttpsAnswer> {
    const whole: HttpsRequest = {
      ...request,
      headers: { ...request.headers, 'x-auth-token': token },
      ...(this.#scope ? { scope: this.#scope } : {}),
    };
    const answer = await neutron.send(whole);
    if (answer.status !== 429) return answer;
    const failure = refusalOf(answer, { who: `Neutron at ${neutron.url}`, action: request.action });
    neutron.throttled(whole, failure);
    throw failure;
  }
}
