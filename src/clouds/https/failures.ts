// SPDX-License-Identifier: GPL-3.0-or-later
/** What answers, and their absence, mean; the same for every API over HTTPS. */
import { Failure } from '../../core/failure.ts';
import { oneLine } from '../../core/one-line.ts';
import { CertificateRefused, PlaceRefused, type Trust } from '../../wire/trusted-agent.ts';
import type { HttpsAnswer } from './answer.ts';

const words: Readonly<Record<string, string>> = {
  OtherFingerprint: 'is another one than the pinned',
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name than that of the url',
};

/** Whoever pins is asked to look, not to copy: what was seen may be the attacker's. */
function cureOf(why: string, { by }: Trust): string {
  if (by === 'Fingerprint')
    return 'If the certificate was changed on purpose, compare that with what the device itself shows, and put it into tls.fingerprints beside the old one';
  if (why === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Write the url with a name that the certificate has, or pin the certificate in tls.fingerprints';
  if (why.startsWith('CERT_')) return 'Renew it, and look at the clocks';
  return by === 'CA'
    ? 'Put the certificate of the authority that signed it into the Secret of tls.caSecretRef, or pin it in tls.fingerprints'
    : 'Name its authority in tls.caSecretRef, or pin it in tls.fingerprints';
}

function causeOf<T extends Error>(cause: unknown, of: abstract new (...given: never[]) => T): T | undefined {
  for (let at = cause, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof of) return at;
  return undefined;
}

/** SHA-256 fingerprint of the certificate that was refused, if it is that what an error is about. */
export function certificateSeen(error: unknown): string | undefined {
  return causeOf(error, CertificateRefused)?.seen;
}

/** The same, of the server at this address alone. */
export function certificateSeenAt(error: unknown, url: string): string | undefined {
  const isItsOwn = error instanceof Failure && error.message.startsWith(refusedAt(new URL(url)));
  return isItsOwn ? certificateSeen(error) : undefined;
}

const refusedAt = ({ host }: URL) => `The certificate of ${host} `;

/** @param address What it leads to: itself, or what its name stands for. */
export function placeRefused({ origin, hostname }: URL, address: string, why: string): Failure {
  const leads = address === hostname ? '' : ` leads to ${address}, which`;
  return new Failure({
    class: 'Denied',
    reason: 'EndpointRefused',
    message: `${origin}${leads} is ${why}: no manifest leads there, and nothing was sent. Write an address that others have, or ask the operator's administrator to grant this namespace "endpoint ${origin}".`,
  });
}

/** The wire's failure; or, where the other side is not who was meant, or where nobody is to be led, one that says so: nothing was sent then. */
export function unsent(error: unknown, base: URL, trust: Trust): unknown {
  const place = causeOf(error, PlaceRefused);
  if (place) return placeRefused(base, place.address, place.why);
  const refused = causeOf(error, CertificateRefused);
  if (!refused) return error;
  const { why, seen } = refused;
  const fingerprint = seen === undefined ? '' : ` Its SHA-256 fingerprint is ${seen}.`;
  return new Failure({
    class: 'Denied',
    reason: 'CertificateRefused',
    message: `${refusedAt(base)}${words[why] ?? `is signed by nobody who is trusted (${why})`}: nothing was sent.${fingerprint} ${cureOf(why, trust)}.`,
    cause: error,
  });
}

export interface Explained {
  /** The API and its address, for people: `OPNsense https://192.168.1.1`. */
  readonly who: string;
  readonly action: string;
  /** What to do about a 401, and about a 403. */
  readonly cures: { readonly unauthorized: string; readonly forbidden: string };
  /** What the API itself said, where it said something that may be shown. */
  readonly said?: string;
}

const longestSaying = 300;

function retryAfterMs({ headers }: HttpsAnswer): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined;
}

type Meaning = Pick<Failure, 'class' | 'reason' | 'message'> & { readonly applied?: 'no' };

function meaning({ status }: HttpsAnswer, { who, action, cures, said = '' }: Explained): Meaning {
  const saying = said === '' ? '' : `: ${oneLine(said).slice(0, longestSaying)}`;
  if (status === 401)
    return {
      class: 'Denied',
      reason: 'CredentialsRejected',
      message: `${who} does not take the credentials. ${cures.unauthorized}`,
    };
  if (status === 403)
    return {
      class: 'Denied',
      reason: 'AccessDenied',
      message: `${who} refuses ${action}${saying}. ${cures.forbidden}`,
    };
  if (status === 429)
    return { class: 'Transient', reason: 'Throttled', applied: 'no', message: `${who} asks to slow down` };
  if (status === 409)
    return {
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
      message: `${who} refuses ${action} for now${saying}`,
    };
  if (status === 408 || status >= 500)
    return { class: 'Transient', reason: 'ServiceError', message: `${who} answers ${action} with ${status}${saying}` };
  if (status >= 300 && status < 400)
    return {
      class: 'Denied',
      reason: 'Redirected',
      message: `${who} leads elsewhere (${status}), and is not followed there. Correct the url`,
    };
  return { class: 'Invalid', reason: 'Refused', message: `${who} refuses ${action} with ${status}${saying}` };
}

/** What a status means that is no success. An API that means something else by one (a 404 that says "gone") looks before. */
export function failureOf(answer: HttpsAnswer, explained: Explained): Failure {
  const retry = retryAfterMs(answer);
  return new Failure({ ...meaning(answer, explained), ...(retry === undefined ? {} : { retryAfterMs: retry }) });
}
