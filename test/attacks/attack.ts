// SPDX-License-Identifier: GPL-3.0-or-later
/** What an entry of the list of attacks says. */

/** A change to a source that takes a defence away. `from` stands exactly once in `file`. */
export interface Mutant {
  /** In words, for the table: what an attacker would gain. */
  readonly bug: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Which of the attack's tests has to fail: its place in `tests`. Default: the first. */
  readonly test?: number;
}

export interface NamedTest {
  /** Below test/. */
  readonly file: string;
  /** As it stands in the file, `%s` and all, without the titles of what it stands in. */
  readonly title: string;
}

export interface Attack {
  readonly number: number;
  readonly attack: string;
  readonly defence: string;
  readonly tests: readonly [NamedTest, ...NamedTest[]];
  readonly mutants: readonly [Mutant, ...Mutant[]];
  /** What of it is not, or not here, defended or tested. */
  readonly open?: string;
}

/** One whose target does not exist yet. */
export interface Later {
  readonly number: number;
  readonly attack: string;
  readonly waitsFor: string;
}
