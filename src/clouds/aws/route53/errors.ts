// SPDX-License-Identifier: GPL-3.0-or-later
/** What Route 53's own error codes mean (API reference, each action's "Errors"); throttling, credentials and 5xx are the same for all services. */
import type { Failure } from '../../../core/failure.ts';

type Meaning = Pick<Failure, 'class' | 'reason' | 'message'> & { readonly applied?: 'no' };

/**
 * A refused batch may come as `<InvalidChangeBatch><Messages><Message>…` without the envelope that all other errors have (API reference,
 * ChangeResourceRecordSets, "Errors"; aws-sdk-go-v2 reads both), and then the SDK knows neither its code nor what it says: `Unknown` or
 * `InvalidChangeBatch`, `UnknownError` (sjmayotte/route53-dynamic-dns#83).
 */
export function refusedBatch(error: Error): { readonly code: string; readonly said: string } | undefined {
  const { messages, Messages } = error as { readonly messages?: unknown; readonly Messages?: { Message?: unknown } };
  const list = [messages ?? Messages?.Message ?? []].flat().map(String);
  if (Messages === undefined && messages === undefined) return undefined;
  const named = error.message === '' || error.message === 'UnknownError' ? [] : [error.message];
  return { code: 'InvalidChangeBatch', said: [...named, ...list].join(' ') };
}

/** Somebody was there before: what was looked at is no longer so, and the next look shows it. */
const overtaken = new Set([
  'HealthCheckVersionMismatch',
  'HealthCheckAlreadyExists',
  'HealthCheckInUse',
  'NoSuchHealthCheck',
  'NoSuchChange',
]);

const quotas = new Set(['TooManyHealthChecks', 'LimitsExceeded']);

/** Of a batch, in AWS's words: a record set that was to be made is there, one that was to go is gone or another. */
const changedMeanwhile = /but it already exists|but it was not found|do not match the current values/i;
/** What is in the way belongs to the zone, not to the spec: another type or policy of the same name. */
const inTheWay =
  /conflicting RRSet|conflicts with other records|cannot be created as a non-simple|not permitted because/i;

function batchMeaning(said: string): Meaning | undefined {
  if (changedMeanwhile.test(said))
    return {
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
      message: `the records were changed by somebody else; nothing was done, and the next look shows it (AWS said: ${said})`,
    };
  return inTheWay.test(said)
    ? {
        class: 'Denied',
        reason: 'RecordConflict',
        message: `a record that is there stands in the way (AWS said: ${said}). Remove it, or choose another name.`,
      }
    : undefined;
}

/** Several messages come in brackets, and the same whatever else was in the batch only in part: nothing else of it is kept. */
export function route53Meaning(code: string, said: string): Meaning | undefined {
  if (code === 'PriorRequestNotComplete')
    return {
      class: 'Transient',
      reason: 'ZoneBusy',
      applied: 'no',
      message: 'AWS is at another change of the zone, which passes',
    };
  if (code === 'NoSuchHostedZone')
    return {
      class: 'Denied',
      reason: 'ZoneNotFound',
      message: 'there is no such hosted zone in the account. Correct zone, or make it.',
    };
  if (overtaken.has(code))
    return {
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
      message: `${code}, which shows at the next look (AWS said: ${said})`,
    };
  if (quotas.has(code))
    return {
      class: 'Denied',
      reason: 'QuotaReached',
      message: `a quota of the account is used up (AWS said: ${said}). Ask AWS to raise it (Service Quotas), or free some.`,
    };
  return code === 'InvalidChangeBatch' ? batchMeaning(said) : undefined;
}
