// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import { createLog } from '../../src/operator/log.ts';
import { createProblems } from '../../src/operator/problems.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';

test('The same trouble is a warning once in ten minutes, another at once, and a bug is an error.', async () => {
  const clock = new VirtualClock();
  const levels: string[] = [];
  const write = (line: string) => void levels.push((JSON.parse(line) as { level: string }).level);
  const problem = createProblems(createLog({ level: 'debug', scrub: (line) => line, write }), clock);
  const lost = new Failure({ class: 'Transient', reason: 'Unreachable', message: 'm' });
  problem('a look failed', lost, 'a/x');
  problem('a look failed', lost, 'a/x');
  problem('a look failed', lost, 'a/y');
  await clock.advance(11 * 60_000);
  problem('a look failed', lost, 'a/x');
  problem('a look failed', new TypeError('bug'), 'a/x');
  expect(levels).toEqual(['warn', 'debug', 'warn', 'warn', 'error']);
});
