// SPDX-License-Identifier: GPL-3.0-or-later
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { yamlDocuments } from '../../src/cli/plan/yaml-documents.ts';
import { call, folderWith, manifest } from './calling.ts';

const good = manifest('good');
const bomb = (width: number, depth: number) =>
  [
    'l0: &l0 [x, x]',
    ...Array.from({ length: depth }, (_, at) => `l${at + 1}: &l${at + 1} [${Array(width).fill(`*l${at}`).join(', ')}]`),
  ].join('\n');

const hostile: readonly (readonly [string, string, string])[] = [
  ['a bomb of aliases, ten to the ninth', bomb(10, 9), 'aliases'],
  [
    'a bomb of merges',
    ['a: &a { x: 1 }', 'b: &b { <<: [*a, *a] }', 'c: { <<: [*b, *b] }'].join('\n'),
    ':2: merge keys (<<) are not read',
  ],
  ['a merge with __proto__', 'a: { <<: { __proto__: { polluted: true } } }', 'merge keys'],
  [
    '__proto__ as a key',
    'metadata: { __proto__: { polluted: true } }',
    ':1: no Kubernetes object has a field __proto__',
  ],
  ['constructor as a key', 'constructor: { prototype: { polluted: true } }', 'has a field constructor'],
  ['duplicate keys', 'kind: A\nspec: 1\nkind: B', ':3: the key kind is there twice'],
  ['duplicate keys in JSON', '{"kind": "A", "kind": "B"}', 'the key kind is there twice'],
  ['!!js/function', 'a: !!js/function "return 1"', ':1: '],
  ['!!binary', 'a: !!binary aGVsbG8=', 'is not read'],
  ['!!set', 'a: !!set { b }', ':1: '],
  ["a tag of one's own", 'a: !me b', ':1: '],
  ['infinity', 'a: .inf', ':1: .inf is no value that JSON has'],
  ['not a number', 'a: .NaN', ':1: .NaN is no value that JSON has'],
  ['a number beyond all bounds', 'a: 1e999', ':1: a number is too large'],
  ['an octal number', 'a: 0755', ':1: 0755 is an octal number to kubectl'],
  ['an octal number of YAML 1.2', 'a: 0o17', ':1: 0o17 is '],
  ['yes', 'a:\n  b: yes', ':2: yes is a boolean to kubectl'],
  ['off as a key', 'off: 1', ':1: off is a boolean to kubectl'],
  ['a number with underscores', 'a: 1_000', ':1: 1_000 is a number to kubectl'],
  ['a list as a key', '? [a, b]\n: c', 'a key is no plain text'],
  ['a number as a key', '1: a', 'the key 1 is no text'],
  ['50,000 open brackets', '['.repeat(50_000), 'nested too deeply'],
  ['20,000 lists in lists', `${'- '.repeat(20_000)}x`, 'nested too deeply'],
  ['a file of 10 MB', `a: ${'x'.repeat(10_000_000)}`, 'larger than 3 MiB'],
  ['bytes that are no text', '\u0000\u0001', ':1: '],
  ['50,000 keys that are one', 'a: 1\n'.repeat(50_000), ':2: the key a is there twice'],
  ['half a document', 'a: [1, 2', ':1: YAML is wrong here'],
  ['tabs', 'a:\n\tb: 1', ':2: YAML is wrong here'],
];

test.each(hostile)(
  'attack-22-yaml: %s is refused in one line and in bounded time, and nothing is polluted.',
  async (_name, text, message) => {
    const file = join(folderWith({ 'hostile.yaml': text }), 'hostile.yaml');
    const began = performance.now();
    const { status, stdout, stderr } = await call(['plan', '--simulate', '-f', file]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr.length).toBeLessThan(500);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  },
);

test('attack-22-yaml: 20,000 different keys take time by their number, not by its square.', () => {
  const text = Array.from({ length: 20_000 }, (_, at) => `key${at}: v`).join('\n');
  const began = performance.now();
  expect(yamlDocuments({ name: 'many', text })).toHaveLength(1);
  expect(performance.now() - began).toBeLessThan(15_000);
});

test('What YAML and JSON may hold is read: quoted words, anchors, several documents, JSON texts in a row, lines of each.', () => {
  const read = (text: string) => yamlDocuments({ name: 'f', text }).map(({ value, line }) => ({ value, line }));
  expect(read('a: "yes"\nb: \'0755\'\nc: &x { d: null, e: 1.5, f: true }\ng: *x')).toEqual([
    { line: 1, value: { a: 'yes', b: '0755', c: { d: null, e: 1.5, f: true }, g: { d: null, e: 1.5, f: true } } },
  ]);
  expect(read('# nothing\n---\na: 1\n---\n---\nb: 2\n')).toEqual([
    { line: 3, value: { a: 1 } },
    { line: 6, value: { b: 2 } },
  ]);
  expect(read('{"a":1}\n{"b":2}\n')).toEqual([
    { line: 1, value: { a: 1 } },
    { line: 2, value: { b: 2 } },
  ]);
  expect(read('{\n\t"a": [\n\t\t1\n\t]\n}')).toEqual([{ line: 1, value: { a: [1] } }]);
});

test.each([
  [
    'an unknown field',
    manifest('a', '  buckets: {}'),
    /:9: BackupTarget in version "v1alpha1" cannot be handled as a BackupTarget: strict decoding error: unknown field "spec.buckets"$/,
  ],
  [
    'a value that is not allowed',
    manifest('a', '  deletionPolicy: Keep'),
    /:9: BackupTarget\.hybridcloud\.dev "a" is invalid: .*spec\.deletionPolicy: Unsupported value: "Keep": supported values: "Retain", "Delete"/,
  ],
  [
    'a bucket name that is none',
    manifest('a').replace('bucket-a }', 'A_B }'),
    /:6: BackupTarget\.hybridcloud\.dev "a" is invalid: spec\.bucket/,
  ],
  ['a name that is none', manifest('A_b'), /:3: BackupTarget\.hybridcloud\.dev "A_b" is invalid: \[metadata\.name/],
  [
    'a kind of ours that is not there',
    good.replace('BackupTarget', 'BackupTargt'),
    /:1: no matches for kind "BackupTargt" in version "hybridcloud\.dev\/v1alpha1"; did you mean BackupTarget\?/,
  ],
  [
    'a version that is not there',
    good.replace('v1alpha1', 'v9'),
    /:1: no matches for kind "BackupTarget" in version "hybridcloud\.dev\/v9"/,
  ],
  [
    'one object twice',
    `${good}---\n${good}`,
    /:10: BackupTarget default\/good is given twice, first at .*:1: keep one/,
  ],
  ['no name', good.replace('name: good', 'labels: {}'), /:1: metadata\.name is not set/],
  ['a list of words', '- a\n- b', /:1: this is no Kubernetes object/],
  [
    'a Secret whose data is no base64',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { a: 1 }\n---\n' + good,
    /:4: Secret in version "v1" cannot be handled/,
  ],
])('%s is refused with file, line and the words of the API server.', async (_name, text, words) => {
  const file = join(folderWith({ 'm.yaml': text }), 'm.yaml');
  const { status, stdout, stderr } = await call(['plan', '--simulate', '-f', file]);
  expect(stderr.trimEnd()).toMatch(words);
  expect(stderr).toContain(file);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
});

test.each([
  [['plan'], 64, 'plan needs files'],
  [['plan', '-f'], 64, '-f needs a value: -f FILE'],
  [['plan', '--simulat'], 64, 'plan has no flag --simulat; did you mean --simulate?'],
  [['plan', '--simulate=yes', '-f', '.'], 64, '--simulate takes no value'],
  [['plan', '-f', '.', '-o', 'yaml'], 64, '-o is "yaml": give one of text, json'],
  [['plan', '-f', '.', '--simulate', '--credentials', 'env'], 64, 'exclude each other'],
  [['plan', '-f', '.', '--credentials', 'mine'], 64, '--credentials is "mine": give env, profile, or profile=NAME'],
  [['plan', '-f', '.', '--aws-endpoint', 'ftp://x'], 64, 'no address: give an http or https URL'],
  [['plan', '-f', '.', '--', 'ls'], 64, 'plan runs no command'],
  [['plan', '-f', '/nowhere/at/all.yaml'], 1, '/nowhere/at/all.yaml is not there'],
  [['plan', '-f', folderWith({ 'a.txt': '' })], 1, 'holds no .yaml, .yml or .json file'],
  [['plan', '-f', folderWith({ 'a.yaml': '---\n# nothing\n' })], 1, 'nothing to plan: the files are empty'],
  [
    ['plan', '-f', folderWith({ 'a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }' })],
    1,
    'none of the 1 objects in the files is of this operator',
  ],
  [['plan', '-f', '/dev/zero'], 1, '/dev/zero is larger than 3 MiB'],
  [
    [
      'plan',
      '-f',
      folderWith({ 'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization' }),
    ],
    1,
    'none of the 1 objects in the files is of this operator',
  ],
  [['plan', '-f', 'examples', '--credentials', 'env'], 1, 'no credentials: set AWS_ACCESS_KEY_ID'],
  [['plan', '-f', 'examples', '--credentials', 'profile=x'], 1, 'there is no profile x in /nowhere/.aws/credentials'],
  [
    ['plan', '-f', 'examples', '--simulate', '--kubeconfig', '/nowhere/config'],
    1,
    'no way to the Kubernetes API: ENOENT',
  ],
] as [string[], number, string][])('%j ends with status %i and one line.', async (argv, expected, message) => {
  const { status, stdout, stderr } = await call(argv);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
});

test('What would move the cursor or the direction of writing does not reach the terminal.', async () => {
  const file = join(
    folderWith({
      'm.yaml': `${good}---\napiVersion: v1\nkind: "Po\\u001b[2Jd\\u202e"\nmetadata: { name: "\\u0007x" }`,
    }),
    'm.yaml',
  );
  const { stdout } = await call(['plan', '--simulate', '-f', file]);
  expect(stdout).toContain('Skipped Po');
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  expect(stdout).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
});
