// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { answersOf, type Answer } from './exchange.ts';
import { simulatedSite } from './simulated.ts';

interface Recording {
  readonly versions: string;
  readonly answers: readonly Answer[];
}

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as Recording;

test(`The simulated OpenStack answers every request as ${recorded.versions} did.`, async () => {
  const answers = await answersOf(simulatedSite());
  for (const [index, answer] of answers.entries()) expect(answer).toEqual(recorded.answers[index]);
  expect(answers).toHaveLength(recorded.answers.length);
});
