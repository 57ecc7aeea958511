// SPDX-License-Identifier: GPL-3.0-or-later
/** Every request's way: who is at that address, the network, faults, the product, the log, and the network back. */
import { keep, type CallLogEntry } from '../kernel/call-log.ts';
import type { FaultRule, FaultRules } from '../kernel/faults.ts';
import { bodyOf, bytesOf, NetworkError, type SimRequest, type SimResponse } from '../kernel/service.ts';
import { serverAt } from './machine/reach.ts';
import { timeOf } from './pbs/call.ts';
import { answerPbs, routePbs, type RoutedPbs } from './pbs/api.ts';
import { PbsError } from './pbs/errors.ts';
import type { PbsServer } from './pbs/state.ts';
import { answerPve, refusalOf, routePve } from './pve/api.ts';
import { PveError } from './pve/errors.ts';
import type { Answer } from './reply.ts';
import { settle } from './settle.ts';
import type { World } from './world.ts';

export interface Front {
  readonly world: World;
  readonly faults: FaultRules;
  readonly calls: CallLogEntry[];
  /** Requests whose effect comes late, each with the number of calls that it still waits for. */
  readonly late: { wait: number; run: () => Promise<unknown> }[];
  /** One at a time: what has come due is settled once. */
  turn: Promise<unknown>;
}

/** With the text of the status line, which PVE 8 tells its errors in and nowhere else. */
export interface ProxmoxResponse extends SimResponse {
  readonly reason: string;
}

interface Visit {
  readonly product: 'pve' | 'pbs';
  readonly action: string;
  readonly effect: 'read' | 'write';
  readonly path: string;
  /** By the clock of whoever answers. */
  readonly now: () => number;
  perform(): Promise<Answer>;
}

function effectOf({ method }: SimRequest, action: string): 'read' | 'write' {
  return method === 'GET' || action === 'POST /access/ticket' ? 'read' : 'write';
}

function pveVisit(world: World, request: SimRequest): Visit {
  const routed = routePve(world, request);
  const { action } = routed;
  return {
    product: 'pve',
    action,
    effect: effectOf(request, action),
    path: request.url.pathname,
    now: () => world.clock.now(),
    perform: () => answerPve(world, request, routed),
  };
}

function pbsVisit(world: World, server: PbsServer, request: SimRequest): Visit {
  const routed = routePbs(request);
  const action = routed instanceof PbsError ? `${request.method} ?` : (routed satisfies RoutedPbs).action;
  return {
    product: 'pbs',
    action,
    effect: effectOf(request, action),
    path: request.url.pathname,
    now: () => timeOf({ world, server }),
    perform: () => answerPbs({ world, server }, request, routed),
  };
}

function connect({ world }: Front, request: SimRequest): Visit {
  const host = request.url.host;
  if (host === world.pveHost) {
    try {
      return pveVisit(world, request);
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
      return {
        product: 'pve',
        action: `${request.method} ?`,
        effect: 'read',
        path: '',
        now: () => world.clock.now(),
        perform: () => Promise.resolve(refusalOf(world.version, error)),
      };
    }
  }
  const server = request.url.port === '8007' ? serverAt(world, request.url.hostname) : 'EHOSTUNREACH';
  if (typeof server === 'string') throw new NetworkError(server, `connect ${server} ${host}`);
  return pbsVisit(world, server, request);
}

const broken = () => new NetworkError('ECONNRESET', 'socket hang up');

const usual: Readonly<Record<number, string>> = {
  500: "cfs-lock 'file-storage_cfg' error: got lock request timeout",
  595: 'Connection refused',
  596: 'Connection timed out',
};

/** What somebody plans: a lock that is not to be had, a proxy that gives up (596), a server that is busy. */
function planned({ world }: Front, { product }: Visit, fault: FaultRule): Answer {
  const { kind, status, code } = fault;
  if (product === 'pbs') {
    const text = code ?? (kind === 'throttle' ? 'service unavailable' : 'internal error');
    return {
      status: status ?? (kind === 'throttle' ? 503 : 400),
      reason: '',
      headers: { 'content-type': 'application/json;charset=UTF-8' },
      body: text,
    };
  }
  const text = code ?? usual[status ?? 500] ?? '';
  return refusalOf(world.version, new PveError(status ?? 500, text));
}

async function silence(signal: AbortSignal | undefined): Promise<never> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  throw signal?.reason instanceof Error ? signal.reason : broken();
}

async function* breakingOff(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.byteLength > 1) yield body.subarray(0, Math.floor(body.byteLength / 2));
  throw broken();
}

/** Dated by their own clocks (PVE::APIServer::AnyEvent, response; hyper, by RFC 9110, 6.6.1). */
function deliver(answer: Answer, { now }: Visit, fault: FaultRule | undefined): ProxmoxResponse {
  const bytes = bytesOf(answer.body);
  const date = new Date(now()).toUTCString();
  const headers = { date, ...answer.headers, 'content-length': String(bytes.byteLength) };
  const body = fault?.kind === 'reset' ? breakingOff(bytes) : bodyOf(bytes);
  return { status: answer.status, reason: answer.reason, headers, body };
}

function record({ calls, world }: Front, visit: Visit, fault: FaultRule | undefined, answer?: Answer): void {
  const { product, action, effect, path } = visit;
  keep(calls, {
    index: (calls.at(-1)?.index ?? 0) + 1,
    at: world.clock.now(),
    service: product,
    action,
    effect,
    parameters: { path },
    status: answer?.status ?? 0,
    applied: effect === 'write' && answer !== undefined && answer.status < 400,
    ...(answer !== undefined && answer.status >= 400 ? { errorCode: answer.reason || answer.body.slice(0, 200) } : {}),
    ...(fault === undefined ? {} : { fault: fault.kind }),
  });
}

async function settleLate({ late }: Front): Promise<void> {
  for (const effect of late.splice(0)) {
    effect.wait--;
    if (effect.wait <= 0) await effect.run();
    else late.push(effect);
  }
}

/** @returns the answer when it never reaches the product */
async function beforeEffect(
  front: Front,
  visit: Visit,
  given: { readonly fault: FaultRule | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Answer | undefined> {
  const { fault, signal } = given;
  if (!fault) return undefined;
  const { kind, ms, afterCalls } = fault;
  if (kind === 'latency') await front.world.clock.sleep(ms ?? 1000, signal);
  if (kind === 'throttle' || kind === 'error') return planned(front, visit, fault);
  if (kind !== 'hang' && kind !== 'requestLost' && kind !== 'lateEffect') return undefined;
  record(front, visit, fault);
  if (kind === 'hang') await silence(signal);
  if (kind === 'lateEffect') front.late.push({ wait: afterCalls ?? 3, run: () => visit.perform() });
  throw broken();
}

/** What has come due until now, once, whoever asks first. */
export function settled(front: Front): Promise<void> {
  const next = front.turn.then(() => settle(front.world));
  front.turn = next.catch(() => undefined);
  return next;
}

export async function answer(front: Front, request: SimRequest): Promise<ProxmoxResponse> {
  const { world, faults } = front;
  await settled(front);
  const visit = connect(front, request);
  const fault = faults.strike(
    { service: visit.product, action: visit.action, effect: visit.effect },
    world.state.random,
  );
  const refused = await beforeEffect(front, visit, { fault, signal: request.signal });
  const given = refused ?? (await visit.perform());
  await settleLate(front);
  record(front, visit, fault, given);
  if (fault?.kind === 'answerLost') throw broken();
  return deliver(fault?.kind === 'errorAfter' ? planned(front, visit, fault) : given, visit, fault);
}
