// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: IAM API reference, "Common errors"; messages as the services give them. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { ProblemKind, SignatureProblem } from '../sigv4/problem.ts';

const refusals: Record<ProblemKind, readonly [code: string, message: string]> = {
  missing: ['MissingAuthenticationToken', 'Request is missing Authentication Token'],
  malformed: ['IncompleteSignature', 'The request signature does not conform to AWS standards.'],
  wrongRegion: ['SignatureDoesNotMatch', 'Credential should be scoped to a valid region.'],
  wrongService: ['SignatureDoesNotMatch', 'Credential should be scoped to correct service.'],
  unknownKey: ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  badToken: ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  expiredToken: ['ExpiredToken', 'The security token included in the request is expired'],
  skewed: ['SignatureDoesNotMatch', 'Signature expired or not yet current'],
  expired: ['SignatureDoesNotMatch', 'Signature expired'],
  mismatch: [
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
  headersNotSigned: ['SignatureDoesNotMatch', 'There were headers present in the request which were not signed.'],
  contentHash: ['SignatureDoesNotMatch', 'The payload does not match its hash.'],
  missingContentHash: ['IncompleteSignature', 'The request signature does not conform to AWS standards.'],
};

export function signatureRefusal(problem: SignatureProblem, call: Call): AwsError {
  const [code, message] = refusals[problem.kind];
  if (problem.kind !== 'skewed') return new AwsError(code, message, 403);
  const now = new Date(call.now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const sentence =
    problem.detail < now
      ? `Signature expired: ${problem.detail} is now earlier than ${now} (server time less 15 min.)`
      : `Signature not yet current: ${problem.detail} is still later than ${now} (server time plus 15 min.)`;
  return new AwsError(code, sentence, 403);
}
