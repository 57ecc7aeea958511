// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure, type FailureClass } from '../core/failure.ts';
import { oneLine } from '../core/one-line.ts';

/** A refused request, in words for the message. */
export interface Refused {
  /** `patch backuptargets/status` */
  readonly action: string;
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** Server texts may repeat what was sent: for Secrets only field names are kept. */
  readonly secret: boolean;
  /** Strings that must not come back in a message: the token. */
  readonly hide: readonly string[];
}

export interface StatusAnswer {
  readonly code: number;
  /** A `Status` of the API (meta/v1), or whatever else came. */
  readonly body: unknown;
  readonly retryAfter?: string | undefined;
}

interface Cause {
  readonly reason?: string;
  readonly field?: string;
  readonly message?: string;
}

interface Status {
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly causes?: unknown; readonly retryAfterSeconds?: unknown };
}

const longestMessage = 1024;

/** Turns an HTTP error of the API server into a Failure. Nothing of headers ever enters the message. */
export function failureOf(refused: Refused, answer: StatusAnswer): Failure {
  const status = (typeof answer.body === 'object' && answer.body !== null ? answer.body : {}) as Status;
  const { class: kind, reason, text, applied } = verdict(refused, answer.code, status);
  const retryAfterMs = retryAfter(answer.retryAfter, status);
  return new Failure({
    class: kind,
    reason,
    message: text,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(applied ? { applied } : {}),
  });
}

interface Verdict {
  readonly class: FailureClass;
  readonly reason: string;
  readonly text: string;
  readonly applied?: 'no';
}

function verdict(refused: Refused, code: number, status: Status): Verdict {
  const where = place(refused);
  switch (code) {
    case 401:
      return {
        class: 'Denied',
        reason: 'Unauthorized',
        text: `the Kubernetes API does not accept the operator's credentials (${refused.action}): renew them`,
      };
    case 403:
      return {
        class: 'Denied',
        reason: 'Forbidden',
        text: `the operator may not ${refused.verb} ${refused.resource}${where}: grant it in RBAC`,
      };
    case 404:
      return { class: 'Transient', reason: 'NotFound', text: `${refused.action}${where}: not found` };
    case 409:
      return status.reason === 'AlreadyExists'
        ? { class: 'Transient', reason: 'AlreadyExists', text: `${refused.action}${where}: it already exists` }
        : {
            class: 'Transient',
            reason: 'Conflict',
            text: `${refused.action}${where}: it was changed by someone else in between`,
          };
    case 410:
      return { class: 'Transient', reason: 'Expired', text: `${refused.action}: the resource version is too old` };
    case 429:
      return {
        class: 'Transient',
        reason: 'Throttled',
        text: `${refused.action}: the Kubernetes API asks to slow down`,
      };
    case 408:
    case 504:
      return { class: 'Transient', reason: 'TimedOut', text: `${refused.action}: the Kubernetes API timed out` };
    default:
      if (code >= 500)
        return {
          class: 'Transient',
          reason: 'ServerError',
          text: `${refused.action}: the Kubernetes API failed (${code})`,
        };
      // Tried again, not given up until the spec changes: what changes this is the server (CRDs applied, a webhook mended, a start that
      // is over: until its CRDs are loaded a server may refuse what is good), and nobody tells us of that.
      return {
        class: 'Transient',
        reason: 'Invalid',
        applied: 'no',
        text: `${refused.action}${where} is refused (${code}): ${told(refused, status)}`,
      };
  }
}

function place(refused: Refused): string {
  const object = refused.name === undefined ? '' : ` "${refused.name}"`;
  const space = refused.namespace === undefined ? '' : ` in namespace "${refused.namespace}"`;
  return `${object}${space}`;
}

/** What the server said, in one line of bounded length. */
function told(refused: Refused, status: Status): string {
  const causes = (Array.isArray(status.details?.causes) ? status.details.causes : []) as Cause[];
  const fields = causes.map((cause) =>
    refused.secret ? `${cause.field}: ${cause.reason}` : `${cause.field}: ${cause.message}`,
  );
  const whole = typeof status.message === 'string' && !refused.secret ? status.message : 'no reason given';
  let text = fields.length > 0 ? fields.join('; ') : whole;
  for (const hidden of refused.hide) text = text.replaceAll(hidden, '[redacted]');
  text = oneLine(text);
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}

/** `Retry-After` in milliseconds: seconds by RFC 9110 § 10.2.3 (the API server sends no dates), or the Status's own figure. */
function retryAfter(header: string | undefined, status: Status): number | undefined {
  const given = header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : status.details?.retryAfterSeconds;
  return typeof given === 'number' && given > 0 ? given * 1000 : undefined;
}
