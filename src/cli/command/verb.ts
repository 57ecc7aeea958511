// SPDX-License-Identifier: GPL-3.0-or-later
import type { Flags, Given } from './flags.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export interface Call {
  /** What stands after the verb. */
  readonly argv: readonly string[];
  readonly env: Env;
  /** `argv`, read by the verb's flags. */
  readonly given: Given;
}

export interface Verb {
  /** One line, without a full stop. */
  readonly does: string;
  /** What follows `hybrid-operator VERB`. */
  readonly usage: string;
  readonly flags: Flags;
  /** Whole command lines and what they do. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** Words that are no flags, and what to do instead; absent: the verb takes words. */
  readonly noWords?: string;
  /** Whether a command may stand after `--`. */
  readonly command?: true;
  /** More lines for the help: exit statuses, tables. */
  readonly notes?: readonly string[];
  /** Resolves with the exit status. */
  run(call: Call): Promise<number>;
}
