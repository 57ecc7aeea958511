// SPDX-License-Identifier: GPL-3.0-or-later
/** How PVE refuses: the text stands in the reason phrase (PVE::APIServer::AnyEvent, response; PVE::Exception). */

export class PveError extends Error {
  readonly status: number;
  /** By parameter, with status 400. */
  readonly errors: Readonly<Record<string, string>> | undefined;
  constructor(status: number, message: string, errors?: Readonly<Record<string, string>>) {
    super(message);
    this.name = 'PveError';
    this.status = status;
    this.errors = errors;
  }
}

/** A die of Perl: whatever goes wrong that no rule foresaw, and whatever is not there. */
export function died(message: string): PveError {
  return new PveError(500, message);
}

/** PVE::Exception, raise_param_exc. */
export function wrongParameters(errors: Readonly<Record<string, string>>): PveError {
  return new PveError(400, 'Parameter verification failed.', errors);
}

/** PVE::Exception, raise_perm_exc. */
export function denied(what: string): PveError {
  return new PveError(403, `Permission check failed (${what})`);
}
