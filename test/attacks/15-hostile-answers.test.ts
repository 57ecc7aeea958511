// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 15: answers of AWS, of the credentials endpoint and of any server that never end, are huge, deep or packed. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { Aws } from '../../src/clouds/aws/aws.ts';
import { ownIdentity } from '../../src/clouds/aws/iam/own-identity.ts';
import { read } from '../../src/clouds/aws/request.ts';
import { HttpsApis } from '../../src/clouds/https/https-api.ts';
import { usersOf } from '../../src/clouds/pbs/access.ts';
import { PbsServers } from '../../src/clouds/pbs/pbs.ts';
import { backupJobs } from '../../src/clouds/pve/backup-jobs.ts';
import { Pves } from '../../src/clouds/pve/pve.ts';
import { Failure } from '../../src/core/failure.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { Call, HttpResponse, Transport } from '../../src/wire/call.ts';
import { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';

const piece = Buffer.alloc(1024 * 1024, 'a');
let given = 0;

/** Says so when far more is taken than anybody may need, so that a test ends where the defence is missing. */
async function* endless(most = 64): AsyncGenerator<Uint8Array> {
  for (given = 0; given < most; given++) yield piece;
  throw new Error('nobody stopped it');
}

async function* of(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof text === 'string' ? Buffer.from(text) : text;
}

const wireTo = (answer: () => HttpResponse | Promise<HttpResponse>, clock = new VirtualClock()) =>
  createWire({ clock, fence: unfenced, transport: () => Promise.resolve(answer()) });

function asked(answer: () => HttpResponse): Promise<unknown> {
  const credentials = { accessKeyID: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) };
  const aws = new Aws({ wire: wireTo(answer), clock: new VirtualClock() });
  return aws
    .bare({ region: 'ap-northeast-2', account: '123456789012', credentials })
    .send(read('iam', 'GetUser', { UserName: 'a' }))
    .catch((error: unknown) => error);
}

const xml = { 'content-type': 'text/xml' };
const bomb = [
  '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">',
  ...Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY ${'c'.repeat(at + 1)} "${`&${'c'.repeat(at) || 'b'};`.repeat(10)}">`,
  ),
  ']><GetUserResponse><GetUserResult>&ccccccccc;</GetUserResult></GetUserResponse>',
].join('');

const hostile: readonly (readonly [string, () => HttpResponse])[] = [
  ['without end', () => ({ status: 200, headers: xml, body: endless() })],
  ['with an error without end', () => ({ status: 400, headers: xml, body: endless() })],
  [
    'a gzip bomb',
    () => ({
      status: 200,
      headers: { ...xml, 'content-encoding': 'gzip' },
      body: of(gzipSync(Buffer.alloc(40_000_000, 'a'))),
    }),
  ],
  ['a hundred thousand tags deep', () => ({ status: 200, headers: xml, body: of('<a>'.repeat(100_000)) })],
];

test.each(hostile)('an answer of AWS that is %s fails in bounded time and memory.', async (_, answer) => {
  const before = process.cpuUsage().user;
  const ended = await asked(answer);
  expect(ended).toBeInstanceOf(Error);
  expect(String((ended as Error).cause ?? ended)).not.toContain('nobody stopped it');
  expect((process.cpuUsage().user - before) / 1000).toBeLessThan(5000);
  expect((ended as Error).message.length).toBeLessThan(5000);
});

const json = { 'content-type': 'application/json' };
const ofProxmox: readonly (readonly [string, () => HttpResponse])[] = [
  ['without end', () => ({ status: 200, headers: json, body: endless() })],
  ['an error without end', () => ({ status: 500, headers: json, body: endless() })],
  ['a million brackets deep', () => ({ status: 200, headers: json, body: of(`{"data":${'['.repeat(1_000_000)}`) })],
  [
    'a list of a million nothings',
    () => ({ status: 200, headers: json, body: of(`{"data":[${'{},'.repeat(1_000_000)}{}]}`) }),
  ],
  [
    'a line of a megabyte that says why',
    () => ({ status: 500, headers: json, body: of(`{"message":"${'a'.repeat(1_000_000)}"}`) }),
  ],
];

test.each(ofProxmox)('an answer of a Proxmox that is %s fails in bounded time and memory.', async (_, answer) => {
  const apis = new HttpsApis(wireTo(answer), { forbidden: new ForbiddenPlaces() });
  const scope = { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'u', policy: 'Apply' } as const;
  const place = { url: 'https://192.0.2.1:8006', trust: { by: 'System' }, scope } as const;
  const token = { tokenID: 'a@pve!b', secret: 'canary-of-proxmox' };
  const clock = new VirtualClock();
  const before = process.cpuUsage().user;
  const ends = [
    await backupJobs(new Pves(apis, clock).at({ ...place, token })).catch((error: unknown) => error),
    await usersOf(new PbsServers({ apis, clock, learn: () => undefined }).at(place, token)).catch(
      (error: unknown) => error,
    ),
  ];
  for (const ended of ends) {
    expect(ended).toBeInstanceOf(Failure);
    const { cause } = ended as Error;
    expect(cause instanceof Error ? cause.message : '').not.toContain('nobody stopped it');
    expect((ended as Error).message.length).toBeLessThan(2000);
  }
  expect((process.cpuUsage().user - before) / 1000).toBeLessThan(10_000);
});

test('the entities of an XML bomb are not expanded.', async () => {
  const ended = await asked(() => ({ status: 200, headers: xml, body: of(bomb) }));
  expect(JSON.stringify(ended).length + String(ended).length).toBeLessThan(2000);
});

const call: Call = { service: 's3', action: 'GetObject', effect: 'read', parameters: [], timeoutMs: 30_000 };

/** Sends a byte every twenty seconds: never silent, never done. */
async function trickled(the: Call): Promise<{ aborted: () => boolean; clock: VirtualClock }> {
  const clock = new VirtualClock();
  let signal: AbortSignal | undefined;
  const transport: Transport = (request) => {
    signal = request.signal;
    return Promise.resolve({ status: 200, headers: {}, body: drops() });
  };
  async function* drops(): AsyncGenerator<Uint8Array> {
    for (let drop = 0; drop < 100; drop++) {
      if (signal?.aborted) return;
      await clock.sleep(20_000);
      yield new Uint8Array(1);
    }
  }
  const { body } = await createWire({ clock, fence: unfenced, transport }).send(the, {
    method: 'GET',
    url: new URL('https://s3.test/'),
    headers: {},
  });
  void (async () => {
    for await (const drop of body) expect(drop).toHaveLength(1);
  })();
  return { aborted: () => signal?.aborted === true, clock };
}

test('an answer that comes byte by byte is given up after ten times the time-out; a watch is not.', async () => {
  const slow = await trickled(call);
  const watch = await trickled({ ...call, service: 'kubernetes', action: 'watch pods', endless: true });
  for (let ten = 0; ten < 29; ten++) for (const { clock } of [slow, watch]) await clock.advance(10_000);
  expect(slow.aborted()).toBe(false);
  for (let ten = 0; ten < 3; ten++) for (const { clock } of [slow, watch]) await clock.advance(10_000);
  expect([slow.aborted(), watch.aborted()]).toEqual([true, false]);
});

test('an answer of the credentials endpoint without end is given up.', async () => {
  const clock = new VirtualClock();
  const wire = wireTo(() => ({ status: 200, headers: {}, body: endless(16) }), clock);
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' };
  const identity = ownIdentity({ wire, clock, env });
  const ended = await identity?.({} as never).catch((error: unknown) => error);
  expect(ended).toBeInstanceOf(Failure);
  expect(given).toBeLessThan(8);
});
