// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { plantedThroughout } from '../leaks/channels.ts';
import { hunt } from './mutants/hunt.ts';
import { mutants } from './mutants/index.ts';

// one of them writes a secret into the status: the oracles of the proof find it
plantedThroughout();

/** On a busy machine one takes its time; a quiet one needs a second. */
const patience = 120_000;

test('there are at least twenty seeded bugs', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
});

test.each(mutants.map((mutant) => [mutant.name, mutant.bug, mutant] as const))(
  '%s is caught: %s',
  async (_name, _bug, mutant) => {
    const { caught } = await hunt(mutant);
    expect(caught).toBeDefined();
  },
  patience,
);
