// SPDX-License-Identifier: GPL-3.0-or-later
// The order of test files: Jest knows how long each takes only where it ran before, and on a new machine it never did.
import TestSequencer from '@jest/test-sequencer';
import { slow } from './suites.ts';

export default class SlowFirst extends TestSequencer {
  async sort(tests) {
    const rank = ({ path }) => {
      const place = slow.findIndex((name) => path.endsWith(name));
      return place < 0 ? slow.length : place;
    };
    return [...(await super.sort(tests))].sort((a, b) => rank(a) - rank(b));
  }
}
