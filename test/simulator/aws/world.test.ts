// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { createAws } from '../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { Client, newWorld, tag } from './client.ts';

const made = (root: Client): string[] =>
  root.world
    .account('123456789012')
    .users()
    .map(({ name }) => name);
const createUser = async (root: Client, name: string) => root.iam('CreateUser', { UserName: name });

test('requestLost: no answer and no effect; answerLost: no answer but the effect.', async () => {
  const { root, world } = newWorld();
  world.faults.add({ kind: 'requestLost', action: 'CreateUser', nth: 1 });
  await expect(createUser(root, 'a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(made(root)).toEqual([]);
  world.faults.add({ kind: 'answerLost', action: 'CreateUser', nth: 1 });
  await expect(createUser(root, 'a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(made(root)).toEqual(['a']);
  expect(world.calls.map(({ fault, applied, status }) => [fault, applied, status])).toEqual([
    ['requestLost', false, 0],
    ['answerLost', true, 200],
  ]);
});

test('error and throttle refuse before the effect, each service in its own words; errorAfter has the effect.', async () => {
  const { root, world } = newWorld();
  world.faults.add({ kind: 'error', nth: 1 });
  expect(await createUser(root, 'a')).toMatchObject({ status: 500, code: 'InternalError' });
  world.faults.clear();
  world.faults.add({ kind: 'throttle', count: 2 });
  expect(await createUser(root, 'a')).toMatchObject({ status: 400, code: 'Throttling' });
  expect(await root.s3('GET', '/')).toMatchObject({ status: 503, code: 'SlowDown' });
  expect(made(root)).toEqual([]);
  world.faults.clear();
  world.faults.add({ kind: 'errorAfter', nth: 1, code: 'ServiceFailure', status: 503 });
  expect(await createUser(root, 'a')).toMatchObject({ status: 503, code: 'ServiceFailure' });
  expect(made(root)).toEqual(['a']);
});

test('reset: the status arrives, the body breaks off, the effect stays.', async () => {
  const { root, world } = newWorld();
  world.faults.add({ kind: 'reset', nth: 1 });
  await expect(createUser(root, 'a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(made(root)).toEqual(['a']);
});

test('lateEffect: nothing at first, and the effect some calls later.', async () => {
  const { root, world } = newWorld();
  world.faults.add({ kind: 'lateEffect', action: 'CreateUser', nth: 1, afterCalls: 2 });
  await expect(createUser(root, 'a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await root.iam('ListUsers');
  expect(made(root)).toEqual([]);
  await root.iam('ListUsers');
  expect(made(root)).toEqual(['a']);
});

test("latency passes on the world's clock; hang ends only with the caller's patience.", async () => {
  const { root, world, clock } = newWorld({ latencyMs: 100 });
  let answered = false;
  const asked = createUser(root, 'a').then(() => (answered = true));
  await clock.advance(99);
  expect(answered).toBe(false);
  await clock.advance(1);
  await asked;
  world.faults.add({ kind: 'hang' });
  const stop = new AbortController();
  const hung = world.service({
    method: 'GET',
    url: new URL('https://s3.amazonaws.com/'),
    headers: {},
    signal: stop.signal,
  });
  await clock.advance(3_600_000);
  stop.abort(new Error('patience is over'));
  await expect(hung).rejects.toThrow('patience is over');
});

test('Throttling: a rate that is used up, per account and action.', async () => {
  const { root, world, clock } = newWorld({
    rate: (service) => (service === 'iam' ? { burst: 2, perSecond: 1 } : undefined),
  });
  const codes = [await root.iam('ListUsers'), await root.iam('ListUsers'), await root.iam('ListUsers')].map(
    ({ code }) => code,
  );
  expect(codes).toEqual([undefined, undefined, 'Throttling']);
  expect((await createUser(root, 'a')).status).toBe(200);
  expect((await new Client(world, clock, world.account('999999999999').rootKey).iam('ListUsers')).status).toBe(200);
  await clock.advance(1000);
  expect((await root.iam('ListUsers')).status).toBe(200);
});

test('A restored world goes on where the saved one stood: keys, buckets, objects, lag and identifiers.', async () => {
  const { root, world, clock } = newWorld({ lagMs: 5000 });
  const bob = await root.user('bob', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
  await root.bucket('kept');
  await root.s3('PUT', '/kept/k', { body: 'content' });
  const saved = JSON.parse(JSON.stringify(world.snapshot()));
  const twin = createAws({ clock, lagMs: 5000 });
  twin.restore(saved);
  const again = (client: Client): Client => new Client(twin, clock, client.credentials);
  expect((await again(bob).s3('GET', '/kept/k')).code).toBe('InvalidAccessKeyId');
  await clock.advance(5000);
  expect((await again(bob).s3('GET', '/kept/k')).text).toBe('content');
  expect(tag((await again(root).iam('CreateUser', { UserName: 'eve' })).text, 'UserId')).toMatch(/^AIDA/);
  expect(world.account('123456789012').users()).toHaveLength(1);
  expect(twin.account('123456789012').rootKey).toEqual(world.account('123456789012').rootKey);
});

test('The call log names who did what, and no secret.', async () => {
  const { root, world } = newWorld();
  const bob = await root.user('bob', [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }]);
  await bob.sts('AssumeRole', {
    RoleArn: 'arn:aws:iam::123456789012:role/none',
    RoleSessionName: 'me',
    ExternalId: 'very-secret',
  });
  expect(world.calls.at(-1)).toMatchObject({
    service: 'sts',
    action: 'AssumeRole',
    account: '123456789012',
    caller: 'arn:aws:iam::123456789012:user/bob',
    status: 403,
    errorCode: 'AccessDenied',
    effect: 'write',
    applied: false,
  });
  const log = JSON.stringify(world.calls);
  for (const secret of ['very-secret', bob.credentials?.secretAccessKey ?? '', root.credentials?.secretAccessKey ?? ''])
    expect(log).not.toContain(secret);
});

test('Accounts do not see each other, and their keys differ.', async () => {
  const { root, world, clock } = newWorld();
  await createUser(root, 'a');
  const other = new Client(world, clock, world.account('999999999999').rootKey);
  expect((await other.iam('GetUser', { UserName: 'a' })).code).toBe('NoSuchEntity');
  expect((await other.iam('CreateUser', { UserName: 'a' })).status).toBe(200);
  expect(() => world.account('12')).toThrow('twelve digits');
});

test('A thousand worlds are made in well under a second.', () => {
  const before = performance.now();
  for (let i = 0; i < 1000; i++) createAws({ clock: new VirtualClock() }).account('123456789012');
  expect(performance.now() - before).toBeLessThan(1000);
});
