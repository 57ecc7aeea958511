// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 31: texts of others that would forge lines, move a terminal's cursor or turn its direction of writing. */
import { Readable } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';
import { createLog } from '../../src/operator/log.ts';
import { eventsOf, stalledBy } from '../operator/bad-days/hands.ts';
import { target, worlds, type Worlds } from '../operator/worlds.ts';

const evil = 'a\r\n{"level":"info","message":"forged"}\u001b[2J\u009b31m\u2028\u2029\u202e\u0000\u007fz';
/** Everything but the newline that ends a line. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

let world: Worlds | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

test('a line of the log stays one line without a character that acts, and loses nothing.', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', scrub: (line) => line, write: (line) => void lines.push(line) });
  log.info({ [evil]: evil, error: new Error(evil) }, evil);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  expect(lines[0]).not.toMatch(acting);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: evil, [evil]: evil });
});

test('what AWS says with such characters is one line in the status, the events and the log.', async () => {
  world = worlds();
  const { transport } = world;
  // what XML 1.0 can carry of it, and a careless server sends
  const message = 'no&#13;&#10;forged\u009b31m\u2028x\u202ey';
  const answer = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
  const running = world.operator({
    transport: async (request) => {
      const creates = request.method === 'PUT' && /^.iksan-vm-backups.?$/.test(request.url.pathname);
      if (!creates || request.url.host === 'kubernetes.test') return transport(request);
      return {
        status: 403,
        headers: { 'content-type': 'application/xml' },
        body: Readable.from([Buffer.from(answer)]),
      };
    },
  });
  world.kubernetes.install([target()]);
  await world.until(() => world !== undefined && stalledBy(world) === 'AccessDenied', 30);
  await world.pass(5);
  const texts = [
    ...(
      (world.get()?.status as { conditions: { message: string }[] } | undefined) ?? { conditions: [] }
    ).conditions.map((one) => one.message),
    ...eventsOf(world).map((event) => event.message),
  ];
  expect(texts.some((text) => text.includes('forged'))).toBe(true);
  expect(texts.filter((text) => acting.test(text) || text.includes('\n'))).toEqual([]);
  expect(running.lines.filter((line) => acting.test(line))).toEqual([]);
});
