// SPDX-License-Identifier: GPL-3.0-or-later
/** APIs of JSON over HTTPS that have no SDK. One call, sent once. */
import type { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { Call, HttpResponse, Parameter, Wire } from '../../wire/call.ts';
import { TrustedAgents, type Guard, type Trust } from '../../wire/trusted-agent.ts';
import { baseOf, urlBelow, type Query } from './address.ts';
import { bounded, type HttpsAnswer } from './answer.ts';
import { placeRefused, unsent } from './failures.ts';

export interface HttpsRequest {
  /** The API's name of the call, for records, rights and messages: `ipsec/connections/add_connection`. */
  readonly action: string;
  readonly effect: 'read' | 'write';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API's address. Each segment is encoded: whatever stands in an id, it stays one segment. */
  readonly path: readonly string[];
  readonly query?: Query;
  /** Credentials belong here: headers are recorded nowhere. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent; recorded nowhere. */
  readonly content?: Content;
  /** What may be shown of it in a record; never a secret. */
  readonly parameters?: readonly Parameter[];
  readonly scope?: Scope;
}

export type Content =
  | { readonly json: unknown }
  /** As application/x-www-form-urlencoded, in this order; a name may come again. */
  | { readonly form: readonly (readonly [name: string, value: string])[] }
  /** Sent whole, with its length: never in chunks, which pveproxy refuses. */
  | { readonly type: string; readonly bytes: Uint8Array };

export interface HttpsPlace {
  /** For records, metrics and budgets: `opnsense`, `neutron`. */
  readonly service: string;
  /** `https://host[:port][/path]`; plain http for this machine alone. */
  readonly url: string;
  readonly trust: Trust;
  /** The administrator granted it to whoever names it: it may be this machine, or in the cluster. Default: it may not. */
  readonly granted?: boolean;
  /** Until the answer begins, and for each silence in it; 30,000 unless given. */
  readonly timeoutMs?: number;
  /** 4 MiB unless given. */
  readonly largestAnswer?: number;
}

const timeoutMs = 30_000;
const largestAnswer = 4 * 1024 * 1024;

function typeOf(content: Content): string {
  if ('type' in content) return content.type;
  return 'json' in content ? 'application/json' : 'application/x-www-form-urlencoded';
}

function bodyOf(content: Content): Uint8Array | string {
  if ('bytes' in content) return content.bytes;
  if ('json' in content) return JSON.stringify(content.json);
  return new URLSearchParams(content.form.map(([name, value]): [string, string] => [name, value])).toString();
}

/** One API at one address. Cheap: connections are shared below it. */
export class HttpsApi {
  /** Without a closing slash, for messages. */
  readonly url: string;
  readonly #place: HttpsPlace;
  readonly #base: URL;
  readonly #wire: Wire;
  readonly #dispatcher: ReturnType<TrustedAgents['for']>;

  constructor(wire: Wire, { agents, forbidden }: Ways, place: HttpsPlace) {
    this.#wire = wire;
    this.#place = place;
    this.#base = baseOf(place.url);
    const { granted = false } = place;
    const why = granted ? undefined : forbidden.why(this.#base.hostname);
    if (why !== undefined) throw placeRefused(this.#base, this.#base.hostname, why);
    this.#dispatcher = agents.for(place.trust, granted);
    this.url = this.#base.href.replace(/\/$/, '');
  }

  /**
   * Sends the request once, and gives whatever was answered, redirects and errors, too: `failures.ts` has what they mean.
   * @throws Failure `CertificateRefused` and `EndpointRefused` (Denied, nothing was sent), `Unreachable`, `TimedOut`, `Fenced` (the wire's), `AnswerTooLarge`, `Interrupted`.
   */
  async send(request: HttpsRequest): Promise<HttpsAnswer> {
    const call = this.#callOf(request);
    const { headers = {}, content } = request;
    const answer = await this.#wire
      .send(call, {
        method: request.method,
        url: urlBelow(this.#base, request.path, request.query),
        headers: {
          accept: 'application/json',
          ...headers,
          ...(content ? { 'content-type': typeOf(content) } : {}),
        },
        ...(content ? { body: bodyOf(content) } : {}),
        dispatcher: this.#dispatcher,
      })
      .catch((error: unknown) => {
        throw unsent(error, this.#base, this.#place.trust);
      });
    const { status, reason = '', headers: told } = answer;
    return { status, reason, headers: told, text: await this.#text(answer, request.action) };
  }

  /** The API said "slow down": who comes next waits. */
  throttled(request: HttpsRequest, failure: Failure): void {
    this.#wire.throttled(this.#callOf(request), failure);
  }

  #text({ body }: HttpResponse, action: string): Promise<string> {
    return bounded(body, { action, host: this.#base.host, most: this.#place.largestAnswer ?? largestAnswer });
  }

  #callOf({ action, effect, parameters = [], scope }: HttpsRequest): Call {
    const { service } = this.#place;
    return {
      service,
      action,
      effect,
      parameters,
      budget: this.#base.host,
      timeoutMs: this.#place.timeoutMs ?? timeoutMs,
      ...(scope ? { scope } : {}),
    };
  }
}

interface Ways extends Pick<Guard, 'forbidden'> {
  readonly agents: TrustedAgents;
}

/** Made once, at the composition root: its connections are shared by all objects that trust alike. */
export class HttpsApis {
  readonly #wire: Wire;
  readonly #ways: Ways;

  constructor(wire: Wire, guard: Guard) {
    this.#wire = wire;
    this.#ways = { forbidden: guard.forbidden, agents: new TrustedAgents(guard) };
  }

  /** @throws Failure `TrustUnusable` or `EndpointRefused`, class Denied, or `InvalidURL`, class Invalid. */
  at(place: HttpsPlace): HttpsApi {
    return new HttpsApi(this.#wire, this.#ways, place);
  }
}
