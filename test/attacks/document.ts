// SPDX-License-Identifier: GPL-3.0-or-later
/** docs/attacks.md, made of the list. `npm run generate` writes it; `--verify` fails where it differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Attack, NamedTest } from './attack.ts';
import { attacks, later } from './list.ts';

const root = resolve(import.meta.dirname, '../..');
export const documentFile = join(root, 'docs/attacks.md');

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const testText = ({ file, title }: NamedTest) => `${title.replace(/\.$/, '')} ([${file}](../test/${file}))`;

function row({ number, attack, defence, tests, mutants }: Attack): string {
  const bugs = mutants.map(({ bug, test = 0 }) => `${bug}${tests.length > 1 ? ` (${test + 1})` : ''}`);
  const titles = tests.map((one, index) => `${tests.length > 1 ? `${index + 1}. ` : ''}${testText(one)}`);
  return `| ${[String(number), attack, defence, titles.join('<br>'), bugs.join('<br>')].map(cell).join(' | ')} |`;
}

/** The whole page. */
export function attacksDocument(): string {
  const open = attacks.filter((one) => one.open !== undefined);
  return [
    '# Attacks',
    '',
    'Each attack that touches what exists has named tests, and mutants: changes to a source that take the defence away. `npm run test:mutants`',
    'makes each of them and runs the test whose number stands behind it, which has to fail; then the mutant is "caught". This page is made',
    'from [test/attacks/list.ts](../test/attacks/list.ts); what is trusted at all is in [SECURITY.md](../SECURITY.md).',
    '',
    '| | attack | what we do | tests | mutants, each caught |',
    '|---|---|---|---|---|',
    ...attacks.map(row),
    '',
    '## What is open',
    '',
    ...open.map(({ number, open: text = '' }) => `- ${number}: ${text}`),
    '',
    '## Not yet',
    '',
    'Their targets do not exist yet.',
    '',
    ...later.map(({ number, attack, waitsFor }) => `- ${number}: ${attack} (${waitsFor})`),
    '',
  ].join('\n');
}

function main(verify: boolean): void {
  const text = attacksDocument();
  if (!verify) return writeFileSync(documentFile, text);
  if (readFileSync(documentFile, 'utf8') === text) return;
  process.stderr.write('docs/attacks.md differs from test/attacks/list.ts: npm run generate\n');
  process.exitCode = 1;
}

if (import.meta.main) main(process.argv.includes('--verify'));
