// SPDX-License-Identifier: GPL-3.0-or-later
/** What the identity lacks for sites is named while they are being made. */
import { expect, test } from '@jest/globals';
import { operatorPolicy, operatorStatements } from '../../../src/clouds/aws/policy/operator.ts';
import { castWith } from '../../clouds/aws/cast.ts';
import { conditionOf } from '../stage.ts';
import { stories } from './stories.ts';

const gslb = { zones: ['*'], cluster: 'cluster-1' };
const statements = operatorStatements('GslbEndpoint');

/** `Permissions` as it is told when the first thing of a site is there, or when the story ends. */
async function told(without: string) {
  const left = statements.map((one) => ({ ...one, grants: one.grants.filter(({ action }) => action !== without) }));
  const policy = operatorPolicy({ partition: 'aws', gslb }, left);
  let seen: ReturnType<typeof conditionOf>;
  const cast = await castWith(policy, {
    kind: 'GslbEndpoint',
    giveUp: ({ object }) => {
      const now = conditionOf(object('gslb'), 'Permissions');
      if (now?.reason !== 'NotAsked') seen = now;
      return seen !== undefined;
    },
  });
  await expect(stories['two sites that stay']?.(cast)).rejects.toThrow('gave up');
  return seen;
}

test('With exactly its policy the identity may do all that sites need; without a right that only a deletion takes, that is told at once, with what it is on.', async () => {
  expect(await told('')).toMatchObject({ status: 'True', reason: 'Allowed' });
  const missing = await told('elasticloadbalancing:DeleteLoadBalancer');
  expect(missing).toMatchObject({ status: 'False', reason: 'Missing' });
  for (const region of ['ap-northeast-2', 'ap-northeast-1'])
    expect(missing?.message).toContain(
      `elasticloadbalancing:DeleteLoadBalancer on arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/app/*`,
    );
  expect(missing?.message).not.toContain('ec2:');
  expect(await told('ec2:CreateSecurityGroup')).toMatchObject({
    reason: 'Missing',
    message: expect.stringContaining(
      'ec2:CreateSecurityGroup on arn:aws:ec2:ap-northeast-1:123456789012:security-group/*',
    ),
  });
}, 60_000);
