// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator with exactly the policy of docs/permissions.md, as a role: everything works, and nothing in it is unused. */
import { expect, test } from '@jest/globals';
import { operatorPolicy, operatorStatements, type Statement } from '../../../src/clouds/aws/operator-policy.ts';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import { Failure } from '../../../src/core/failure.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { account, conditionOf, makeStage, type Stage } from '../../kinds/backup-target/stage.ts';
import { manifestOf, userName } from '../../kinds/backup-target/manifests.ts';
import { stories, type Cast, type Story } from '../../kinds/backup-target/stories.ts';

const roleName = 'hybrid-cloud-operator';
const roleArn = `arn:aws:iam::${account}:role/${roleName}`;

function rootOf({ aws, clock }: Stage): AwsSession {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const credentials = aws.account(account).rootKey;
  return new Aws({ wire, clock }).bare({ region: 'ap-northeast-2', account, credentials });
}

const json = (value: object) => JSON.stringify(value);

/** A user that may do one thing, assume the role; its key is in a Secret, and the role has the policy. */
async function castWith(statements: readonly Statement[]): Promise<Cast> {
  const stage = makeStage({ giveUp: (now) => denialsOf(now).length > 0 });
  const root = rootOf(stage);
  const trust = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' };
  const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn };
  const version = '2012-10-17';
  await root.send(
    write('iam', 'CreateRole', {
      RoleName: roleName,
      AssumeRolePolicyDocument: json({ Version: version, Statement: [trust] }),
    }),
  );
  await root.send(
    write('iam', 'PutRolePolicy', {
      RoleName: roleName,
      PolicyName: 'all',
      PolicyDocument: json(operatorPolicy('aws', statements)),
    }),
  );
  await root.send(write('iam', 'CreateUser', { UserName: 'starter', Path: '/people/' }));
  await root.send(
    write('iam', 'PutUserPolicy', {
      UserName: 'starter',
      PolicyName: 'assume',
      PolicyDocument: json({ Version: version, Statement: [assume] }),
    }),
  );
  const { AccessKey: key } = await root.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    write('iam', 'CreateAccessKey', { UserName: 'starter' }),
  );
  const stringData = { accessKeyID: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
  const data = Object.fromEntries(
    Object.entries(stringData).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
  stage.kube.install([
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'aws', namespace: 'default' }, type: 'Opaque', data },
  ]);
  stage.aws.calls.length = 0;
  return { stage, root, aws: { credentialsSecretRef: { name: 'aws' }, assumeRole: { arn: roleArn } } };
}

/** Refused calls of the role, and what the engine called refused (DeleteObjects refuses inside an answer 200). */
function denialsOf({ aws, outputs }: Stage): string[] {
  const refused = aws.calls.filter((call) => call.status === 403 && call.caller?.includes(roleName));
  const failed = outputs.steps.filter(({ error }) => error instanceof Failure && error.class === 'Denied');
  return [...refused.map(({ service, action }) => `${service}:${action}`), ...failed.map(({ step }) => step.do)];
}

async function play(story: Story, statements: readonly Statement[]): Promise<{ denied: string[]; failed?: Error }> {
  const cast = await castWith(statements);
  try {
    await story(cast);
    return { denied: denialsOf(cast.stage) };
  } catch (failed) {
    return { denied: denialsOf(cast.stage), failed: failed as Error };
  }
}

test.each(Object.entries(stories))('With exactly its policy the operator gets through %s.', async (_name, story) => {
  const { failed, denied } = await play(story, operatorStatements);
  if (failed) throw failed;
  expect(denied).toEqual([]);
});

const actions = operatorStatements.flatMap(({ grants }) => grants.map(({ action }) => action));

function without(action: string): Statement[] {
  return operatorStatements.map((statement) => ({
    ...statement,
    grants: statement.grants.filter((grant) => grant.action !== action),
  }));
}

test.each(actions)('Without %s some story is refused: the policy holds nothing that is not needed.', async (action) => {
  const statements = without(action).filter(({ grants }) => grants.length > 0);
  for (const story of Object.values(stories)) {
    const { denied } = await play(story, statements);
    if (denied.length > 0) return;
  }
  throw new Error(`${action} was never needed`);
});

test('Every call to AWS that the operator made came from the role, but for the login that assumes it.', async () => {
  const cast = await castWith(operatorStatements);
  await stories['an object whose spec changes']?.(cast);
  const callers = cast.stage.aws.calls.filter(({ caller }) => !caller?.endsWith(':root'));
  const strangers = callers.filter(({ caller }) => !caller?.includes(roleName) && !caller?.includes(userName));
  expect(new Set(strangers.map(({ action }) => action))).toEqual(new Set(['AssumeRole']));
});

test('A user outside the path /hybridcloud/ is left alone, and the object says that it is not ours.', async () => {
  const cast = await castWith(operatorStatements);
  await cast.root.send(write('iam', 'CreateUser', { UserName: userName }));
  const manifest = manifestOf({ aws: cast.aws });
  await cast.stage.apply(manifest);
  await cast.stage.until(manifest.name, (_object, { next }) => next === 'later');
  expect(conditionOf(cast.stage.object(manifest.name), 'Stalled')).toMatchObject({ status: 'True', reason: 'NotOurs' });
});
