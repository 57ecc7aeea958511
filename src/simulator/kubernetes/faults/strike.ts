// SPDX-License-Identifier: GPL-3.0-or-later
/** Faults of single requests, by the kernel's rules. */
import type { SimRequest, SimResponse } from '../../kernel/service.ts';
import { NetworkError, respond } from '../../kernel/service.ts';
import type { Target } from '../protocol/request.ts';
import { failure } from '../status.ts';
import type { World } from '../world.ts';

export interface Strike {
  readonly kind: string;
  readonly status: number;
  readonly delay?: (request: SimRequest) => Promise<void>;
  /** Instead of the effect. */
  readonly early?: (request: SimRequest) => Promise<SimResponse>;
  /** After the effect. */
  readonly late?: (response: SimResponse) => SimResponse;
}

function reset(): NetworkError {
  return new NetworkError('ECONNRESET', 'read ECONNRESET');
}

/** Rules name calls as the operator does: service `kubernetes`, action `patch backuptargets/status`. */
export function strikes(world: World, verb: string, target: Target | undefined): Strike | undefined {
  if (!target) return undefined;
  const action = `${verb} ${target.plural}${target.subresource === '' ? '' : `/${target.subresource}`}`;
  const effect = ['get', 'list', 'watch'].includes(verb) ? 'read' : 'write';
  const rule = world.rules.strike({ service: 'kubernetes', action, effect }, world.random);
  if (!rule) return undefined;
  const { kind, ms = 0 } = rule;
  const status = rule.status ?? (kind === 'throttle' ? 429 : 500);
  const refuse = (): SimResponse => refusal(status, rule.code, rule.afterCalls);
  switch (kind) {
    case 'throttle':
    case 'error':
      return { kind, status, early: () => Promise.resolve(refuse()) };
    case 'errorAfter':
      return { kind, status, late: refuse };
    case 'requestLost':
      return { kind, status: 0, early: () => Promise.reject(reset()) };
    case 'reset':
      return { kind, status: 0, late: (response) => ({ ...response, body: broken() }) };
    case 'latency':
      return { kind, status, delay: (request) => world.clock.sleep(ms, request.signal) };
    case 'hang':
      return { kind, status: 0, early: hang };
    // The API server answers after the effect or not at all: a late effect is a lost answer to the client.
    case 'answerLost':
    case 'lateEffect':
      return {
        kind,
        status: 0,
        late: () => {
          throw reset();
        },
      };
  }
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('{"kind":');
  throw reset();
}

function hang(request: SimRequest): Promise<never> {
  return new Promise((_resolve, reject) => {
    request.signal?.addEventListener(
      'abort',
      () => reject(new NetworkError('ABORT_ERR', 'This operation was aborted')),
      { once: true },
    );
  });
}

/** As the API server (or what stands before it) words them. `afterCalls` doubles as Retry-After in seconds. */
function refusal(status: number, code: string | undefined, retryAfter: number | undefined): SimResponse {
  const words: Readonly<Record<number, readonly [string, string]>> = {
    429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
    410: ['Expired', 'The resourceVersion for the provided list is too old.'],
    503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
    504: [
      'Timeout',
      'the server was unable to return a response in the time allotted, but may still be processing the request',
    ],
  };
  const [reason, message] = words[status] ?? [
    'InternalError',
    'an error on the server ("") has prevented the request from succeeding',
  ];
  const seconds = status === 429 ? (retryAfter ?? 1) : retryAfter;
  const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  const { status: body } = failure(
    status,
    code ?? reason,
    message,
    seconds === undefined ? {} : { retryAfterSeconds: seconds },
  );
  return respond(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
}
