// SPDX-License-Identifier: GPL-3.0-or-later
/** What can go wrong at one call, and at which calls it makes sense. */
import type { TaskEnding } from '../../src/simulator/proxmox/index.ts';
import type { S3TroubleKind } from './s3-trouble.ts';

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

/** Of Proxmox: pveproxy gives up on the daemon behind it (596), and tasks that come to another end than the answer 200 promised. */
export const proxmoxFaultKinds = [
  'gatewayBefore',
  'gatewayAfter',
  'taskFailed',
  'taskInterrupted',
  'taskWarned',
] as const;

/**
 * Of what a backup server asks of S3 for it: refused for a while; not reached for a while from the first request on, or from one of the next;
 * done without an answer; or a task that takes long.
 */
export const s3FaultKinds = [
  's3Refused',
  's3Down0',
  's3Down1',
  's3Down2',
  's3Down3',
  's3Down4',
  's3Down5',
  's3Down6',
  's3AnswerLost',
  's3Slow',
] as const;

export type FaultKind =
  | (typeof faultKinds)[number]
  | (typeof proxmoxFaultKinds)[number]
  | (typeof s3FaultKinds)[number];

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
  /** It begins a task of Proxmox. */
  readonly task?: true;
  /** The backup server asks S3 for it, at once or in a task. */
  readonly s3?: true;
}

const readFaults: readonly FaultKind[] = ['requestLost', 'errorBefore', 'throttled', 'killedBefore', 'reset'];
const cacheFaults: readonly FaultKind[] = ['stale1', 'stale2', 'restartStale1', 'restartStale2', 'restartStale4'];

/**
 * The faults worth trying at a call. A read has no effect: its answer lost is its request lost, killed after it is killed before the
 * next call. What the cache shows matters only where the object has just changed, which only writes to Kubernetes do.
 */
export function faultsFor({ service, effect, action, task, s3 }: Disturbed): FaultKind[] {
  const gateway = service === 'pve';
  if (effect === 'read') return [...readFaults, ...(gateway ? (['gatewayBefore'] as const) : [])];
  const onCalls: FaultKind[] = faultKinds.filter((kind) => faultKinds.indexOf(kind) < faultKinds.indexOf('stale1'));
  if (service !== 'kubernetes')
    return [
      ...onCalls.filter((kind) => kind !== 'conflict'),
      'restartStale1',
      'restartStale2',
      ...(gateway ? (['gatewayBefore', 'gatewayAfter'] as const) : []),
      ...(task ? (['taskFailed', 'taskInterrupted', 'taskWarned'] as const) : []),
      ...(s3 ? s3FaultKinds.filter((kind) => task || kind !== 's3Slow') : []),
    ];
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

/** How the tasks of such a fault end; interrupted ones have done what they should, and nobody wrote it down (a node that goes down). */
export function taskEnding(kind: FaultKind): TaskEnding | undefined {
  if (kind === 'taskFailed') return { exit: 'got signal 9', afterEffect: false };
  if (kind === 'taskInterrupted') return { exit: 'unexpected status', afterEffect: true };
  return kind === 'taskWarned' ? { exit: 'WARNINGS: 1', afterEffect: true } : undefined;
}

/** For longer than a server tries again, and than a task takes. */
const s3TroubleMs = 90_000;
/** A refresh of a large bucket takes hours; a rest has half an hour. */
export const s3SlowMs = 10 * 60_000;

interface S3Trouble {
  readonly kind: S3TroubleKind;
  readonly after: number;
  readonly ms: number;
}

export function s3TroubleOf(kind: FaultKind | undefined): S3Trouble | undefined {
  if (kind === 's3Refused') return { kind: 'refused', after: 0, ms: s3TroubleMs };
  if (kind === 's3AnswerLost') return { kind: 'answerLost', after: 0, ms: s3TroubleMs };
  const [, after] = /^s3Down(\d)$/.exec(kind ?? '') ?? [];
  return after === undefined ? undefined : { kind: 'unreached', after: Number(after), ms: s3TroubleMs };
}

/** The call itself is not disturbed. */
export function isOfS3(kind: FaultKind | undefined): boolean {
  return kind?.startsWith('s3') ?? false;
}
