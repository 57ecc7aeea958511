// SPDX-License-Identifier: GPL-3.0-or-later
/** Every request's way: network, faults, throttling, the service, the log, and the network back. */
import type { SimClock } from '../kernel/clock.ts';
import { keep, type CallLogEntry } from '../kernel/call-log.ts';
import type { FaultRule, FaultRules } from '../kernel/faults.ts';
import { randomUuid } from '../kernel/random.ts';
import { bodyOf, bytesOf, NetworkError, type SimRequest, type SimResponse } from '../kernel/service.ts';
import type { Rate, TokenBuckets } from '../kernel/token-bucket.ts';
import { anonymous } from './anonymous.ts';
import type { AwsService, Call, Operation, Reply, World } from './call.ts';
import { AwsError } from './errors.ts';
import { incomingOf, type Incoming } from './incoming.ts';
import { routeOf } from './route.ts';
import { services } from './services.ts';
import { claimOf } from './sigv4/parse.ts';

export interface Front {
  readonly world: World;
  readonly clock: SimClock;
  readonly faults: FaultRules;
  readonly calls: CallLogEntry[];
  readonly buckets: TokenBuckets;
  /** Requests whose effect comes late, each with the number of calls it still waits for. */
  readonly late: { wait: number; run: () => void }[];
  latencyMs(service: string): number;
  rate(service: string, action: string): Rate | undefined;
}

interface Visit {
  readonly call: Call;
  readonly service: AwsService;
  readonly operation: Operation;
  readonly fault: FaultRule | undefined;
}

export async function answer(front: Front, request: SimRequest): Promise<SimResponse> {
  stopIfAborted(request.signal);
  const incoming = incomingOf(request);
  const latency = front.latencyMs(routeOf(incoming).service);
  if (latency > 0) await pause(front, latency, request.signal);
  const visit = arrive(front, incoming);
  await beforeEffect(front, visit, request.signal);
  const reply = perform(front, visit);
  settleLate(front);
  record(front, visit, reply);
  return deliver(front, visit, reply);
}

function arrive(front: Front, incoming: Incoming): Visit {
  const route = routeOf(incoming);
  const service = services[route.service] ?? services['s3'];
  if (!service) throw new NetworkError('ENOTFOUND', `getaddrinfo ENOTFOUND ${incoming.host}`);
  const { state } = front.world;
  const call: Call = {
    world: front.world,
    incoming,
    route,
    now: front.clock.now(),
    requestID: randomUuid(state.random),
    principal: anonymous,
  };
  const operation = identify(service, call);
  const fault = front.faults.strike({ service: service.name, ...operation }, state.random);
  return { call, service, operation, fault };
}

function identify(service: AwsService, call: Call): Operation {
  try {
    return service.identify(call);
  } catch {
    return { action: 'Unknown', effect: 'write', parameters: {} };
  }
}

/** Faults that strike on the way in. */
async function beforeEffect(front: Front, visit: Visit, signal: AbortSignal | undefined): Promise<void> {
  const kind = visit.fault?.kind;
  if (kind === 'latency') await pause(front, visit.fault?.ms ?? 1000, signal);
  if (kind !== 'hang' && kind !== 'requestLost' && kind !== 'lateEffect') return;
  settleLate(front);
  record(front, visit, undefined);
  if (kind === 'hang') await silence(signal);
  if (kind === 'lateEffect') postpone(front, visit);
  throw broken();
}

function postpone(front: Front, { call, service, fault }: Visit): void {
  const run = (): void => void execute(service, { ...call, now: front.clock.now() });
  front.late.push({ wait: fault?.afterCalls ?? 3, run });
}

/** Until the caller gives up; for ever when it cannot. */
async function silence(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  stopIfAborted(signal);
}

function perform(front: Front, visit: Visit): Reply {
  const { call, service, operation, fault } = visit;
  if (fault?.kind === 'throttle') return refusal(service, call, throttled(service));
  if (fault?.kind === 'error') return refusal(service, call, planned(fault));
  const rate = front.rate(service.name, operation.action);
  const account = front.world.state.credentials.get(accessKeyOf(call) ?? '')?.account ?? '';
  if (rate && !front.buckets.take(`${account}/${service.name}/${operation.action}`, rate, front.clock.monotonic()))
    return refusal(service, call, throttled(service));
  return execute(service, call);
}

function execute(service: AwsService, call: Call): Reply {
  try {
    return service.run(call);
  } catch (error) {
    if (error instanceof AwsError) return refusal(service, call, error);
    throw error;
  }
}

/** Sends the answer, unless the network takes it. */
function deliver(front: Front, { call, service, fault }: Visit, reply: Reply): SimResponse {
  if (fault?.kind === 'answerLost') throw broken();
  const chosen = fault?.kind === 'errorAfter' ? refusal(service, call, planned(fault)) : reply;
  const date = new Date(front.clock.now()).toUTCString();
  const length = String(bytesOf(chosen.body).byteLength);
  const headers = { date, 'x-amz-request-id': call.requestID, 'content-length': length, ...chosen.headers };
  if (fault?.kind === 'reset') return { status: chosen.status, headers, body: breakingOff(bytesOf(chosen.body)) };
  return { status: chosen.status, headers, body: bodyOf(bytesOf(chosen.body)) };
}

async function* breakingOff(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.byteLength > 1) yield body.subarray(0, Math.floor(body.byteLength / 2));
  throw broken();
}

function broken(): NetworkError {
  return new NetworkError('ECONNRESET', 'socket hang up');
}

function planned({ code = 'InternalError', status = 500 }: FaultRule): AwsError {
  return new AwsError(code, 'We encountered an internal error. Please try again.', status);
}

function throttled({ throttle }: AwsService): AwsError {
  return new AwsError(throttle.code, throttle.message, throttle.status);
}

function refusal(service: AwsService, call: Call, error: AwsError): Reply {
  return { ...service.refuse(call, error), errorCode: error.code };
}

function settleLate(front: Front): void {
  for (const effect of front.late.splice(0)) {
    effect.wait--;
    if (effect.wait <= 0) effect.run();
    else front.late.push(effect);
  }
}

function accessKeyOf(call: Call): string | undefined {
  try {
    return claimOf(call.incoming)?.accessKeyID;
  } catch {
    return undefined;
  }
}

function record(front: Front, { call, service, operation, fault }: Visit, reply: Reply | undefined): void {
  const { action, effect, parameters } = operation;
  keep(front.calls, {
    index: (front.calls.at(-1)?.index ?? 0) + 1,
    at: call.now,
    service: service.name,
    action,
    region: call.route.region,
    effect,
    parameters,
    status: reply?.status ?? 0,
    applied: effect === 'write' && reply !== undefined && reply.status < 400,
    ...callerOf(front, call),
    ...(reply?.errorCode === undefined ? {} : { errorCode: reply.errorCode }),
    ...(fault === undefined ? {} : { fault: fault.kind }),
  });
}

function callerOf(front: Front, call: Call): Pick<CallLogEntry, 'account' | 'accessKeyID' | 'caller'> {
  const accessKeyID = accessKeyOf(call);
  const account = front.world.state.credentials.get(accessKeyID ?? '')?.account;
  return {
    ...(account === undefined ? {} : { account }),
    ...(accessKeyID === undefined ? {} : { accessKeyID }),
    ...(call.principal.kind === 'anonymous' ? {} : { caller: call.principal.arn }),
  };
}

async function pause(front: Front, ms: number, signal: AbortSignal | undefined): Promise<void> {
  await front.clock.sleep(ms, signal);
  stopIfAborted(signal);
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw signal.reason instanceof Error ? signal.reason : new NetworkError('ABORT_ERR', 'The operation was aborted');
}
