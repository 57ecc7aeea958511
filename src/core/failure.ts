// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Why something outside did not work, in the engine's words. Adapters turn every error of an SDK into one of these;
 * whatever else is thrown is a bug and becomes `InternalError`.
 *
 * - `Transient`: throttled, timed out, 5xx, conflict, not visible yet: tried again with back-off.
 * - `Denied`: 401 or 403: the message names the missing action; tried again every 5 minutes, and at once when the Secret changes.
 * - `Invalid`: the API says this can never be: waits for a new generation of the object.
 * - `Fenced`: this process may not write any more (lease lost, or the object's policy forbids it): nothing was sent.
 */
export type FailureClass = 'Transient' | 'Denied' | 'Invalid' | 'Fenced';

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly class: FailureClass;
  /** CamelCase, stable: becomes a condition's reason. */
  readonly reason: string;
  /** The service's own wait, in milliseconds, where it gave one (Retry-After). */
  readonly retryAfterMs: number | undefined;
  /** `no`: the service refused, nothing took effect. `unknown`: it may have been done (no answer, or a 5xx). */
  readonly applied: 'no' | 'unknown';

  constructor(failure: {
    class: FailureClass;
    reason: string;
    message: string;
    retryAfterMs?: number;
    applied?: 'no' | 'unknown';
    cause?: unknown;
  }) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.class = failure.class;
    this.reason = failure.reason;
    this.retryAfterMs = failure.retryAfterMs;
    this.applied = failure.applied ?? (failure.class === 'Transient' ? 'unknown' : 'no');
  }
}
