// SPDX-License-Identifier: GPL-3.0-or-later
// Jest's own environment for Node, and around each test file the search for secrets in what it shows; see README.md.
import { relative } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';
import { listen } from './channels.ts';
import { writeReport } from './report.ts';
import { LeakSearch } from './search.ts';

export default class SearchingEnvironment extends TestEnvironment {
  #search = new LeakSearch();
  #file;
  #close = () => undefined;

  constructor(config, context) {
    super(config, context);
    this.#file = relative(config.globalConfig.rootDir, context.testPath);
  }

  async setup() {
    await super.setup();
    this.#close = listen(this.#search);
  }

  async teardown() {
    this.#close();
    writeReport(this.#file, this.#search);
    await super.teardown();
  }
}
