// SPDX-License-Identifier: GPL-3.0-or-later
/** As `npm test`, but sources pass mutating.mjs. For test/attacks/mutants.ts. */
import { join } from 'node:path';
import base from '../../jest.config.mjs';

const [[pattern, [, options]]] = Object.entries(base.transform);

export default {
  ...base,
  rootDir: join(import.meta.dirname, '../..'),
  transform: { [pattern]: ['<rootDir>/test/attacks/mutating.mjs', options] },
  reporters: [],
  maxWorkers: 1,
};
