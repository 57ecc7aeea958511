// SPDX-License-Identifier: GPL-3.0-or-later
/** What the identity lacks is named whole before anything is made, asked of AWS once for all who wait, and never at rest. */
import { afterEach, expect, test } from '@jest/globals';
import { write } from '../../src/clouds/aws/request.ts';
import { accountID, cloudCalls, cloudWrites, isReady, isSynced, rootOf, stalledBy } from './bad-days/hands.ts';
import { target, worlds, type Running, type Worlds } from './worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };
const person = 'operator';

async function allow(...Statement: object[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allowAll, ...Statement] });
  await rootOf(world).send(write('iam', 'PutUserPolicy', { UserName: person, PolicyName: 'all', PolicyDocument }));
}

const deny = (...Action: string[]) => ({ Effect: 'Deny', Action, Resource: '*' });

/** The operator as a user that may do everything but what is denied. */
async function operatorDenied(...denied: object[]): Promise<Running> {
  world = worlds();
  const root = rootOf(world);
  await root.send(write('iam', 'CreateUser', { UserName: person }));
  await allow(...denied);
  const { AccessKey: key } = await root.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    write('iam', 'CreateAccessKey', { UserName: person }),
  );
  return world.operator({
    env: { AWS_ACCESS_KEY_ID: key.AccessKeyId, AWS_SECRET_ACCESS_KEY: key.SecretAccessKey },
  });
}

const well = (name?: string) => isReady(world, name) && isSynced(world, name);
const asked = (running: Running) =>
  cloudCalls(running).filter(({ call }) => call.action === 'SimulatePrincipalPolicy').length;

test('Two missing permissions are both named in one condition before any write; granted, it goes on by itself, and asks no more.', async () => {
  const running = await operatorDenied(deny('s3:PutBucketPolicy', 'iam:CreateAccessKey'));
  world.kubernetes.install([target()]);
  await world.until(() => stalledBy(world) === 'PermissionsMissing', 10);
  const says =
    /2 permissions missing, .*Allow s3:PutBucketPolicy on arn:aws:s3:::iksan-vm-backups; iam:CreateAccessKey on arn:aws:iam::\d+:user\/hybridcloud\/user-vm-backups$/;
  expect(world.condition('Permissions')).toMatchObject({ status: 'False', reason: 'Missing' });
  expect(world.condition('Permissions')?.message).toMatch(says);
  expect(world.condition('Ready')?.message).toMatch(/^Nothing was begun: 2 permissions missing/);
  expect(cloudWrites(running)).toEqual([]);
  await allow();
  await world.until(well, 400);
  expect(world.condition('Permissions')).toMatchObject({ status: 'True', reason: 'MoreThanNeeded' });
  expect(world.condition('Permissions')?.message).toMatch(
    /iam:CreateAccessKey, .*iam:PutUserPolicy.* on users outside /,
  );
  const count = asked(running);
  await world.pass(60);
  expect(asked(running)).toBe(count);
});

test('Forty objects at once are asked for together, and what stands is not asked for again.', async () => {
  const running = await operatorDenied();
  const names = Array.from({ length: 40 }, (_, n) => `target-${n}`);
  world.kubernetes.install(
    names.map((name) => {
      const manifest = target({}, name) as { metadata: object };
      return manifest;
    }),
  );
  await world.until(() => names.every((name) => well(name)), 400);
  expect(asked(running)).toBe(1);
}, 60_000);

test('Who may not ask is told how to allow it, and everything works as before.', async () => {
  const running = await operatorDenied(deny('iam:SimulatePrincipalPolicy'));
  world.kubernetes.install([target()]);
  await world.until(well, 60);
  expect(world.condition('Permissions')).toMatchObject({ status: 'Unknown', reason: 'NotAsked' });
  expect(world.condition('Permissions')?.message).toMatch(/Allow iam:SimulatePrincipalPolicy to it/);
  expect(asked(running)).toBe(1);
});

test('Who may not ask and lacks something is told by the refusal, as before.', async () => {
  await operatorDenied(deny('iam:SimulatePrincipalPolicy', 'iam:CreateUser'));
  world.kubernetes.install([target()]);
  await world.until(() => stalledBy(world) === 'AccessDenied', 30);
  expect(world.condition('Ready')?.message).toMatch(/Allow iam:CreateUser/);
});

test('A denial that hangs on what the simulation was not told holds nothing up: AWS itself lets it through.', async () => {
  await operatorDenied({
    ...deny('s3:CreateBucket'),
    Condition: { StringNotEquals: { 'aws:RequestedRegion': 'ap-northeast-2' } },
  });
  world.kubernetes.install([target()]);
  await world.until(well, 60);
  expect(world.condition('Permissions')?.status).toBe('True');
});

test("An identity that may change no users but the operator's has no more than it needs.", async () => {
  await operatorDenied({
    Effect: 'Deny',
    Action: ['iam:*User*', 'iam:*AccessKey'],
    NotResource: ['arn:aws:iam::*:user/hybridcloud/*', `arn:aws:iam::*:user/${person}`],
  });
  world.kubernetes.install([target()]);
  await world.until(well, 60);
  expect(world.condition('Permissions')).toMatchObject({ status: 'True', reason: 'Allowed' });
});

test('What this plan does not do is named and holds nothing up.', async () => {
  await operatorDenied(deny('iam:DeleteUser'));
  world.kubernetes.install([target()]);
  await world.until(well, 60);
  expect(world.condition('Permissions')?.message).toMatch(/^1 permission missing, .* iam:DeleteUser on arn:aws:iam::/);
});

test('The root user is not asked about: AWS cannot simulate it.', async () => {
  world = worlds();
  const running = world.operator();
  world.kubernetes.install([target()]);
  await world.until(well, 60);
  expect(world.condition('Permissions')).toMatchObject({ status: 'Unknown', reason: 'NotAsked' });
  expect(world.condition('Permissions')?.message).toMatch(/cannot simulate the root user/);
  expect(asked(running)).toBe(0);
  expect(world.aws.account(accountID).buckets()).toHaveLength(1);
});
