// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, expect, test } from '@jest/globals';
import { read, write } from '../../src/clouds/aws/request.ts';
import { Aws } from '../../src/clouds/aws/aws.ts';
import type { HttpRequest, Transport } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { backupTargets, place, putSecret, target } from '../operator/worlds.ts';
import { planted } from '../leaks/channels.ts';
import { search } from './search.ts';
import { echo, editedSecret, kubernetesToken, stalk, userSecret, wrongSecret, type Stalked } from './stalking.ts';

const account = '123456789012';
const aws = { aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } };
const secrets = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
let stalked: Stalked | undefined;

afterEach(async () => {
  await stalked?.end();
  stalked = undefined;
});

async function begin(around?: (transport: Transport) => Transport): Promise<Stalked> {
  stalked = await stalk(around);
  return stalked;
}

async function apply(world: Stalked, spec: object = aws): Promise<void> {
  await world.admin.create(backupTargets, place, target(spec));
}

const ready = (world: Stalked) => () => world.condition('Ready')?.status === 'True';

/** Nothing of it was shown, and there was something to search: an empty search proves nothing. */
async function expectNoLeak(world: Stalked): Promise<void> {
  const shown = await world.shown();
  const places = shown.map(([where]) => where.split('/')[0]);
  expect(places).toEqual(expect.arrayContaining(['backuptargets', 'log', 'record of a call', 'metrics']));
  expect(search(shown, world.canaries())).toEqual([]);
}

test('Creation, validation, rest and deletion show no secret.', async () => {
  const world = await begin();
  await apply(world);
  await world.until(ready(world));
  await world.pass(600);
  expect(Object.keys(world.canaries())).toHaveLength(5);
  await expectNoLeak(world);
  await world.admin.remove(backupTargets, place);
  await world.until(() => world.get() === undefined);
  expect(search(await world.shown(), world.canaries())).toEqual([]);
});

test('A wrong secret, and then the right one again, show neither.', async () => {
  const world = await begin();
  const { accessKeyID } = world.aws.account(account).rootKey;
  await putSecret(world, 'aws', { accessKeyID, secretAccessKey: wrongSecret });
  await apply(world);
  await world.until(() => world.condition('Ready')?.reason === 'CredentialsRejected');
  await putSecret(world, 'aws', { accessKeyID, secretAccessKey: userSecret });
  await world.until(ready(world));
  await expectNoLeak(world);
});

test('A session token is shown no more than the key that it belongs to.', async () => {
  const world = await begin();
  const wire = createWire({ transport: world.aws.service, clock: world.clock, fence: unfenced });
  const { rootKey } = world.aws.account(account);
  const clouds = new Aws({ wire, clock: world.clock });
  const root = clouds.bare({ region: 'us-east-1', account, credentials: rootKey });
  const session = await sessionOf(clouds, root);
  await putSecret(world, 'aws', session);
  await apply(world);
  await world.until(ready(world));
  const { secretAccessKey, sessionToken } = session;
  expect(search(await world.shown(), { ...world.canaries(), secretAccessKey, sessionToken })).toEqual([]);
});

test('A delivered Secret that somebody edits shows neither the old value nor the new one.', async () => {
  const world = await begin();
  await apply(world);
  await world.until(ready(world));
  const data = { secretAccessKey: Buffer.from(editedSecret).toString('base64') };
  await world.admin.patch(secrets, { ...place, name: 'vm-backups-s3' }, { type: 'merge', body: { data } });
  await world.until(() => world.condition('Stalled')?.reason === 'SecretEdited', 900);
  await expectNoLeak(world);
});

type Strike = (request: HttpRequest) => boolean;

const calls =
  (action: string): Strike =>
  ({ url, body }) =>
    url.host.startsWith('aws') && String(body).includes(`Action=${action}`);

const strikes: readonly (readonly [what: string, strike: Strike])[] = [
  ['the writing of a status', ({ url }) => url.pathname.endsWith('/status')],
  ['the reservation of the Secret', ({ url, method }) => url.pathname.endsWith('/secrets') && method === 'POST'],
  ['the delivery of the key', ({ url, method }) => url.pathname.includes('/secrets/') && method === 'PATCH'],
  ['the reading of credentials', ({ url, method }) => url.pathname.endsWith('/secrets/aws') && method === 'GET'],
  ['an event', ({ url }) => url.pathname.endsWith('/events')],
  ['the login', calls('GetCallerIdentity')],
  ['the look at all users', calls('GetAccountAuthorizationDetails')],
  [
    'the creation of the bucket',
    ({ url, method }) => url.host.startsWith('aws') && method === 'PUT' && url.search === '',
  ],
  ['the creation of the key', calls('CreateAccessKey')],
  ['the validation', ({ url }) => url.pathname.includes('/.hybridcloud/')],
];

/** Strikes every call of its sort. */
function echoing(
  strike: Strike,
  status: number,
): { around: (transport: Transport) => Transport; struck: () => number } {
  let count = 0;
  return {
    struck: () => count,
    around: (transport) => async (request) => {
      if (!strike(request)) return transport(request);
      count++;
      return echo(request, status, [kubernetesToken, userSecret]);
    },
  };
}

test.each(strikes)(
  'A server that refuses %s, and writes all that it was sent into its answer, makes nothing show.',
  async (_what, strike) => {
    const { around, struck } = echoing(strike, 403);
    const world = await begin(around);
    await apply(world);
    await world.until(() => struck() > 0, 300);
    await world.pass(20);
    await expectNoLeak(world);
  },
);

test.each(strikes)(
  'A server that fails at %s, and writes all that it was sent into its answer, makes nothing show.',
  async (_what, strike) => {
    const { around, struck } = echoing(strike, 500);
    const world = await begin(around);
    await apply(world);
    await world.until(() => struck() > 0, 300);
    await world.pass(20);
    await expectNoLeak(world);
  },
);

test('A network whose errors hold the request, with its headers, shows nothing of them.', async () => {
  let broken = 0;
  const world = await begin((transport) => async (request) => {
    if (broken >= 6 || request.method === 'GET') return transport(request);
    broken++;
    const told = `socket hang up ${JSON.stringify(request.headers)} ${String(request.body)}`;
    throw Object.assign(new Error(told, { cause: new Error(told) }), { code: 'ECONNRESET', request });
  });
  await apply(world);
  await world.until(ready(world), 600);
  expect(broken).toBe(6);
  await expectNoLeak(world);
});

test('The search bites: a secret planted in a status, an event, a log line or an annotation is found, in every encoding.', async () => {
  const world = await begin();
  await apply(world);
  await world.until(ready(world));
  const canaries = world.canaries();
  planted(userSecret);
  const clean = await world.shown();
  for (const [name, secret] of Object.entries(canaries)) {
    for (const text of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')]) {
      const hits = search([...clean, ['planted', JSON.stringify({ message: `oh ${text}` })]], canaries);
      expect(hits).toContainEqual(expect.objectContaining({ where: 'planted', canary: name }));
    }
  }
  await world.admin.patch(backupTargets, place, {
    type: 'merge',
    body: { metadata: { annotations: { note: userSecret } } },
  });
  const found = search(await world.shown(), canaries).map(({ where }) => where);
  expect(found).toContain('backuptargets/vm-backups');
});

/** Of a role that may do all. */
async function sessionOf(clouds: Aws, root: ReturnType<Aws['bare']>) {
  const all = { Effect: 'Allow', Action: '*', Resource: '*' };
  const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });
  await root.send(write('iam', 'CreateRole', { RoleName: 'all', AssumeRolePolicyDocument: trust }));
  await root.send(write('iam', 'PutRolePolicy', { RoleName: 'all', PolicyName: 'all', PolicyDocument: document(all) }));
  await root.send(write('iam', 'CreateUser', { UserName: 'starter' }));
  await root.send(
    write('iam', 'PutUserPolicy', { UserName: 'starter', PolicyName: 'all', PolicyDocument: document(all) }),
  );
  const { AccessKey: key } = await root.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    write('iam', 'CreateAccessKey', { UserName: 'starter' }),
  );
  const credentials = { accessKeyID: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
  const { Credentials: given } = await clouds
    .bare({ region: 'us-east-1', account, credentials })
    .send<{ Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string } }>(
      read('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/all`, RoleSessionName: 'canary' }),
    );
  return {
    accessKeyID: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
}
