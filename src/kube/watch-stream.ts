// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import { LineSplitter, LineTooLong } from './lines.ts';
import type { Source } from './source.ts';
import { parseEvent, type WatchEvent } from './watch-event.ts';

/** Why a watch is over. `wentBack`: the server's state lies before what was seen already. */
export interface WatchEnd {
  readonly why: 'ended' | 'stopped' | 'expired' | 'wentBack' | 'stalled' | 'brokenLine' | 'reset' | 'refused';
  readonly retryAfterMs?: number | undefined;
}

export type Change = Exclude<WatchEvent, { type: 'error' }>;

export interface ReadWatch {
  readonly source: Source;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly watching: { readonly resourceVersion: string; readonly timeoutSeconds: number };
  readonly take: (change: Change) => 'wentBack' | undefined;
}

/** A server that lives sends a bookmark about once a minute. Silence for longer means a dead connection; noticed and replaced in 90 s. */
const silenceMs = 80_000;
/** The API server sends a watch's headers at once. A connection out of the pool may be as dead as the one that was just given up. */
const openingMs = 15_000;
/** What the server may take beyond the time that it was asked to watch. */
const overtimeMs = 30_000;

/** When the last byte came, and how long a silence is borne from then on. */
interface Heard {
  at: number;
  patienceMs: number;
}

/** Opens one watch and reads it to its end. Throws what opening it throws, but for 410, which is an end like others. */
export async function readWatch(reading: ReadWatch): Promise<WatchEnd> {
  const cut = new AbortController();
  const stop = () => cut.abort();
  reading.stop.addEventListener('abort', stop, { once: true });
  if (reading.stop.aborted) stop();
  const heard: Heard = { at: reading.clock.monotonic(), patienceMs: openingMs };
  const over = new AbortController();
  const guard = watchdog(reading, heard, over.signal).then((stalled) => stalled && cut.abort());
  try {
    const stream = await open(reading, cut.signal);
    const end = stream ? await drain(stream, reading, heard, cut.signal) : undefined;
    return end ?? { why: reading.stop.aborted ? 'stopped' : 'stalled' };
  } finally {
    reading.stop.removeEventListener('abort', stop);
    over.abort();
    await guard;
    cut.abort();
  }
}

/** True when the stream fell silent or went on for too long; false as soon as `over` aborts. */
async function watchdog({ clock, watching }: ReadWatch, heard: Heard, over: AbortSignal): Promise<boolean> {
  const latest = clock.monotonic() + watching.timeoutSeconds * 1000 + overtimeMs;
  while (!over.aborted) {
    const left = Math.min(heard.at + heard.patienceMs, latest) - clock.monotonic();
    if (left <= 0) return true;
    await clock.sleep(left, over);
  }
  return false;
}

/** `undefined` when it was cut first; what still opens after that is closed. */
async function open(
  { source, watching }: ReadWatch,
  signal: AbortSignal,
): Promise<AsyncIterator<Uint8Array> | undefined> {
  const opening = source.watch({ ...watching, signal }).then((stream) => stream[Symbol.asyncIterator]());
  const iterator = await unlessCut(opening, signal);
  if (!iterator) opening.then(close, () => undefined);
  return iterator;
}

async function drain(
  iterator: AsyncIterator<Uint8Array>,
  reading: ReadWatch,
  heard: Heard,
  signal: AbortSignal,
): Promise<WatchEnd | undefined> {
  const lines = new LineSplitter();
  heard.at = reading.clock.monotonic();
  heard.patienceMs = silenceMs;
  try {
    for (;;) {
      const next = await unlessCut(iterator.next(), signal);
      if (!next) return undefined;
      if (next.done) return { why: 'ended' };
      heard.at = reading.clock.monotonic();
      const end = takeAll(lines.push(next.value), reading, signal);
      if (end) return end;
    }
  } catch (error) {
    return signal.aborted ? undefined : { why: error instanceof LineTooLong ? 'brokenLine' : 'reset' };
  } finally {
    close(iterator);
  }
}

function takeAll(lines: readonly string[], reading: ReadWatch, signal: AbortSignal): WatchEnd | undefined {
  for (const line of lines) {
    if (signal.aborted) return undefined;
    const event = parseEvent(line);
    if (!event) return { why: 'brokenLine' };
    if (event.type === 'error')
      return { why: event.code === 410 ? 'expired' : 'refused', retryAfterMs: event.retryAfterMs };
    const why = reading.take(event);
    if (why) return { why };
  }
  return undefined;
}

/** The promise, or `undefined` when the signal comes first, also where the transport does not listen to it. */
function unlessCut<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cut = () => resolve(undefined);
    if (signal.aborted) cut();
    signal.addEventListener('abort', cut, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', cut));
  });
}

/** Not awaited: a generator that waits for bytes ends only with its connection, which the signal has closed. */
function close(iterator: AsyncIterator<Uint8Array>): void {
  iterator.return?.().catch(() => undefined);
}

/** An opening that was refused with 410 is an end like one that comes later. */
export function expired(error: unknown): error is Failure {
  return error instanceof Failure && error.reason === 'Expired';
}
