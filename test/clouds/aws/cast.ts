// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator as a role with a given policy, on a stage: a user may do one thing, assume it; its key is in a Secret. */
import type { PolicyText } from '../../../src/clouds/aws/policy/operator.ts';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { Credentials } from '../../../src/clouds/aws/clients.ts';
import { quickEc2Times } from '../../../src/simulator/aws/ec2/times.ts';
import { quickElbTimes } from '../../../src/simulator/aws/elbv2/times.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import { Failure } from '../../../src/core/failure.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { account, conditionOf, makeStage, type Stage, type StageOptions } from '../../kinds/stage.ts';

export interface Cast {
  readonly stage: Stage;
  /** The account's administrator. */
  readonly root: AwsSession;
  /** What every manifest says of `aws` beside the region. */
  readonly aws: object;
}

export const roleName = 'hybrid-cloud-operator';
export const roleArn = `arn:aws:iam::${account}:role/${roleName}`;

export function sessionOn({ aws, clock }: Stage, credentials?: Credentials): AwsSession {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const who = credentials ?? aws.account(account).rootKey;
  return new Aws({ wire, clock }).bare({ region: 'ap-northeast-2', account, credentials: who });
}

const json = (value: object) => JSON.stringify(value);

/** @param options of the stage; unless told, the first denial ends the play. */
export async function castWith(policy: object | PolicyText, options: StageOptions = {}): Promise<Cast> {
  const times = { ec2Times: quickEc2Times, elbTimes: quickElbTimes };
  const stage = makeStage({ ...times, giveUp: (now) => denialsOf(now).length > 0, ...options });
  const root = sessionOn(stage);
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
    write('iam', 'PutRolePolicy', { RoleName: roleName, PolicyName: 'all', PolicyDocument: json(policy) }),
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

/** The operator's role itself, in somebody else's hands. */
export async function roleSession(stage: Stage): Promise<AwsSession> {
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
  return sessionOn(stage, {
    accessKeyID: got.AccessKeyId,
    secretAccessKey: got.SecretAccessKey,
    sessionToken: got.SessionToken,
  });
}

/** Refused calls of the role, what the engine called refused (DeleteObjects refuses inside an answer 200), and what was not even begun. */
export function denialsOf({ aws, all, outputs }: Stage): string[] {
  const refused = aws.calls.filter((call) => call.status === 403 && call.caller?.includes(roleName));
  const failed = outputs.steps.filter(({ error }) => error instanceof Failure && error.class === 'Denied');
  const held = all()
    .map((object) => conditionOf(object, 'Stalled'))
    // services with JSON say it with another status than 403
    .filter((stalled) => stalled?.reason === 'PermissionsMissing' || stalled?.reason === 'AccessDenied');
  return [
    ...refused.map(({ service, action }) => `${service}:${action}`),
    ...failed.map(({ step }) => step.do),
    ...held.map((stalled) => stalled?.message ?? ''),
  ];
}
