// SPDX-License-Identifier: GPL-3.0-or-later
/** How PBS refuses: a status, and the message as plain text (proxmox-rest-server, formatter.rs and rest.rs). */

export class PbsError extends Error {
  readonly status: number;
  /** Refused before the endpoint was reached: no content type at all. */
  readonly early: boolean;
  constructor(status: number, message: string, early = false) {
    super(message);
    this.name = 'PbsError';
    this.status = status;
    this.early = early;
  }
}

/** Any error of a handler that says no status of its own. */
export function bad(message: string): PbsError {
  return new PbsError(400, message);
}

/** proxmox-schema, ParameterError: one stands in the line, several below it. */
export function parameterError(errors: Readonly<Record<string, string>>): PbsError {
  const all = Object.entries(errors);
  const [first] = all;
  if (all.length === 1 && first) return bad(`parameter verification failed - '${first[0]}': ${first[1]}`);
  return bad(`parameter verification failed:\n${all.map(([name, problem]) => `- '${name}': ${problem}`).join('\n')}`);
}

export function missingPrivileges(privileges: readonly string[], path: string): PbsError {
  return new PbsError(403, `missing permissions '${privileges.join('|')}' on '${path}'`);
}
