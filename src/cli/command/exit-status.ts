// SPDX-License-Identifier: GPL-3.0-or-later

/** One meaning each, for every verb; docs/cli.md lists them. */
export const exitStatus = {
  done: 0,
  /** It was called rightly and did not work. */
  failed: 1,
  /** `plan`: the world is not as the files say; as `diff`, `terraform plan -detailed-exitcode` and `kubectl diff` have it. */
  changes: 2,
  /** Called wrongly. `EX_USAGE` of BSD's sysexits.h, since 2 has a meaning of its own here. */
  usage: 64,
  /** A program that was to be run is not there, as the shell has it (POSIX, Shell Command Language 2.8.2). */
  notFound: 127,
  /** 128 and the number of the signal that ended it, as shells report it. */
  interrupted: 130,
  terminated: 143,
} as const;

/** It did not work for a reason that the person at the keyboard can mend; the message is one line and ends with the cure. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
