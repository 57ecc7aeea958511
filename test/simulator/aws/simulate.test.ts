// SPDX-License-Identifier: GPL-3.0-or-later
/** SimulatePrincipalPolicy over the query protocol. */
import { expect, test } from '@jest/globals';
import { accountID, Client, newWorld, policy, tag, tags } from './client.ts';

const bucket = 'arn:aws:s3:::b';
const arn = `arn:aws:iam::${accountID}:user/op/bob`;
const list = (name: string, ...values: string[]) =>
  Object.fromEntries(values.map((value, i) => [`${name}.member.${i + 1}`, value]));
const question = (...actions: string[]) => ({
  PolicySourceArn: arn,
  ...list('ActionNames', ...actions),
  ...list('ResourceArns', bucket, 'arn:aws:s3:::other'),
});

async function bobWith(...statements: object[]): Promise<{ root: Client; bob: Client }> {
  const { root, world, clock } = newWorld();
  await root.iam('CreateUser', { UserName: 'bob', Path: '/op/' });
  if (statements.length > 0)
    await root.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument: policy(...statements) });
  const { text } = await root.iam('CreateAccessKey', { UserName: 'bob' });
  const credentials = {
    accessKeyID: tag(text, 'AccessKeyId') ?? '',
    secretAccessKey: tag(text, 'SecretAccessKey') ?? '',
  };
  return { root, bob: new Client(world, clock, credentials) };
}

test('Each action is decided for each resource: allowed, implicitDeny, explicitDeny.', async () => {
  const { root } = await bobWith(
    { Effect: 'Allow', Action: 's3:*', Resource: bucket },
    { Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' },
  );
  const { text } = await root.iam('SimulatePrincipalPolicy', question('s3:CreateBucket', 's3:DeleteBucket'));
  expect(tags(text, 'EvalDecision')).toEqual(['implicitDeny', 'explicitDeny']);
  expect(tags(text, 'EvalResourceDecision')).toEqual(['allowed', 'implicitDeny', 'explicitDeny', 'explicitDeny']);
});

test('Values that a policy asks for are those given, and what was not given is named.', async () => {
  const key = 'iam:PermissionsBoundary';
  const Condition = { StringEquals: { [key]: 'a-boundary' } };
  const { root } = await bobWith({ Effect: 'Allow', Action: 's3:*', Resource: bucket, Condition });
  const bare = await root.iam('SimulatePrincipalPolicy', question('s3:CreateBucket'));
  expect(tags(bare.text, 'EvalResourceDecision')).toEqual(['implicitDeny', 'implicitDeny']);
  expect(bare.text).toContain(`<member>${key}</member>`);
  const told = await root.iam('SimulatePrincipalPolicy', {
    ...question('s3:CreateBucket'),
    'ContextEntries.member.1.ContextKeyName': key,
    'ContextEntries.member.1.ContextKeyType': 'string',
    'ContextEntries.member.1.ContextKeyValues.member.1': 'a-boundary',
  });
  expect(tags(told.text, 'EvalResourceDecision')).toEqual(['allowed', 'implicitDeny']);
});

test('AccessDenied: asking is a right of its own.', async () => {
  const { bob } = await bobWith();
  expect(await bob.iam('SimulatePrincipalPolicy', question('s3:CreateBucket'))).toMatchObject({ code: 'AccessDenied' });
});

test('NoSuchEntity: nobody of that name, or under that path.', async () => {
  const { root } = await bobWith();
  for (const PolicySourceArn of [`arn:aws:iam::${accountID}:role/none`, `arn:aws:iam::${accountID}:user/bob`])
    expect(await root.iam('SimulatePrincipalPolicy', { ...question('s3:ListBucket'), PolicySourceArn })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
    });
});

test('InvalidInput: the ARN of a session or of the root user.', async () => {
  const { root } = await bobWith();
  for (const PolicySourceArn of [`arn:aws:sts::${accountID}:assumed-role/r/s`, `arn:aws:iam::${accountID}:root`]) {
    const answer = await root.iam('SimulatePrincipalPolicy', { ...question('s3:ListBucket'), PolicySourceArn });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidInput' });
    expect(answer.text).toContain('does not clearly define entity type and name');
  }
});

test('InvalidInput: names that are no actions of IAM beside those that are.', async () => {
  const { root } = await bobWith();
  const answer = await root.iam('SimulatePrincipalPolicy', question('s3:ListBucket', 's3:PutBucketReplication'));
  expect(answer).toMatchObject({ status: 400, code: 'InvalidInput' });
  expect(answer.text).toContain('[s3:ListBucket] and [s3:PutBucketReplication] require different authorization');
});

test('ValidationError: no action, and a source that is too short.', async () => {
  const { root } = await bobWith();
  expect((await root.iam('SimulatePrincipalPolicy', { PolicySourceArn: 'bob' })).code).toBe('ValidationError');
});
