// SPDX-License-Identifier: GPL-3.0-or-later
/** The output that docs/cli.md shows is what is printed. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { call } from '../cli/calling.ts';

const text = readFileSync('docs/cli.md', 'utf8');
const shown = [...text.matchAll(/<!-- test: (.*?) -->\n```text\n\$ hybrid-operator .*\n([\s\S]*?)```/g)];

test('docs/cli.md shows the output of several verbs', () => {
  expect(shown.map(([, line]) => line)).toEqual([
    '--help',
    'plan --simulate -f examples/01-backup-target.yaml',
    'version',
  ]);
});

test.each(shown.map(([, line = '', output = '']) => [line, output]))(
  'hybrid-operator %s prints what docs/cli.md shows',
  async (line, output) => {
    const { stdout, stderr } = await call(line.split(' '));
    expect(stderr).toBe('');
    // what the hash is of may change with every step that a kind learns; the calls themselves are worth reading again
    const nameless = (printed: string) => printed.replaceAll(/hash [0-9a-f]{16}/g, 'hash');
    expect(nameless(stdout)).toBe(nameless(output));
  },
);

test.each(
  Object.entries({
    objects: [
      'steps',
      'hold',
      'refused',
      'error',
      'notes',
      'differences',
      'approval',
      'held',
      'hash',
      'account',
      'deleting',
      'new',
    ],
    summary: ['create', 'update', 'replace', 'delete', 'destroysData', 'held', 'failed'],
  }),
)('docs/cli.md names every field of %s that plan -o json prints', async (part, known) => {
  const plan = JSON.parse(
    (await call(['plan', '--simulate', '-o', 'json', '-f', 'examples/01-backup-target.yaml'])).stdout,
  ) as Record<string, object | object[]>;
  for (const field of Object.keys(plan)) expect(text).toContain(`\`${field}`);
  const value = plan[part];
  const names = Object.keys((Array.isArray(value) ? value[0] : value) ?? {});
  expect(names).toEqual(expect.arrayContaining(known));
  expect(names.filter((name) => !text.includes(`\`${name}`))).toEqual([]);
});
