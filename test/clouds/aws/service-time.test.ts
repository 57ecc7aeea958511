// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { ServiceTime } from '../../../src/clouds/aws/service-time.ts';
import type { Call, HttpResponse, Wire } from '../../../src/wire/call.ts';

const noon = Date.UTC(2026, 0, 5, 12);

function makeWorld() {
  const at = { monotonic: 1_000_000, wall: 0 };
  const clock = { now: () => at.wall, monotonic: () => at.monotonic, sleep: () => Promise.resolve() };
  const time = new ServiceTime(clock, 'iam');
  async function* body() {}
  async function hear(date: string | undefined, service = 'iam'): Promise<void> {
    const answer: HttpResponse = { status: 404, headers: date === undefined ? {} : { date }, body: body() };
    const wire: Wire = { send: () => Promise.resolve(answer), throttled: () => undefined };
    const call: Call = { service, action: 'X', effect: 'read', parameters: [], timeoutMs: 1 };
    await time.listening(wire).send(call, { method: 'GET', url: new URL('https://iam.test'), headers: {} });
  }
  return { at, time, hear };
}

const date = (ms: number) => new Date(ms).toUTCString();

test('The time goes on from the Date of an answer, refusals too, whatever the wall clock does in between.', async () => {
  const { at, time, hear } = makeWorld();
  expect(time.now()).toBeUndefined();
  await hear(date(noon));
  at.monotonic += 90_000;
  at.wall -= 3_600_000;
  expect(time.now()).toBe(noon + 90_000);
});

test('Neither another service nor an answer without a readable Date tells it.', async () => {
  const { time, hear } = makeWorld();
  await hear(date(noon), 's3');
  await hear(undefined);
  await hear('yesterday');
  expect(time.now()).toBeUndefined();
});

test('An answer that was long on the way does not set it back, for ten minutes; after an hour of silence it is not known.', async () => {
  const { at, time, hear } = makeWorld();
  await hear(date(noon));
  at.monotonic += 30_000;
  await hear(date(noon + 5_000));
  expect(time.now()).toBe(noon + 30_000);
  at.monotonic += 11 * 60_000;
  await hear(date(noon + 60_000));
  expect(time.now()).toBe(noon + 60_000);
  at.monotonic += 61 * 60_000;
  expect(time.now()).toBeUndefined();
});
