// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { askedTogether, policySource } from '../../../../src/clouds/aws/iam/rights.ts';

const id = '123456789012';

test.each([
  [`arn:aws:iam::${id}:user/ops/hybrid`, `arn:aws:iam::${id}:user/ops/hybrid`],
  [`arn:aws:iam::${id}:role/ops/hybrid`, `arn:aws:iam::${id}:role/ops/hybrid`],
  [`arn:aws:sts::${id}:assumed-role/hybrid/default@x`, `arn:aws:iam::${id}:role/hybrid`],
  [`arn:aws-cn:sts::${id}:assumed-role/hybrid/default@x`, `arn:aws-cn:iam::${id}:role/hybrid`],
  [`arn:aws:iam::${id}:root`, undefined],
  [`arn:aws:sts::${id}:federated-user/bob`, undefined],
  [undefined, undefined],
])('Of %s the policies of %s are simulated.', (identity, source) => {
  expect(policySource(identity)).toBe(source);
});

test('Of actions that IAM does not simulate together the larger group is asked for.', () => {
  const said =
    'Invalid Input Actions: [s3:TagResource] and [s3:CreateBucket, iam:CreateUser] require different authorization information.';
  expect(askedTogether(said)).toEqual(['s3:CreateBucket', 'iam:CreateUser']);
  expect(askedTogether('Rate exceeded [1]')).toBeUndefined();
});
