// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from '../../operator/configuration.ts';
import { CommandError, exitStatus } from './exit-status.ts';
import { clean } from './printable.ts';
import type { Env } from './verb.ts';

interface Complaint {
  readonly text: string;
  readonly status: number;
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}

const known: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use: give another one, or 0 for any that is free',
  EACCES: 'that is not permitted: change the permissions, or choose another place',
  ENOSPC: 'the disk is full: make room',
  ENOENT: 'a file or folder is not there: create it, or name another one',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
};

/** What a person is told of an error: in one line, with the cure. A bug says so, and where. */
export function complaintOf(error: unknown, env: Env): Complaint {
  if (error instanceof UsageError) return { text: clean(error.message), status: exitStatus.usage };
  if (error instanceof CommandError) return { text: clean(error.message), status: exitStatus.failed };
  const told = known[codeOf(error)];
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  if (told) return { text: clean(`${line}: ${told}`), status: exitStatus.failed };
  if (env['DEBUG'] && error instanceof Error) return { text: clean(error.stack ?? line), status: exitStatus.failed };
  return {
    text: clean(`an error of hybrid-operator's own, please report it: ${line} (DEBUG=1 shows where)`),
    status: exitStatus.failed,
  };
}
