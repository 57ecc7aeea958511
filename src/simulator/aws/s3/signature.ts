// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: S3 API reference, "Error responses", list of error codes. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { sha256 } from '../sigv4/canonical.ts';
import type { ProblemKind, SignatureProblem } from '../sigv4/problem.ts';

type Refuse = (detail: string, call: Call) => AwsError;

const refusals: Record<ProblemKind, Refuse> = {
  missing: () => new AwsError('AccessDenied', 'Access Denied', 403),
  malformed: (detail) =>
    new AwsError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${detail}.`),
  wrongRegion: (detail, call) => wrongRegion(detail, call.route.region),
  wrongService: (detail) =>
    new AwsError(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; incorrect service "${detail}". This endpoint belongs to "s3".`,
    ),
  unknownKey: (detail) =>
    new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403, {
      detail: { AWSAccessKeyId: detail },
    }),
  badToken: () => new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.'),
  expiredToken: () => new AwsError('ExpiredToken', 'The provided token has expired.'),
  skewed: (detail, call) =>
    new AwsError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
      {
        detail: {
          RequestTime: detail,
          ServerTime: new Date(call.now).toISOString(),
          MaxAllowedSkewMilliseconds: 900_000,
        },
      },
    ),
  expired: () => new AwsError('AccessDenied', 'Request has expired', 403),
  mismatch: () =>
    new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    ),
  headersNotSigned: (detail) =>
    new AwsError('AccessDenied', 'There were headers present in the request which were not signed', 403, {
      detail: { HeadersNotSigned: detail },
    }),
  contentHash: (detail, call) =>
    new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
      {
        detail: { ClientComputedContentSHA256: detail, S3ComputedContentSHA256: sha256(call.incoming.body) },
      },
    ),
  missingContentHash: () =>
    new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256'),
};

export function signatureRefusal(problem: SignatureProblem, call: Call): AwsError {
  return refusals[problem.kind](problem.detail, call);
}

export function wrongRegion(given: string, expected: string): AwsError {
  const sentence = `The authorization header is malformed; the region '${given}' is wrong; expecting '${expected}'`;
  return new AwsError('AuthorizationHeaderMalformed', sentence, 400, {
    detail: { Region: expected },
    headers: { 'x-amz-bucket-region': expected },
  });
}
