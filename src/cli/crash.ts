// SPDX-License-Identifier: GPL-3.0-or-later
import type { Log } from '../operator/log.ts';

interface Process {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  exit(status: number): void;
}

/** A bug ends the process with one line, which passes the log's redaction; Node's own report would show whatever the error holds. */
export function guardCrashes(log: Log, process: Process): void {
  const end = (error: unknown) => {
    log.fatal({ error }, 'the operator met an error that it cannot go on with, and ends');
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
