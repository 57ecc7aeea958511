// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import type { Observed, Validation } from '../observed.ts';
import { waiting } from './part.ts';

/** Reasons that pass by themselves: one of them alone is no outage (a single time-out must not flap). */
const passing = new Set(['TimedOut', 'Unreachable', 'Throttled', 'ServiceError', 'Conflict', 'ClockSkewed']);
const failuresBeforeDoubt = 2;
/** A key that was made just now is refused until it has reached all of AWS. */
const propagationMs = 6 * 60_000;
const firstRetryMs = 5_000;

/** When to try again, in milliseconds since the epoch: at once what was never tried; after a failure sooner, then less and less often. */
export function nextTrial(trial: Validation | undefined, intervalMs: number): number {
  if (!trial) return 0;
  const { lastTime, outcome, consecutiveFailures } = trial;
  if (outcome === 'Succeeded') return lastTime + intervalMs;
  return lastTime + Math.min(intervalMs, firstRetryMs * 2 ** Math.min(20, Math.max(0, consecutiveFailures - 1)));
}

/**
 * The last trial of the key that consumers read: as the current one, or while it was still pending. An older version of the operator
 * did not write down which key it tried; then it is the one that was delivered before.
 */
export function trialOf({ validation, proof, secret, now }: Observed): Validation | undefined {
  const key = secret.found === 'ours' ? secret.delivered?.key : undefined;
  const tried = [proof, validation].filter((trial) => trial?.key !== undefined && trial.key === key);
  const [first, second] = tried;
  if (first) return second && second.lastTime >= first.lastTime ? second : first;
  const unnamed = validation?.key === undefined ? validation : undefined;
  return unnamed && unnamed.lastTime >= deliveredBy(secret, now) ? unnamed : undefined;
}

/** When the next validation is due: at its interval, and once right after the key before it was made inactive everywhere. */
export function validationDue(
  observed: Observed,
  intervalMs: number,
  rotation: { readonly stage: string; readonly until?: number },
): number {
  const trial = trialOf(observed);
  if (rotation.stage === 'confirming' && (trial?.lastTime ?? 0) < (rotation.until ?? 0)) return 0;
  // a time that has not come yet was written by a clock that was set back since
  return trial && trial.lastTime > observed.now ? 0 : nextTrial(trial, intervalMs);
}

/** What is not there yet, in the order in which it is made. */
function missingPart({ bucket, user, secret }: Observed): Hold | undefined {
  if (bucket.found !== 'here') return waiting('NoBucket', 'The bucket does not exist yet', firstRetryMs);
  if (!user) return waiting('NoUser', 'The user does not exist yet', firstRetryMs);
  if (deliveredAt(secret) === undefined) return waiting('NoAccessKey', 'There is no access key yet', firstRetryMs);
  return undefined;
}

/** 0 where the clock that wrote it was set back since: any validation is later, and the next one is due soon. */
function deliveredBy(secret: Observed['secret'], now: number): number {
  const at = deliveredAt(secret) ?? 0;
  return at > now ? 0 : at;
}

export function deliveredAt(secret: Observed['secret']): number | undefined {
  return secret.found === 'ours' ? secret.delivered?.at : undefined;
}

function afterFailure(validation: Validation, keyAgeMs: number): true | Hold {
  const {
    reason = 'ValidationFailed',
    message = 'The backup credentials do not work',
    consecutiveFailures,
  } = validation;
  if (passing.has(reason))
    return consecutiveFailures < failuresBeforeDoubt ? true : waiting(reason, message, firstRetryMs);
  if (keyAgeMs < propagationMs) {
    return waiting(
      'KeyPropagating',
      'The access key was made just now and AWS does not accept it everywhere yet',
      firstRetryMs,
    );
  }
  return { why: 'Blocked', reason, message };
}

/** Two that were missed, and a little for the look itself: while only one is late, the next look tries. */
function isOld({ lastTime }: Validation, now: number, intervalMs: number): boolean {
  return now - lastTime > 2 * intervalMs + 60_000;
}

/** Whether backups can be written now, by the last validation; what nobody tried for long is not said to work. */
export function serving(observed: Observed, intervalMs: number): true | Hold {
  const missing = missingPart(observed);
  if (missing) return missing;
  const { now, secret } = observed;
  const trial = trialOf(observed);
  if (!trial) return waiting('NotValidated', 'The access key was not tried yet', firstRetryMs);
  if (trial.outcome !== 'Succeeded') return afterFailure(trial, now - deliveredBy(secret, now));
  return isOld(trial, now, intervalMs)
    ? waiting(
        'ValidationOld',
        'The access key worked when it was last tried, and was not tried for more than two of validation.intervalSeconds. Under managementPolicy Plan or Observe nothing is tried: set Apply, or read it as it was then',
        firstRetryMs,
      )
    : true;
}
