// SPDX-License-Identifier: GPL-3.0-or-later
/** What Ready says and when; and credentials that are not what they should be. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { putSecret, target, worlds, type Running, type Worlds } from '../worlds.ts';
import {
  account,
  cloudCalls,
  cloudWrites,
  editSpec,
  eventsOf,
  glide,
  isReady,
  isSynced,
  rootOf,
  sessionOf,
  stalledBy,
  generationSeen,
} from './hands.ts';
import { write } from '../../../src/clouds/aws/request.ts';

let world: Worlds;
let running: Running;
const wellAgain = () => isReady(world) && isSynced(world);
const conditions = () => JSON.stringify((world.get()?.status as { conditions?: unknown } | undefined)?.conditions);

beforeEach(() => {
  world = worlds();
  running = world.operator();
});
afterEach(() => world.end());

describe('Credentials', () => {
  const spec = { aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } };
  const root = () => account(world).rootKey;
  const wrong: readonly (readonly [string, () => Record<string, string>, string, RegExp])[] = [
    ['empty Secret', () => ({}), 'CredentialsMissing', /Add both keys to it\.$/],
    ['Secret without the id', () => ({ secretAccessKey: root().secretAccessKey }), 'CredentialsMissing', /Add both/],
    ['Secret without the secret', () => ({ accessKeyID: root().accessKeyID }), 'CredentialsMissing', /Add both/],
    ['Secret with blanks', () => ({ accessKeyID: ' ', secretAccessKey: '\n' }), 'CredentialsMissing', /Add both/],
    [
      'unknown id',
      () => ({ ...root(), accessKeyID: 'AKIAAAAAAAAAAAAAAAAA' }),
      'CredentialsRejected',
      /not known to AWS/,
    ],
    ['wrong secret', () => ({ ...root(), secretAccessKey: 'x'.repeat(40) }), 'CredentialsRejected', /does not belong/],
    [
      'session token that is none',
      () => ({ ...root(), sessionToken: 'none' }),
      'CredentialsRejected',
      /token|not known/,
    ],
  ];

  test.each(wrong)(
    'from an %s: one clear condition, few calls, no write; made right, Ready within 10 s.',
    async (_, values, reason, message) => {
      await putSecret(world, 'aws', values());
      world.kubernetes.install([target(spec)]);
      await world.until(() => stalledBy(world) === reason, 5);
      expect(world.condition('Ready')).toMatchObject({ status: 'False', reason });
      expect(world.condition('Ready')?.message).toMatch(message);
      await glide(world, 1200);
      expect(cloudCalls(running).length).toBeLessThan(8);
      expect(cloudWrites(running)).toEqual([]);
      expect(eventsOf(world).length).toBeLessThanOrEqual(2);
      await world.admin.remove(
        { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
        { namespace: 'default', name: 'aws' },
      );
      await world.until(() => stalledBy(world) === 'CredentialsMissing', 10);
      await putSecret(world, 'aws', { ...root() });
      await world.until(wellAgain, 10);
    },
  );

  test('with a session token that expires while at rest: Stalled with the cure, and Ready within 10 s of new ones.', async () => {
    const admin = rootOf(world);
    const version = '2012-10-17';
    const trust = JSON.stringify({
      Version: version,
      Statement: [{ Effect: 'Allow', Principal: { AWS: account(world).id }, Action: 'sts:AssumeRole' }],
    });
    const PolicyDocument = JSON.stringify({
      Version: version,
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    await admin.send(write('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust }));
    await admin.send(write('iam', 'PutRolePolicy', { RoleName: 'r', PolicyName: 'p', PolicyDocument }));
    await admin.send(write('iam', 'CreateUser', { UserName: 'u' }));
    await admin.send(write('iam', 'PutUserPolicy', { UserName: 'u', PolicyName: 'p', PolicyDocument }));
    const { AccessKey } = await admin.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
      write('iam', 'CreateAccessKey', { UserName: 'u' }),
    );
    const { AccessKeyId: accessKeyID, SecretAccessKey: secretAccessKey } = AccessKey;
    const user = sessionOf(world, { accessKeyID, secretAccessKey });
    const session = async () => {
      const { Credentials: c } = await user.send<{
        Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
      }>(
        write('sts', 'AssumeRole', {
          RoleArn: `arn:aws:iam::${account(world).id}:role/r`,
          RoleSessionName: 'starter',
          DurationSeconds: 900,
        }),
      );
      return { accessKeyID: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken };
    };
    await putSecret(world, 'aws', await session());
    world.kubernetes.install([target(spec)]);
    await world.until(wellAgain, 30);
    await glide(world, 1600);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'CredentialsRejected' });
    expect(world.condition('Ready')?.message).toContain('the session token has expired');
    await putSecret(world, 'aws', await session());
    await world.until(wellAgain, 10);
  });
});

describe('Ready', () => {
  test('keeps its transition times over looks that change nothing, and no condition is rewritten for an hour.', async () => {
    world.kubernetes.install([target()]);
    await world.until(wellAgain);
    await glide(world, 20);
    const before = conditions();
    await glide(world, 3600);
    expect(conditions()).toBe(before);
  });

  test('is never True for a new generation before it was looked at, even when every look of it fails.', async () => {
    world.kubernetes.install([target()]);
    await world.until(wellAgain);
    await glide(world, 400);
    world.aws.faults.add({ kind: 'error', status: 500 });
    await editSpec(world, { bucket: { versioning: 'Suspended' } });
    for (let second = 0; second < 200; second++) {
      await world.pass(1);
      const status = world.get()?.status as {
        observedGeneration: number;
        conditions: { type: string; status: string; observedGeneration: number }[];
      };
      const ready = status.conditions.find(({ type }) => type === 'Ready');
      expect(`${ready?.observedGeneration} ${ready?.status}`).not.toBe('2 True');
    }
    expect(world.condition('Ready')).toMatchObject({ status: 'Unknown', reason: 'ServiceError' });
    world.aws.faults.clear();
    await world.until(() => wellAgain() && generationSeen(world) === 2, 320);
  });

  test('over an hour of failing looks: at most 3 event objects, and one message that does not change.', async () => {
    world.kubernetes.install([target()]);
    await world.until(wellAgain);
    await glide(world, 30);
    const before = eventsOf(world).length;
    world.aws.faults.add({ kind: 'error', status: 503, code: 'ServiceUnavailable' });
    await glide(world, 900);
    const said = world.condition('Ready');
    expect(said).toMatchObject({ status: 'Unknown' });
    await glide(world, 2700);
    expect(world.condition('Ready')).toEqual(said);
    expect(said?.message).toMatch(/It is tried again by itself\.$/);
    expect(said?.message).not.toMatch(/\d{4}-\d\d|[0-9a-f]{8}-[0-9a-f]{4}|request ?id/i);
    expect(eventsOf(world).length - before).toBeLessThanOrEqual(3);
  });
});
