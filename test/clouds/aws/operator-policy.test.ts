// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator with exactly the policy of docs/permissions.md, as a role: everything works, and nothing in it is unused. */
import { describe, expect, test } from '@jest/globals';
import {
  boundaryPolicy,
  boundedStatements,
  operatorPolicy,
  operatorStatements,
  type PolicyWish,
  type Statement,
} from '../../../src/clouds/aws/operator-policy.ts';
import { recordedPermissions } from '../../../src/clouds/aws/recorded-permissions.ts';
import { write, type AwsRequest } from '../../../src/clouds/aws/request.ts';
import { account, conditionOf } from '../../kinds/stage.ts';
import { manifestOf, userName } from '../../kinds/backup-target/manifests.ts';
import { makeBoundary, stories, type Story } from '../../kinds/backup-target/stories.ts';
import { recordedOf, seenPermissions } from '../../packaging/recorded-policy.ts';
import { castWith, denialsOf, roleArn, roleName, sessionOn } from './cast.ts';

const wish: PolicyWish = { partition: 'aws', buckets: ['iksan-*'] };
const boundedWish = { ...wish, boundary: { account, policy: 'hybridcloud/backup-user' } };

async function play(story: Story, policy: object, bounded = false): Promise<{ denied: string[]; failed?: Error }> {
  const made = await castWith(policy);
  if (bounded) await makeBoundary(made);
  const cast = bounded ? { ...made, user: { permissionsBoundary: boundedWish.boundary.policy } } : made;
  try {
    await story(cast);
    return { denied: denialsOf(cast.stage) };
  } catch (failed) {
    return { denied: denialsOf(cast.stage), failed: failed as Error };
  }
}

test.each(Object.entries(stories))('With exactly its policy the operator gets through %s.', async (_name, story) => {
  const { failed, denied } = await play(story, operatorPolicy(wish));
  if (failed) throw failed;
  expect(denied).toEqual([]);
});

const unbounded = new Set(['a permissions boundary', 'an adoption']);

test.each(Object.entries(stories).filter(([name]) => !unbounded.has(name)))(
  'With its policy for bounded users only, the operator gets through %s.',
  async (_name, story) => {
    const { failed, denied } = await play(story, operatorPolicy(boundedWish), true);
    if (failed) throw failed;
    expect(denied).toEqual([]);
  },
);

/** Played once for all tests. */
const seen = seenPermissions();

const actions = operatorStatements.flatMap(({ grants }) => grants.map(({ action }) => action));

function without(action: string): Statement[] {
  return operatorStatements
    .map((statement) => ({ ...statement, grants: statement.grants.filter((grant) => grant.action !== action) }))
    .filter(({ grants }) => grants.length > 0);
}

test.each(actions)('Without %s some story is refused: the policy holds nothing that is not needed.', async (action) => {
  const story = stories[(await seen).find(({ permission }) => permission.action === action)?.story ?? ''];
  if (!story) throw new Error(`${action} was never asked for`);
  expect((await play(story, operatorPolicy(wish, without(action)))).denied).not.toEqual([]);
});

test('The recording that the policy is made of is what the stories ask for now ("npm run record" writes it).', async () => {
  expect(recordedOf(await seen)).toEqual(recordedPermissions);
});

test('Every permission says what it is for.', () => {
  const mute = operatorStatements.flatMap(({ grants }) => grants.filter(({ why }) => why === ''));
  expect(mute).toEqual([]);
});

const reads = /^(s3:(Get|List)|iam:(Get|List|Simulate)|cloudwatch:Get)/;

describe.each([
  ['plain', operatorPolicy(wish)],
  ['bounded', operatorPolicy(boundedWish)],
])('The %s policy', (_, policy) => {
  test('attack-29: is no wildcard, and changes only things below a path or a name of ours.', () => {
    for (const { Action, Resource } of policy.Statement) {
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      if (Action.every((action) => reads.test(action))) continue;
      for (const resource of Resource)
        expect(resource).toMatch(/^arn:aws:(s3:::iksan-\*(\/\*)?|iam::\*:user\/hybridcloud\/\*)$/);
    }
  });

  test('fits into a managed policy: 6,144 characters.', () => {
    expect(JSON.stringify(policy).length).toBeLessThan(6144);
  });
});

test('Every call to AWS that the operator made came from the role, but for the login that assumes it.', async () => {
  const cast = await castWith(operatorPolicy(wish));
  await stories['an object whose spec changes']?.(cast);
  const callers = cast.stage.aws.calls.filter(({ caller }) => !caller?.endsWith(':root'));
  const strangers = callers.filter(({ caller }) => !caller?.includes(roleName) && !caller?.includes(userName));
  expect(new Set(strangers.map(({ action }) => action))).toEqual(new Set(['AssumeRole']));
});

test('A user outside the path /hybridcloud/ is left alone, and the object says that it is not ours.', async () => {
  const cast = await castWith(operatorPolicy(wish));
  await cast.root.send(write('iam', 'CreateUser', { UserName: userName }));
  const manifest = manifestOf({ aws: cast.aws });
  await cast.stage.apply(manifest);
  await cast.stage.until(manifest.name, (_object, { next }) => next === 'later');
  expect(conditionOf(cast.stage.object(manifest.name), 'Stalled')).toMatchObject({ status: 'True', reason: 'NotOurs' });
});

describe('Who holds the bounded policy', () => {
  const admin = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const mallory = { UserName: 'mallory', Path: '/hybridcloud/' };

  /** The operator's role itself, in somebody else's hands. */
  const holder = async () => {
    const { stage, root } = await castWith(operatorPolicy(boundedWish));
    const boundary = await makeBoundary({ root });
    const starter = stage.aws
      .account(account)
      .users()
      .find(({ name }) => name === 'starter')?.keys[0];
    const { Credentials: got } = await sessionOn(stage, {
      accessKeyID: starter?.id ?? '',
      secretAccessKey: starter?.secret ?? '',
    }).send<{ Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string } }>(
      write('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'thief' }),
    );
    const role = sessionOn(stage, {
      accessKeyID: got.AccessKeyId,
      secretAccessKey: got.SecretAccessKey,
      sessionToken: got.SessionToken,
    });
    const refusal = async (request: AwsRequest, as = role) => {
      await as.send(request).catch(() => undefined);
      return stage.aws.calls.at(-1)?.errorCode;
    };
    return { stage, root, role, boundary, refusal };
  };

  test('attack-29: cannot make a user without the boundary, or with another one, nor write a policy for an unbounded user.', async () => {
    const { root, refusal } = await holder();
    const loose = `arn:aws:iam::${account}:policy/loose`;
    await root.send(write('iam', 'CreatePolicy', { PolicyName: 'loose', PolicyDocument: admin }));
    expect(await refusal(write('iam', 'CreateUser', mallory))).toBe('AccessDenied');
    expect(await refusal(write('iam', 'CreateUser', { ...mallory, PermissionsBoundary: loose }))).toBe('AccessDenied');
    await root.send(write('iam', 'CreateUser', mallory));
    const policy = { UserName: 'mallory', PolicyName: 'p', PolicyDocument: admin };
    expect(await refusal(write('iam', 'PutUserPolicy', policy))).toBe('AccessDenied');
    const bound = { UserName: 'mallory', PermissionsBoundary: loose };
    expect(await refusal(write('iam', 'PutUserPermissionsBoundary', bound))).toBe('AccessDenied');
  });

  test('attack-29: cannot make an administrator: a bounded user with every right written on it has those of a backup user.', async () => {
    const { stage, role, boundary, refusal } = await holder();
    await role.send(write('iam', 'CreateUser', { ...mallory, PermissionsBoundary: boundary }));
    await role.send(write('iam', 'PutUserPolicy', { UserName: 'mallory', PolicyName: 'p', PolicyDocument: admin }));
    expect(await refusal(write('iam', 'DeleteUserPermissionsBoundary', { UserName: 'mallory' }))).toBe('AccessDenied');
    const { AccessKey } = await role.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
      write('iam', 'CreateAccessKey', { UserName: 'mallory' }),
    );
    const user = sessionOn(stage, { accessKeyID: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    expect(await refusal(write('iam', 'CreateUser', { UserName: 'second' }), user)).toBe('AccessDenied');
    expect(await refusal(write('s3', 'DeleteBucketPolicy', { Bucket: 'iksan-x' }), user)).not.toBeUndefined();
    expect(await refusal(write('s3', 'ListBuckets', {}), user)).toBe('AccessDenied');
    expect(await refusal(write('iam', 'CreateAccessKey', { UserName: 'starter' }), user)).toBe('AccessDenied');
  });
});

test('The boundary lets a backup user do all that its policy says, and nothing of IAM.', () => {
  const allowed = boundaryPolicy(wish).Statement.flatMap(({ Action }) => Action);
  expect(allowed.filter((action) => !/^(s3|kms):/.test(action))).toEqual([]);
  expect(boundedStatements().filter(({ bounded }) => bounded)).not.toEqual([]);
});
