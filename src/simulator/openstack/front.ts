// SPDX-License-Identifier: GPL-3.0-or-later
/** Every request's way: the network, faults, the service, the log, and the network back. */
import { keep, type CallLogEntry } from '../kernel/call-log.ts';
import type { SimClock } from '../kernel/clock.ts';
import type { FaultRule, FaultRules } from '../kernel/faults.ts';
import { bodyOf, bytesOf, NetworkError, type SimRequest, type SimResponse } from '../kernel/service.ts';
import type { Incoming, OpenStackSetup } from './incoming.ts';
import { answerIdentity } from './keystone.ts';
import { answerNetwork } from './neutron.ts';
import { json, notSimulated, Refusal, type Reply } from './reply.ts';
import type { OpenStackState } from './state.ts';

export interface Front {
  readonly setup: OpenStackSetup;
  readonly state: OpenStackState;
  readonly clock: SimClock;
  readonly faults: FaultRules;
  readonly calls: CallLogEntry[];
  /** Requests whose effect comes late, each with the number of calls it still waits for. */
  readonly late: { wait: number; run: () => void }[];
}

interface Visit {
  readonly service: 'keystone' | 'neutron' | 'none';
  readonly incoming: Incoming;
  readonly action: string;
  readonly effect: 'read' | 'write';
  readonly fault: FaultRule | undefined;
}

const bases = [
  ['keystone', '/identity'],
  ['neutron', '/networking'],
] as const;

/** `PUT add_extraroutes`, `GET routers`: ids and versions left out. */
function actionOf(method: string, path: string): string {
  const words = path.split('/').filter((word) => /^[a-z][a-z_]+$/.test(word));
  return `${method} ${words.at(-1) ?? ''}`;
}

function arrive({ clock, faults, state }: Front, { method, url, headers, body }: SimRequest): Visit {
  const [service, base] = bases.find(([, path]) => url.pathname.startsWith(`${path}/`)) ?? (['none', ''] as const);
  const path = url.pathname.slice(base.length);
  const text = new TextDecoder().decode(bytesOf(body));
  const incoming = { method, path, query: url.searchParams, headers, body: text, now: clock.now() };
  const action = actionOf(method, path);
  // a token is nothing that anybody would have to take back
  const effect = method === 'GET' || service === 'keystone' ? 'read' : 'write';
  return { service, incoming, action, effect, fault: faults.strike({ service, action, effect }, state.random) };
}

function perform(front: Front, { service, incoming }: Visit): Reply {
  const { setup, state, clock } = front;
  const now = { ...incoming, now: clock.now() };
  try {
    if (service === 'keystone') return answerIdentity(setup, state, now);
    if (service === 'neutron') return answerNetwork(setup, state, now);
    throw notSimulated(incoming.path);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

/** The services themselves do not throttle; the proxies before them do. */
function planned({ kind, code = 'HTTPInternalServerError', status }: FaultRule): Reply {
  if (kind === 'throttle') return { ...json(429, 'Too Many Requests', { 'retry-after': '2' }), errorCode: 'Throttled' };
  const message = 'Request Failed: internal server error while processing your request.';
  return { ...json(status ?? 500, { NeutronError: { type: code, message, detail: '' } }), errorCode: code };
}

function broken(): NetworkError {
  return new NetworkError('ECONNRESET', 'socket hang up');
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw signal.reason instanceof Error ? signal.reason : new NetworkError('ABORT_ERR', 'The operation was aborted');
}

async function silence(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  stopIfAborted(signal);
}

/** Faults that strike on the way in. */
async function beforeEffect(front: Front, visit: Visit, signal: AbortSignal | undefined): Promise<void> {
  const kind = visit.fault?.kind;
  if (kind === 'latency') await front.clock.sleep(visit.fault?.ms ?? 1000, signal);
  stopIfAborted(signal);
  if (kind !== 'hang' && kind !== 'requestLost' && kind !== 'lateEffect') return;
  settleLate(front);
  record(front, visit, undefined);
  if (kind === 'hang') await silence(signal);
  if (kind === 'lateEffect')
    front.late.push({ wait: visit.fault?.afterCalls ?? 3, run: () => void perform(front, visit) });
  throw broken();
}

function settleLate(front: Front): void {
  for (const effect of front.late.splice(0)) {
    effect.wait--;
    if (effect.wait <= 0) effect.run();
    else front.late.push(effect);
  }
}

async function* breakingOff(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.byteLength > 1) yield body.subarray(0, Math.floor(body.byteLength / 2));
  throw broken();
}

function deliver({ fault }: Visit, reply: Reply): SimResponse {
  if (fault?.kind === 'answerLost') throw broken();
  const { status, headers, body } = fault?.kind === 'errorAfter' ? planned(fault) : reply;
  const bytes = bytesOf(body);
  const all = { ...headers, 'content-length': String(bytes.byteLength) };
  return { status, headers: all, body: fault?.kind === 'reset' ? breakingOff(bytes) : bodyOf(bytes) };
}

function record({ calls, state }: Front, { service, incoming, action, effect, fault }: Visit, reply?: Reply): void {
  const token = state.tokens.get(incoming.headers['x-auth-token'] ?? '');
  keep(calls, {
    index: (calls.at(-1)?.index ?? 0) + 1,
    at: incoming.now,
    service,
    action,
    effect,
    parameters: { path: incoming.path },
    status: reply?.status ?? 0,
    applied: effect === 'write' && reply !== undefined && reply.status < 400,
    ...(token ? { caller: token.credential, account: token.project } : {}),
    ...(reply?.errorCode === undefined ? {} : { errorCode: reply.errorCode }),
    ...(fault === undefined ? {} : { fault: fault.kind }),
  });
}

export async function answer(front: Front, request: SimRequest): Promise<SimResponse> {
  stopIfAborted(request.signal);
  const visit = arrive(front, request);
  await beforeEffect(front, visit, request.signal);
  const { fault } = visit;
  const reply = fault?.kind === 'throttle' || fault?.kind === 'error' ? planned(fault) : perform(front, visit);
  settleLate(front);
  record(front, visit, reply);
  return deliver(visit, reply);
}
