// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { parseBackupTarget } from '../../../src/api/backup-target.ts';
import { canonical } from '../../../src/core/digest.ts';
import { lifecycleBesideOthers, policyBesideOthers } from '../../../src/kinds/backup-target/plan/wanted.ts';
import { good } from '../../api/manifests.ts';

function spec(bucket: object = {}) {
  const manifest = good() as { spec?: { bucket: object } };
  const given = (manifest.spec ?? manifest) as { bucket: object };
  const parsed = parseBackupTarget({ ...given, bucket: { ...given.bucket, ...bucket } });
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.spec;
}

const theirs = {
  Sid: 'Auditors',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:role/audit' },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::x/*',
};
const theirRule = { ID: 'logs', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 7 } };

test("a statement that somebody else put into the bucket's policy stays, and ours is set beside it", () => {
  const { right, policy } = policyBesideOthers(
    spec(),
    'aws',
    canonical({ Version: '2012-10-17', Statement: [theirs] }),
  );
  const statements = (JSON.parse(policy) as { Statement: { Sid: string }[] }).Statement;
  expect(right).toBe(false);
  expect(statements.map(({ Sid }) => Sid)).toEqual(['Auditors', 'HybridCloudTLSOnly']);
  expect(statements[0]).toEqual(theirs);
});

test('a policy that holds our statement, whatever stands around it, is right', () => {
  const { policy } = policyBesideOthers(spec(), 'aws', canonical({ Version: '2012-10-17', Statement: [theirs] }));
  expect(policyBesideOthers(spec(), 'aws', canonical(JSON.parse(policy))).right).toBe(true);
});

test('an edited statement of ours is not right', () => {
  const { policy } = policyBesideOthers(spec(), 'aws', undefined);
  expect(policyBesideOthers(spec(), 'aws', canonical(JSON.parse(policy.replace('Deny', 'Allow')))).right).toBe(false);
});

test("others' lifecycle rules stay, ours are set, and one of ours that the spec no longer asks for goes", () => {
  const before = canonical({
    rules: [theirRule, ...lifecycleBesideOthers(spec({ intelligentTieringAfterDays: 30 }), undefined).parts],
  });
  const { right, parts } = lifecycleBesideOthers(spec(), before);
  expect(right).toBe(false);
  expect(parts.map(({ ID }) => ID)).toEqual(['logs', 'hybridcloud-old-versions', 'hybridcloud-unfinished-uploads']);
  expect(parts[0]).toEqual(theirRule);
  expect(lifecycleBesideOthers(spec(), canonical({ rules: parts })).right).toBe(true);
});
