// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 11, as far as it exists: words with a meaning to a shell, to a path or to a policy, in every text of a spec. */
import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseBackupTarget } from '../../src/api/backup-target.ts';
import { target } from '../operator/worlds.ts';

const root = resolve(import.meta.dirname, '../..');
const words = [
  '$(id)',
  '`id`',
  ';id',
  '|id',
  '&id',
  'a b',
  'a\nb',
  "a'b",
  'a"b',
  'a\\b',
  '../a',
  '%2e%2e',
  'a?b',
  'a#b',
  '*',
  '${aws:username}',
  '-\u0000',
];

type Spec = Record<string, Record<string, unknown>>;
const places: readonly (readonly [string, (word: string) => Spec])[] = [
  ['aws.region', (word) => ({ aws: { region: word } })],
  [
    'aws.credentialsSecretRef.name',
    (word) => ({ aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: word } } }),
  ],
  [
    'aws.assumeRole.arn',
    (word) => ({ aws: { region: 'ap-northeast-2', assumeRole: { arn: `arn:aws:iam::123456789012:role/${word}` } } }),
  ],
  ['bucket.name', (word) => ({ bucket: { name: `abc${word}` } })],
  ['user.name', (word) => ({ user: { name: word } })],
  ['user.policyName', (word) => ({ user: { name: 'user', policyName: word } })],
  ['user.prefix', (word) => ({ user: { name: 'user', prefix: `${word}/` } })],
  ['user.permissionsBoundary', (word) => ({ user: { name: 'user', permissionsBoundary: word } })],
  ['accessKey.secretRef.name', (word) => ({ accessKey: { secretRef: { name: word } } })],
];

test.each(places)('%s takes no word of a shell, a path or a policy.', (field, specWith) => {
  const taken = words.filter((word) => {
    const { spec } = target(specWith(word)) as { spec: unknown };
    return parseBackupTarget(spec).ok;
  });
  // what is an ARN to AWS and nothing else, and has a path of its own there
  const harmless = ['user.permissionsBoundary', 'aws.assumeRole.arn'].includes(field) ? ['../a'] : [];
  expect(taken.filter((word) => !harmless.includes(word))).toEqual([]);
});

test('nothing starts another program but "simulate -- COMMAND" and the check of HAProxy, which have no shell.', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) =>
    /child_process/.test(readFileSync(join(root, file), 'utf8')),
  );
  const known = ['src/cli/simulate/command.ts', 'src/clouds/haproxy/installed-haproxy.ts'];
  expect(files.toSorted()).toEqual(known);
  for (const file of known) expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/shell:|\bexec\(/);
});
