// SPDX-License-Identifier: GPL-3.0-or-later
import { channel } from 'node:diagnostics_channel';
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import { Budgets, type Limit } from './budget.ts';
import type {
  Call,
  CallRecord,
  Dial,
  Destination,
  HttpRequest,
  HttpResponse,
  Reached,
  Reaching,
  Transport,
  Wire,
} from './call.ts';
import { refusal, refused, type Fence } from './guard.ts';
import { Silence } from './timeout.ts';

export interface WireOptions {
  readonly transport: Transport;
  /** The way for `reach`; without one nothing is reached. */
  readonly dial?: Dial;
  readonly clock: Clock;
  readonly fence: Fence;
  /** Start values of the budgets; `undefined` for calls that are not limited. */
  readonly limitOf?: (call: Call) => Limit | undefined;
  /** Told of every call once its headers are there, or it failed. Must not throw. */
  readonly onCall?: (record: CallRecord) => void;
}

/** The body, with the time-out running between its pieces. */
async function* listened(body: AsyncIterable<Uint8Array>, silence: Silence): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) {
      silence.heard();
      yield piece;
    }
  } finally {
    silence.stop();
  }
}

function whyNoAnswer(silence: Silence, given?: AbortSignal): 'timeout' | 'aborted' | 'unreachable' {
  if (silence.timedOut) return 'timeout';
  return given?.aborted ? 'aborted' : 'unreachable';
}

const reasons = { timeout: 'TimedOut', aborted: 'Aborted', unreachable: 'Unreachable' } as const;

function unanswered(call: Call, host: string, why: keyof typeof reasons, cause: unknown): Failure {
  const code = (cause as { code?: unknown } | undefined)?.code;
  const detail =
    why === 'timeout'
      ? `no answer within ${call.timeoutMs / 1000} s`
      : typeof code === 'string'
        ? code
        : 'the connection broke';
  return new Failure({
    class: 'Transient',
    reason: reasons[why],
    message: `${call.action}: ${host} did not answer (${detail}). If that stays, look at that address and at the network on the way to it`,
    cause,
  });
}

/** Statuses that throttling comes with (AWS's query protocol says 400); who reads the body says which it is. */
const maybeThrottling: ReadonlySet<number> = new Set([400, 429, 503]);

/** Every record, for whoever listens in this process (the test run searches them for secrets). */
const told = channel('hybridcloud.wire.call');

/** The one way out; see `Wire`. */
export function createWire(options: WireOptions): Wire & Reaching {
  const { transport, clock, fence, onCall } = options;
  const budgets = new Budgets(clock, options.limitOf ?? (() => undefined));

  /** Everything that comes before a call, and the record of what came of it. */
  async function opened(call: Call, given?: AbortSignal): Promise<(result: CallRecord['result']) => void> {
    const startedAt = clock.now();
    const began = clock.monotonic();
    const record = (result: CallRecord['result']) => {
      const it = { call, startedAt, durationMs: clock.monotonic() - began, result };
      if (told.hasSubscribers) told.publish(it);
      onCall?.(it);
    };
    const guard = () => {
      const why = refusal(call, fence);
      if (!why) return;
      record(why);
      throw refused(call, why);
    };
    guard();
    const held = budgets.held(call);
    if (held) {
      record('held');
      throw new Failure({ class: 'Transient', reason: 'Throttled', applied: 'no', ...held });
    }
    await budgets.take(call, given);
    guard(); // the lease may have gone while the call stood in line
    return record;
  }

  async function send(call: Call, request: HttpRequest): Promise<HttpResponse> {
    const record = await opened(call, request.signal);
    const silence = new Silence(clock, call.timeoutMs, call.endless ? undefined : 10 * call.timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, silence.signal]) : silence.signal;
    try {
      const response = await transport({ ...request, signal });
      silence.heard();
      record(response.status);
      if (!maybeThrottling.has(response.status)) budgets.passed(call);
      return { ...response, body: listened(response.body, silence) };
    } catch (cause) {
      silence.stop();
      budgets.passed(call);
      const why = whyNoAnswer(silence, request.signal);
      record(why);
      throw unanswered(call, request.url.host, why, cause);
    }
  }

  async function reach(call: Call, to: Destination): Promise<Reached> {
    const { dial } = options;
    if (!dial) throw new Error('this wire has no way to reach a port');
    const record = await opened(call);
    const silence = new Silence(clock, call.timeoutMs);
    try {
      const reached = await dial(to, silence.signal);
      record(reached);
      return reached;
    } catch (cause) {
      const why = whyNoAnswer(silence);
      record(why);
      throw unanswered(call, `${to.host}:${to.port}`, why, cause);
    } finally {
      silence.stop();
      budgets.passed(call);
    }
  }

  return { send, reach, throttled: (call, told) => budgets.throttled(call, told) };
}
