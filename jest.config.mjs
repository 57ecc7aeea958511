// SPDX-License-Identifier: GPL-3.0-or-later
/** Jest in native ES modules; swc strips the types. Run through `npm test` (test/run.ts), which sets the flags Node needs for this. */
import { long, others } from './test/suites.ts';

/** `short`, `long`, `e2e`, or all of them, where files are named. */
const suite = process.env.TEST_SUITE ?? 'all';

export default {
  // searches all that a test file shows for the secrets that it made
  testEnvironment: '<rootDir>/test/leaks/environment.mjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          // `with { type: 'json' }` stays
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(process.env.E2E === '1' ? [] : ['/test/e2e/']),
    ...(suite === 'short'
      ? [...long, ...Object.values(others).flat()].map((name) => `/${name.replaceAll('.', '\\.')}$`)
      : []),
  ],
  testSequencer: '<rootDir>/test/sequencer.mjs',
  reporters: ['default', '<rootDir>/test/reporter.mjs'],
  testTimeout: 20_000,
  // Jest's own default leaves one core idle, which on two cores is half of the machine.
  maxWorkers: '100%',
  // Each file that loads an SDK leaves its modules behind in the worker; a worker that grew is replaced between files.
  workerIdleMemoryLimit: '800MB',
};
