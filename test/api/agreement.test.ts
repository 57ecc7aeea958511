// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { array, assert, constantFrom, property } from 'fast-check';
import { backupTarget, parseBackupTarget } from '../../src/api/backup-target.ts';
import { toSchema } from '../../src/api/crd.ts';
import { brokenRules } from './cel.ts';
import { changed } from './manifests.ts';

const schema = toSchema(backupTarget.specSchema);
const pieces = [
  'a',
  'Z',
  '7',
  '-',
  '.',
  '/',
  '_',
  '+',
  '@',
  ':',
  ' ',
  '*',
  '?',
  '${',
  '..',
  '//',
  'aws:',
  'xn--',
  '-s3alias',
  '팀',
  '\n',
  "'",
  '\\',
  '\u0000',
  '12',
  'arn:aws:iam::',
];
const texts = array(constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((parts) =>
  parts.join('').padEnd(3, 'a').slice(0, 60),
);
const fields = [
  'bucket.name',
  'user.name',
  'user.policyName',
  'user.prefix',
  'aws.region',
  'accessKey.secretRef.name',
  'aws.credentialsSecretRef.name',
  'tag key',
  'tag value',
] as const;

function specWith(field: (typeof fields)[number], text: string) {
  // As the API server evaluates rules: with the defaults filled in.
  const defaults = {
    'bucket.encryption': { type: 'SSE-S3', bucketKey: 'Disabled' },
    'accessKey.rotationPeriodDays': 90,
    'accessKey.rotationOverlapHours': 24,
  };
  if (field === 'tag key') return changed({ ...defaults, 'bucket.tags': { [text]: 'x' } });
  if (field === 'tag value') return changed({ ...defaults, 'bucket.tags': { x: text } });
  return changed({ ...defaults, [field]: text.slice(0, field === 'aws.region' ? 32 : 60) });
}

test.each(fields)('For any text as %s, our code and the CEL text say the same, in the same words.', (field) => {
  assert(
    property(texts, (text) => {
      const spec = specWith(field, text);
      const broken = brokenRules(schema, spec);
      const result = parseBackupTarget(spec);
      expect({ text, ok: result.ok }).toEqual({ text, ok: broken.length === 0 });
      if (!result.ok) expect(broken.some((message) => result.message.endsWith(message))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
