// SPDX-License-Identifier: GPL-3.0-or-later
/** Roles assumed with a cluster's tokens, by EKS Pod Identity and by other roles; AWS's refusals by their codes. */
import { describe, expect, test } from '@jest/globals';
import { readAll } from '../../../src/simulator/kernel/service.ts';
import { accountID, Client, newWorld, policy, tag } from './client.ts';

const issuer = 'https://oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE';
const provider = `arn:aws:iam::${accountID}:oidc-provider/${issuer.slice(8)}`;
const subject = 'system:serviceaccount:ops:operator';
const role = `arn:aws:iam::${accountID}:role/operator`;

async function trusting(statement: object) {
  const sides = newWorld();
  const trust = policy(statement);
  await sides.root.iam('CreateRole', { RoleName: 'operator', AssumeRolePolicyDocument: trust });
  return { ...sides, nobody: new Client(sides.world, sides.clock, undefined) };
}

describe('AssumeRoleWithWebIdentity', () => {
  const set = async () => {
    const sides = await trusting({
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${issuer.slice(8)}:sub`]: subject } },
    });
    const ask = (token: string, more: Record<string, string> = {}) =>
      sides.nobody.sts('AssumeRoleWithWebIdentity', {
        RoleArn: role,
        RoleSessionName: 'operator',
        WebIdentityToken: token,
        ...more,
      });
    const know = () =>
      sides.root.iam('CreateOpenIDConnectProvider', { Url: issuer, 'ClientIDList.member.1': 'sts.amazonaws.com' });
    return { ...sides, ask, know };
  };

  test('answers working credentials to the trusted subject, unsigned.', async () => {
    const { world, clock, ask, know } = await set();
    await know();
    const { status, text } = await ask(world.webIdentityToken({ issuer, subject }));
    expect(status).toBe(200);
    const session = new Client(world, clock, {
      accessKeyID: tag(text, 'AccessKeyId'),
      secretAccessKey: tag(text, 'SecretAccessKey'),
      token: tag(text, 'SessionToken'),
    });
    expect((await session.sts('GetCallerIdentity')).text).toContain('assumed-role/operator/operator');
    expect(JSON.stringify(world.calls)).not.toContain('eyJ');
  });

  test('InvalidIdentityToken: no provider, another audience, a signature that is not the issuer’s, no token at all.', async () => {
    const { world, ask, know } = await set();
    const token = world.webIdentityToken({ issuer, subject });
    expect(await ask(token)).toMatchObject({ status: 400, code: 'InvalidIdentityToken' });
    await know();
    const forOthers = world.webIdentityToken({ issuer, subject, audience: 'vault' });
    for (const bad of [forOthers, `${token}x`, 'no.token.atall', 'none'])
      expect(await ask(bad)).toMatchObject({ status: 400, code: 'InvalidIdentityToken' });
    expect((await ask(token)).status).toBe(200);
  });

  test('ExpiredTokenException: a token whose time is over.', async () => {
    const { world, clock, ask, know } = await set();
    await know();
    const token = world.webIdentityToken({ issuer, subject, seconds: 3600 });
    await clock.advance(3600_000);
    expect(await ask(token)).toMatchObject({ status: 400, code: 'ExpiredTokenException' });
  });

  test('AccessDenied: another subject, and a role that is not there.', async () => {
    const { world, ask, know } = await set();
    await know();
    const other = world.webIdentityToken({ issuer, subject: 'system:serviceaccount:ops:default' });
    expect(await ask(other)).toMatchObject({ status: 403, code: 'AccessDenied' });
    const token = world.webIdentityToken({ issuer, subject });
    expect(await ask(token, { RoleArn: `${role}2` })).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test('ValidationError: a role that assumes a role asks for more than an hour.', async () => {
    const { world, clock, root, ask, know } = await set();
    await know();
    await root.iam('PutRolePolicy', {
      RoleName: 'operator',
      PolicyName: 'p',
      PolicyDocument: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
    });
    const trust = policy({ Effect: 'Allow', Principal: { AWS: role }, Action: 'sts:AssumeRole' });
    await root.iam('CreateRole', { RoleName: 'far', AssumeRolePolicyDocument: trust, MaxSessionDuration: '43200' });
    const { text } = await ask(world.webIdentityToken({ issuer, subject }));
    const session = new Client(world, clock, {
      accessKeyID: tag(text, 'AccessKeyId'),
      secretAccessKey: tag(text, 'SecretAccessKey'),
      token: tag(text, 'SessionToken'),
    });
    const far = { RoleArn: `arn:aws:iam::${accountID}:role/far`, RoleSessionName: 'chained' };
    expect(await session.sts('AssumeRole', { ...far, DurationSeconds: '3601' })).toMatchObject({
      code: 'ValidationError',
    });
    expect((await session.sts('AssumeRole', far)).status).toBe(200);
  });
});

describe('The agent of EKS Pod Identity', () => {
  const trust = (...actions: string[]) => ({
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: actions,
  });
  const url = new URL('http://169.254.170.23/v1/credentials');

  const asked = async (statement: object, headers: Record<string, string>) => {
    const { world, clock } = await trusting(statement);
    const agent = world.podIdentity({ roleArn: role, token: () => 'right' });
    const answer = await agent({ method: 'GET', url, headers });
    return { world, clock, status: answer.status, text: Buffer.from(await readAll(answer.body)).toString() };
  };

  test('answers working credentials to the token of the Pod.', async () => {
    const { world, clock, status, text } = await asked(trust('sts:AssumeRole', 'sts:TagSession'), {
      authorization: 'right',
    });
    expect(status).toBe(200);
    const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(text) as Record<string, string>;
    const session = new Client(world, clock, {
      accessKeyID: AccessKeyId ?? '',
      secretAccessKey: SecretAccessKey ?? '',
      token: Token ?? '',
    });
    expect((await session.sts('GetCallerIdentity')).status).toBe(200);
  });

  test.each<[string, string[], Record<string, string>, number]>([
    ['no token', ['sts:AssumeRole', 'sts:TagSession'], {}, 400],
    ['another token', ['sts:AssumeRole', 'sts:TagSession'], { authorization: 'wrong' }, 400],
    ['a role that does not let it tag the session', ['sts:AssumeRole'], { authorization: 'right' }, 403],
  ])('refuses %s.', async (_, actions, headers, wanted) => {
    expect((await asked(trust(...actions), headers)).status).toBe(wanted);
  });
});
