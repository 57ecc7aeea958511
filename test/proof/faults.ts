// SPDX-License-Identifier: GPL-3.0-or-later
/** What can go wrong at one call, and at which calls it makes sense. */
import type { HttpResponse } from '../../src/wire/call.ts';

/** Faults of the call itself, then of the process, then of what the cache sees from that call on. */
export const faultKinds = [
  'requestLost',
  'answerLost',
  'reset',
  'errorBefore',
  'errorAfter',
  'throttled',
  'late',
  'conflict',
  'killedBefore',
  'killedAfter',
  'stale1',
  'stale2',
  'restartStale1',
  'restartStale2',
  'restartStale4',
  'eventTwice',
  'eventDropped',
  'wakeLate',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  /** Of the calls that the operator makes, counted from 1, over all its processes. */
  readonly at: number;
  readonly kind: FaultKind;
}

/** What of a call decides which faults differ at it. */
interface Disturbed {
  readonly service: string;
  readonly effect: 'read' | 'write';
  readonly action: string;
}

const readFaults: readonly FaultKind[] = ['requestLost', 'errorBefore', 'throttled', 'killedBefore', 'reset'];
const cacheFaults: readonly FaultKind[] = ['stale1', 'stale2', 'restartStale1', 'restartStale2', 'restartStale4'];

/**
 * The faults worth trying at a call. A read has no effect: its answer lost is its request lost, killed after it is killed before the
 * next call. What the cache shows matters only where the object has just changed, which only writes to Kubernetes do.
 */
export function faultsFor({ service, effect, action }: Disturbed): FaultKind[] {
  if (effect === 'read') return [...readFaults];
  const onCalls = faultKinds.filter((kind) => faultKinds.indexOf(kind) < faultKinds.indexOf('stale1'));
  if (service !== 'kubernetes')
    return onCalls.filter((kind) => kind !== 'conflict').concat(['restartStale1', 'restartStale2']);
  const cache = action.includes(' secrets')
    ? (['wakeLate'] as const)
    : ([...cacheFaults, 'eventTwice', 'eventDropped'] as const);
  return [...onCalls, ...cache];
}

/** `all`: each fault at each call. `changes`: each loss and each kill at each call that changes something. */
export type PairsOf = 'all' | 'changes';

/** The effect happened or not, and the process lives to hear of neither, or dies. */
const losses: readonly FaultKind[] = ['requestLost', 'answerLost', 'killedBefore', 'killedAfter'];

/**
 * Of two faults, either. A read that fails is asked again whatever it failed of, which single faults show; so of `all`, one failure and
 * one kill of each.
 */
export function faultsOfPairsFor(call: Disturbed, which: PairsOf): FaultKind[] {
  if (which === 'changes') return call.effect === 'read' ? [] : [...losses];
  return call.effect === 'read' ? ['requestLost', 'killedBefore'] : faultsFor(call);
}

/** How many versions a fault goes back in what the cache has shown: a process that is started again may see older ones than the last. */
export function goesBack(kind: FaultKind): number {
  return kind === 'eventDropped' ? 1 : Number(/tale(\d)$/.exec(kind)?.[1] ?? 0);
}

function bytes(text: string): AsyncIterable<Uint8Array> {
  return (async function* () {
    yield new TextEncoder().encode(text);
  })();
}

function answer(status: number, body: string, headers: Record<string, string>): HttpResponse {
  return { status, headers, body: bytes(body) };
}

interface Words {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const awsWords = {
  error: { status: 500, code: 'InternalError', message: 'We encountered an internal error. Please try again.' },
  iamError: {
    status: 500,
    code: 'InternalFailure',
    message: 'The request processing has failed because of an unknown error.',
  },
  slowDown: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
  throttling: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
} as const satisfies Record<string, Words>;

const kubeWords = {
  error: {
    status: 500,
    code: 'InternalError',
    message: 'an error on the server has prevented the request from succeeding',
  },
  throttled: { status: 429, code: 'TooManyRequests', message: 'the server has received too many requests' },
  conflict: {
    status: 409,
    code: 'Conflict',
    message: 'the object has been modified; please apply your changes to the latest version',
  },
} as const satisfies Record<string, Words>;

/** Of a site: the firewall, and proxies before a cloud, say it by the status. */
const jsonServices = new Set(['opnsense', 'keystone', 'neutron']);

/** A refusal in the service's own words (S3 REST error responses; IAM and STS query errors; Kubernetes Status). */
export function refusal(service: string, why: 'error' | 'throttled' | 'conflict'): HttpResponse {
  if (service === 'kubernetes') {
    const { status, code, message } = kubeWords[why];
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: code, code: status, message };
    return answer(status, JSON.stringify(body), {
      'content-type': 'application/json',
      ...(why === 'throttled' ? { 'retry-after': '2' } : {}),
    });
  }
  if (jsonServices.has(service)) {
    const body = JSON.stringify({ errorMessage: why === 'throttled' ? 'Too many requests' : 'Unexpected error' });
    return answer(why === 'throttled' ? 429 : 500, body, { 'content-type': 'application/json' });
  }
  const s3 = service === 's3';
  const words =
    why === 'throttled' ? (s3 ? awsWords.slowDown : awsWords.throttling) : s3 ? awsWords.error : awsWords.iamError;
  const inside = `<Code>${words.code}</Code><Message>${words.message}</Message>`;
  const body = s3
    ? `<?xml version="1.0" encoding="UTF-8"?><Error>${inside}<RequestId>R</RequestId></Error>`
    : `<ErrorResponse><Error><Type>Receiver</Type>${inside}</Error><RequestId>R</RequestId></ErrorResponse>`;
  return answer(words.status, body, { 'content-type': s3 ? 'application/xml' : 'text/xml' });
}
