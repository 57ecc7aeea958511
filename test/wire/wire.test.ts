// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { Call, CallRecord, HttpRequest, HttpResponse, Transport } from '../../src/wire/call.ts';
import { createWire } from '../../src/wire/wire.ts';

const request: HttpRequest = { method: 'PUT', url: new URL('https://s3.test/bucket'), headers: {} };

async function* noBody(): AsyncGenerator<Uint8Array> {}

function ok(): Promise<HttpResponse> {
  return Promise.resolve({ status: 200, headers: {}, body: noBody() });
}

function aCall(change: Partial<Call> = {}): Call {
  return { service: 's3', action: 'PutBucketPolicy', effect: 'write', parameters: [], timeoutMs: 30_000, ...change };
}

function scope(policy: 'Apply' | 'Plan' | 'Observe') {
  return { kind: 'BackupTarget', namespace: 'a', name: 'b', uid: 'u', policy };
}

/** A wire over a transport that counts what reaches it. */
function aWire(
  given: { transport?: Transport; holds?: () => boolean; limit?: { perSecond: number; burst: number } } = {},
) {
  const clock = new VirtualClock();
  const records: CallRecord[] = [];
  const sent: HttpRequest[] = [];
  const wire = createWire({
    clock,
    fence: { holds: given.holds ?? (() => true) },
    limitOf: () => given.limit,
    onCall: (record) => records.push(record),
    transport(one) {
      sent.push(one);
      return (given.transport ?? ok)(one);
    },
  });
  return { clock, wire, records, sent };
}

test('without the lease no write leaves, to a cloud or to Kubernetes, and it says so', async () => {
  const { wire, sent, records } = aWire({ holds: () => false });
  await expect(wire.send(aCall(), request)).rejects.toMatchObject({
    class: 'Fenced',
    reason: 'LeaseLost',
    applied: 'no',
  });
  await expect(wire.send(aCall({ service: 'kubernetes' }), request)).rejects.toMatchObject({ class: 'Fenced' });
  expect(sent).toEqual([]);
  expect(records.map(({ result }) => result)).toEqual(['fenced', 'fenced']);
});

test("without the lease reads pass, and the lease's own write", async () => {
  const { wire, sent } = aWire({ holds: () => false });
  await wire.send(aCall({ effect: 'read' }), request);
  await wire.send(aCall({ service: 'kubernetes', lease: true }), request);
  expect(sent).toHaveLength(2);
});

test.each(['Plan', 'Observe'] as const)(
  'for an object in %s no cloud write leaves; its status does',
  async (policy) => {
    const { wire, sent } = aWire();
    await expect(wire.send(aCall({ scope: scope(policy) }), request)).rejects.toMatchObject({
      reason: 'PolicyForbids',
    });
    await wire.send(aCall({ service: 'kubernetes', scope: scope(policy) }), request);
    await wire.send(aCall({ effect: 'read', scope: scope(policy) }), request);
    expect(sent).toHaveLength(2);
  },
);

test('a lease that goes while a call stands in line stops the call', async () => {
  let holds = true;
  const { wire, clock, sent } = aWire({ holds: () => holds, limit: { perSecond: 1, burst: 1 } });
  await wire.send(aCall({ budget: 'a' }), request);
  const waiting = wire.send(aCall({ budget: 'a' }), request);
  waiting.catch(() => undefined);
  holds = false;
  await clock.advance(2000);
  await expect(waiting).rejects.toMatchObject({ class: 'Fenced' });
  expect(sent).toHaveLength(1);
});

test('a call without an answer is aborted at its time-out, and nobody knows whether it was done', async () => {
  const hang: Transport = ({ signal }) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  const { wire, clock, records, sent } = aWire({ transport: hang });
  const waiting = wire.send(aCall(), request);
  waiting.catch(() => undefined);
  await clock.advance(30_000);
  await expect(waiting).rejects.toMatchObject({ class: 'Transient', reason: 'TimedOut', applied: 'unknown' });
  expect(sent[0]?.signal?.aborted).toBe(true);
  expect(records[0]).toMatchObject({ result: 'timeout', durationMs: 30_000 });
});

test('a body that falls silent is aborted; one that keeps talking is not', async () => {
  const clock = new VirtualClock();
  let signal: AbortSignal | undefined;
  async function* slow(): AsyncGenerator<Uint8Array> {
    for (let piece = 0; piece < 3; piece++) {
      await clock.sleep(20_000);
      yield new Uint8Array(1);
    }
    await clock.sleep(40_000);
    yield new Uint8Array(1);
  }
  const wire = createWire({
    clock,
    fence: { holds: () => true },
    transport: (one) => {
      signal = one.signal;
      return Promise.resolve({ status: 200, headers: {}, body: slow() });
    },
  });
  const { body } = await wire.send(aCall({ effect: 'read' }), request);
  let pieces = 0;
  const reading = (async () => {
    for await (const piece of body) pieces += piece.length;
  })();
  for (let second = 0; second < 61; second++) await clock.advance(1000);
  expect([pieces, signal?.aborted]).toEqual([3, false]);
  await clock.advance(35_000);
  expect(signal?.aborted).toBe(true);
  await clock.advance(10_000);
  await reading;
});

test('a broken connection is Transient, tells the host and the code, and no more', async () => {
  const broken: Transport = () => Promise.reject(Object.assign(new Error('secret in here'), { code: 'ECONNRESET' }));
  const { wire } = aWire({ transport: broken });
  const failure = wire.send(aCall(), request);
  await expect(failure).rejects.toMatchObject({ class: 'Transient', reason: 'Unreachable' });
  await expect(failure).rejects.toThrow(/^PutBucketPolicy: s3\.test did not answer \(ECONNRESET\)\. If /);
});

test('budgets are per account and action: one that is used up does not hold another', async () => {
  const { wire, sent } = aWire({ limit: { perSecond: 1, burst: 2 } });
  const mine = [1, 2, 3].map(() => wire.send(aCall({ budget: '1/eu' }), request));
  mine[2]?.catch(() => undefined);
  await wire.send(aCall({ budget: '2/eu' }), request);
  await wire.send(aCall({ budget: '1/eu', action: 'PutBucketTagging' }), request);
  await Promise.all(mine.slice(0, 2));
  expect(sent).toHaveLength(4);
});

test('after "slow down" nothing is sent for a moment, then one call finds out, then all go again', async () => {
  const { wire, clock, sent, records } = aWire({ limit: { perSecond: 10, burst: 10 } });
  const call = aCall({ budget: 'a' });
  const other = aCall({ budget: 'b' });
  const message = 'PutBucketPolicy: AWS asks to slow down (SlowDown)';
  wire.throttled(call, { message });
  const refused = { class: 'Transient', reason: 'Throttled', applied: 'no', message };
  await expect(wire.send(call, request)).rejects.toMatchObject({ ...refused, retryAfterMs: 1000 });
  expect([sent.length, records.at(-1)?.result]).toEqual([0, 'held']);
  await wire.send(other, request);
  await clock.advance(1000);
  const all = await Promise.allSettled([1, 2, 3].map(() => wire.send(call, request)));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  await wire.send(call, request);
  expect(sent).toHaveLength(3);
});

test('while a service goes on throttling it is asked less and less often, at most once a minute in the end', async () => {
  const throttled = () => Promise.resolve({ status: 503, headers: {}, body: noBody() });
  const { wire, clock, sent } = aWire({ limit: { perSecond: 10, burst: 10 }, transport: throttled });
  const call = aCall({ budget: 'a' });
  const ask = () =>
    wire.send(call, request).then(
      () => wire.throttled(call, { message: 'slow down' }),
      () => undefined,
    );
  const minutes: number[] = [];
  for (let minute = 0; minute < 30; minute++) {
    const before = sent.length;
    for (let second = 0; second < 60; second++) {
      await ask();
      await clock.advance(1000);
    }
    minutes.push(sent.length - before);
  }
  expect(minutes[0]).toBeLessThan(30);
  expect(minutes.at(-1)).toBeLessThanOrEqual(1);
  expect(minutes.reduce((sum, count) => sum + count, 0)).toBeLessThan(90);
});

test('a call that finds out and is never answered does not keep the others out for ever', async () => {
  const hanging: Transport = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  const { wire, clock, sent } = aWire({ limit: { perSecond: 10, burst: 10 }, transport: hanging });
  const call = aCall({ budget: 'a' });
  wire.throttled(call, { message: 'slow down' });
  await clock.advance(1000);
  const lost = wire.send(call, request).catch(() => undefined);
  await clock.advance(31_000);
  await lost;
  void wire.send(call, request).catch(() => undefined);
  await clock.advance(0);
  expect(sent).toHaveLength(2);
});

test('a throttle answer halves the rate, and it comes back', async () => {
  const { wire, clock, sent } = aWire({ limit: { perSecond: 10, burst: 1 } });
  const call = aCall({ budget: 'a' });
  await wire.send(call, request);
  for (let times = 0; times < 3; times++) wire.throttled(call, { message: 'slow down', retryAfterMs: 1 });
  await clock.advance(1000);
  await wire.send(call, request);
  const before = sent.length;
  const calls = Array.from({ length: 200 }, () => wire.send(call, request));
  await clock.advance(1000);
  expect(sent.length - before).toBeLessThan(6);
  for (let second = 0; second < 15; second++) await clock.advance(1000);
  const from = sent.length;
  await clock.advance(1000);
  expect(sent.length - from).toBeGreaterThanOrEqual(9);
  for (let second = 0; second < 30; second++) await clock.advance(1000);
  await Promise.all(calls);
});
