// SPDX-License-Identifier: GPL-3.0-or-later
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { pathOf, secrets } from '../../src/kube/resource.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { Call, HttpResponse } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { answer, FakeApi, pieces, widgets } from './fake-api.ts';

function aClient(...answers: HttpResponse[]) {
  const api = new FakeApi();
  api.next.push(...answers);
  const calls: Call[] = [];
  const client = api.client(new VirtualClock(), (call) => calls.push(call));
  return { api, calls, client };
}

const one = { namespace: 'a', name: 'one' };
const object = {
  apiVersion: 'test.dev/v1',
  kind: 'Widget',
  metadata: { name: 'one', namespace: 'a', uid: 'u', resourceVersion: '5' },
};
const status = (code: number, reason: string, extra: object = {}) =>
  answer(code, { kind: 'Status', code, reason, message: `server says ${reason}`, ...extra });

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

describe('the client', () => {
  test('names each call as RBAC does, tells reads from writes, and shows only namespace and name', async () => {
    const { client, calls, api } = aClient(...Array.from({ length: 6 }, () => answer(200, object)));
    await client.get(widgets, one);
    await client.create(widgets, one, { metadata: { name: 'one' } });
    await client.patch(
      widgets,
      { ...one, subresource: 'status' },
      { type: 'apply', body: { status: {} }, fieldManager: 'me', force: true },
    );
    await client.patch(widgets, one, { type: 'merge', body: {} });
    await client.replace(secrets, one, { metadata: { name: 'one' }, data: { key: 'canary' } });
    await client.remove(widgets, one, { uid: 'u', resourceVersion: '5' });
    expect(calls.map((call) => `${call.effect} ${call.service}: ${call.action}`)).toEqual([
      'read kubernetes: get widgets',
      'write kubernetes: create widgets',
      'write kubernetes: patch widgets/status',
      'write kubernetes: patch widgets',
      'write kubernetes: update secrets',
      'write kubernetes: delete widgets',
    ]);
    expect(JSON.stringify(calls)).not.toContain('canary');
    expect(calls[0]?.parameters).toEqual([
      { name: 'namespace', value: 'a' },
      { name: 'name', value: 'one' },
    ]);
    expect(
      api.requests.map(({ method, url, headers }) =>
        `${method} ${url.pathname}${url.search} ${headers['content-type'] ?? ''}`.trim(),
      ),
    ).toEqual([
      'GET /apis/test.dev/v1/namespaces/a/widgets/one',
      'POST /apis/test.dev/v1/namespaces/a/widgets application/json',
      'PATCH /apis/test.dev/v1/namespaces/a/widgets/one/status?fieldManager=me&force=true application/apply-patch+yaml',
      'PATCH /apis/test.dev/v1/namespaces/a/widgets/one application/merge-patch+json',
      'PUT /api/v1/namespaces/a/secrets/one application/json',
      'DELETE /apis/test.dev/v1/namespaces/a/widgets/one application/json',
    ]);
    expect(JSON.parse(String(api.requests[5]?.body))).toMatchObject({
      preconditions: { uid: 'u', resourceVersion: '5' },
    });
    expect(JSON.parse(String(api.requests[2]?.body))).toMatchObject({ apiVersion: 'test.dev/v1', kind: 'Widget' });
  });

  test.each([
    [401, 'Unauthorized', 'Denied', 'Unauthorized', /renew/],
    [
      403,
      'Forbidden',
      'Denied',
      'Forbidden',
      /^the operator may not patch widgets "one" in namespace "a": grant it in RBAC$/,
    ],
    [404, 'NotFound', 'Transient', 'NotFound', /not found/],
    [409, 'Conflict', 'Transient', 'Conflict', /changed by someone else/],
    [409, 'AlreadyExists', 'Transient', 'AlreadyExists', /already exists/],
    [410, 'Expired', 'Transient', 'Expired', /too old/],
    [413, 'RequestEntityTooLarge', 'Transient', 'Invalid', /server says RequestEntityTooLarge/],
    [429, 'TooManyRequests', 'Transient', 'Throttled', /slow down/],
    [500, 'InternalError', 'Transient', 'ServerError', /failed \(500\)/],
    [503, 'ServiceUnavailable', 'Transient', 'ServerError', /failed \(503\)/],
    [504, 'Timeout', 'Transient', 'TimedOut', /timed out/],
  ])('turns %i %s into a Failure %s %s', async (...[code, reason, kind, ours, message]) => {
    const failure = await failureOf(
      aClient(status(code, reason)).client.patch(widgets, one, { type: 'merge', body: {} }),
    );
    expect([failure.class, failure.reason]).toEqual([kind, ours]);
    expect(failure.message).toMatch(message);
  });

  test('keeps the causes of a 422, but of a Secret the fields only', async () => {
    const causes = [
      { field: 'spec.bucket.name', message: 'Invalid value: "canary-value": too long', reason: 'FieldValueInvalid' },
    ];
    const refusal = () => status(422, 'Invalid', { details: { causes } });
    const failure = await failureOf(aClient(refusal()).client.replace(widgets, one, {}));
    expect(failure).toMatchObject({
      class: 'Transient',
      applied: 'no',
      message: expect.stringContaining('spec.bucket.name: Invalid value: "canary-value": too long'),
    });
    const hidden = await failureOf(aClient(refusal()).client.replace(secrets, one, {}));
    expect(hidden.message).toContain('spec.bucket.name: FieldValueInvalid');
    expect(hidden.message).not.toContain('canary');
  });

  test('reads Retry-After as milliseconds, from the header or the status', async () => {
    const { client } = aClient(
      answer(429, {}, { 'retry-after': '3' }),
      status(429, 'x', { details: { retryAfterSeconds: 9 } }),
      answer(503, '', { 'retry-after': 'Fri, 1 Jan 2027' }),
    );
    expect((await failureOf(client.get(widgets, one))).retryAfterMs).toBe(3000);
    expect((await failureOf(client.get(widgets, one))).retryAfterMs).toBe(9000);
    expect((await failureOf(client.get(widgets, one))).retryAfterMs).toBeUndefined();
  });

  test('never lets the token, headers or control characters into a message', async () => {
    const echo = answer(
      400,
      { message: `bad\u001b[31m header Bearer canary-token-1234\r\nX: ${'y'.repeat(5000)}` },
      { 'audit-id': 'canary-audit' },
    );
    const { message } = await failureOf(aClient(echo).client.replace(widgets, one, {}));
    expect(message).not.toMatch(/canary|[\r\n]/);
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(1200);
  });

  test('says undefined for an object that is not there, and false for one that was gone before its deletion', async () => {
    const { client } = aClient(status(404, 'NotFound'), status(404, 'NotFound'));
    expect(await client.get(widgets, one)).toBeUndefined();
    expect(await client.remove(widgets, one)).toBe(false);
  });

  test('takes a list that is not one for no answer, not for an empty world', async () => {
    for (const body of ['', '{}', '{"items":{}}', '[]', 'null', '<html>', '{"metadata":{"resourceVersion":"1"}}']) {
      const failure = await failureOf(aClient(answer(200, body)).client.list(widgets, {}));
      expect([failure.class, failure.reason]).toEqual(['Transient', 'BadAnswer']);
    }
    const empty = await aClient(answer(200, { metadata: { resourceVersion: '7' }, items: null })).client.list(
      widgets,
      {},
    );
    expect(empty).toEqual({ items: [], resourceVersion: '7', continue: undefined });
  });

  test('gives the items of a list the kind that the API leaves out, and unpacks gzip in any pieces', async () => {
    const packed = gzipSync(
      JSON.stringify({ metadata: { resourceVersion: '7', continue: 'more' }, items: [{ metadata: { name: 'x' } }] }),
    );
    const body = pieces([packed.subarray(0, 1), packed.subarray(1, 30), packed.subarray(30)]);
    const page = await aClient({ status: 200, headers: { 'content-encoding': 'gzip' }, body }).client.list(widgets, {});
    expect(page).toEqual({
      items: [{ apiVersion: 'test.dev/v1', kind: 'Widget', metadata: { name: 'x' } }],
      resourceVersion: '7',
      continue: 'more',
    });
  });

  test('refuses answers without end, gzip bombs and a hundred thousand brackets (attack 15)', async () => {
    const endless = async function* () {
      for (;;) yield Buffer.alloc(65_536, 0x20);
    };
    const limits = { bytes: 1_000_000, depth: 100 };
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const all = [
      { status: 200, headers: {}, body: endless() },
      { status: 200, headers: { 'content-encoding': 'gzip' }, body: pieces([bomb]) },
      answer(200, '['.repeat(100_000)),
      answer(200, `{"a":${'{"a":'.repeat(200)}1${'}'.repeat(201)}`),
    ];
    for (const response of all) {
      const wire = createWire({
        transport: () => Promise.resolve(response),
        clock: new VirtualClock(),
        fence: unfenced,
      });
      const client = createKubeClient({ connection: plainConnection({ url: 'http://x' }), wire, limits });
      expect((await failureOf(client.list(widgets, {}))).reason).toBe('AnswerTooLarge');
    }
  });

  test('does not take brackets inside strings for nesting', async () => {
    const text = { ...object, spec: { text: `${'['.repeat(500)}\\"{{{"` } };
    expect(await aClient(answer(200, text)).client.get(widgets, one)).toEqual(text);
  });

  test('calls an answer that breaks off Transient', async () => {
    const broken = async function* () {
      yield Buffer.from('{"meta');
      throw new Error('socket hang up');
    };
    const failure = await failureOf(aClient({ status: 200, headers: {}, body: broken() }).client.get(widgets, one));
    expect([failure.class, failure.reason]).toEqual(['Transient', 'Interrupted']);
  });
});

describe('the address of an object', () => {
  test.each(['../../secrets/x', '..', '.', '', 'a/b', 'a\\b', 'a\u0000'])(
    'never leaves its place for the name %j',
    (name) => {
      expect(() => pathOf(widgets, { namespace: 'a', name })).toThrow(Failure);
    },
  );

  test.each([
    ['a?watch=1', '/apis/test.dev/v1/namespaces/a/widgets/a%3Fwatch%3D1'],
    ['a#b', '/apis/test.dev/v1/namespaces/a/widgets/a%23b'],
    ['%2e%2e', '/apis/test.dev/v1/namespaces/a/widgets/%252e%252e'],
  ])('encodes %j', (name, path) => {
    expect(pathOf(widgets, { namespace: 'a', name })).toBe(path);
    expect(new URL(`.${path}`, 'http://x/').pathname).toBe(path);
  });

  test('keeps the path below which a server lives', async () => {
    const api = new FakeApi();
    const wire = createWire({ transport: api.transport, clock: new VirtualClock(), fence: unfenced });
    const client = createKubeClient({ connection: plainConnection({ url: 'http://rancher/k8s/clusters/c-1' }), wire });
    await client.list(widgets, {});
    expect(api.requests[0]?.url.pathname).toBe('/k8s/clusters/c-1/apis/test.dev/v1/widgets');
  });
});
