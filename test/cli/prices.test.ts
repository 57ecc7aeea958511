// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { call } from './calling.ts';

const folder = mkdtempSync(join(tmpdir(), 'prices-'));

test.each([
  ['is not there', undefined, 'ENOENT'],
  ['is no JSON', '{', 'it is no JSON'],
  ['has no date', '{"currency":"USD","regions":{}}', 'asOf:'],
])(
  'A price list that %s ends run with one line that names flag, file and fault, and the exit status of wrong usage.',
  async (name, text, says) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.json`);
    if (text !== undefined) writeFileSync(file, text);
    const { status, stdout, stderr } = await call(['run', '--prices', file]);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('--prices (HYBRID_PRICES) names ');
    expect(stderr).toContain(says);
  },
);
