// SPDX-License-Identifier: GPL-3.0-or-later
// Counts a run for test/run.ts, which prints the closing line when Jest's own summary is out. A test that is skipped carries its reason
// in its title, after "skipped:"; one without a reason fails the run, unless the caller himself left tests out with -t.
import { writeFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: string[], unexplained: string[] }} Count */

export default class Counter {
  #chosen;

  constructor(globalConfig) {
    this.#chosen = Boolean(globalConfig.testNamePattern);
  }

  onRunComplete(_contexts, results) {
    const left = results.testResults.flatMap((file) =>
      file.testResults.filter(({ status }) => ['pending', 'todo', 'disabled'].includes(status)),
    );
    const names = left.map(({ fullName }) => fullName);
    const explained = names.filter((name) => /skipped: \S/.test(name));
    const unexplained = this.#chosen ? [] : names.filter((name) => !explained.includes(name));
    /** @type {Count} */
    const count = {
      passed: results.numPassedTests,
      // a file that cannot be loaded has no tests to fail
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: this.#chosen ? names : explained,
      unexplained,
    };
    if (process.env.TEST_COUNT) writeFileSync(process.env.TEST_COUNT, JSON.stringify(count));
  }
}
