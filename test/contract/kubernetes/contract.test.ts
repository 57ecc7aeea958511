// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulator answers as a real API server did: test/contract/kubernetes/recorded.json holds its answers (see README.md). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { record, sequences } from './contract.ts';
import { levelled } from './differences.ts';
import type { Recorded } from './exchange.ts';
import { simulatedServer } from './simulated.ts';

type Answers = Record<string, Recorded[]>;

const real = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as Answers;
let simulated: Answers = {};

beforeAll(async () => {
  simulated = await record(simulatedServer(), { real: false, sequences });
});

describe.each(sequences.map(({ name }) => name))('On %s, the simulator answers as the API server:', (name) => {
  const recorded = real[name] ?? [];

  test.each(recorded.map((one) => [one.title, one] as const))('%s.', (title, one) => {
    const answer = simulated[name]?.find((other) => other.title === title);
    expect(answer && levelled(name, answer)).toEqual(levelled(name, one));
  });

  test('and every request of the contract is recorded.', () => {
    expect(recorded.map(({ title }) => title)).toEqual(simulated[name]?.map(({ title }) => title));
  });
});
