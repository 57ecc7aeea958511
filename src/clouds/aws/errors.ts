// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../../core/failure.ts';
import { ec2Meaning } from './ec2/errors.ts';
import { balancingMeaning } from './elbv2/errors.ts';
import type { AwsRequest } from './request.ts';
import { refusedBatch, route53Meaning } from './route53/errors.ts';

/** The parts of an SDK error that matter. `name` is AWS's error code. */
interface ServiceError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $fault?: string;
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

export function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Failure ? error.cause : error;
  return cause instanceof Error ? cause.name : undefined;
}

/** AWS's throttling codes (botocore retries, "throttling errors"; S3 SlowDown; Route 53 Throttling). */
const throttles = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
]);

/** Whose credentials: of a Secret, of the operator itself, of a role that it assumed. */
export type Origin = 'secret' | 'own' | 'role';

const cures: Readonly<Record<Origin, string>> = {
  secret: 'Put working credentials into the Secret.',
  own: "They are the operator's own: its administrator has to mend them (docs/configuration.md).",
  role: 'They are those of the assumed role: see that it exists and is trusted.',
};

/** Credentials that are wrong as such: no action of ours is missing, the Secret or the identity is. */
const badCredentials: Readonly<Record<string, string>> = {
  InvalidClientTokenId: 'the access key is not known to AWS (or is inactive, or was made seconds ago)',
  InvalidAccessKeyId: 'the access key is not known to AWS (or is inactive, or was made seconds ago)',
  SignatureDoesNotMatch: 'the secret access key does not belong to the access key',
  ExpiredToken: 'the session token has expired',
  ExpiredTokenException: 'the session token has expired',
  InvalidToken: 'the session token is not valid',
  UnrecognizedClientException: 'the access key is not known to AWS',
  AuthFailure: 'the credentials were not accepted',
};

const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);

/** Temporary credentials that are over. */
export function isExpired(error: unknown): boolean {
  return isServiceError(error) && expired.has(error.name);
}

const denials = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'Forbidden',
  'AllAccessDisabled',
]);

/** Conflicts that pass by themselves: another bucket-level change under way (409 OperationAborted), IAM's own, a dependency going away. */
const passing = new Set([
  'OperationAborted',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'DeleteConflict',
  'BucketNotEmpty',
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'BucketAlreadyOwnedByYou',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NoSuchBucket',
  'RequestTimeout',
]);

const limits = new Set(['LimitExceeded', 'LimitExceededException', 'TooManyBuckets', 'ServiceQuotaExceededException']);

/** No status shows more of one; and what is looked through below takes time by the square of its length. */
const longestSaid = 2048;

/** Request ids, host ids and times change from try to try; a message that changes would wake its own object for ever. */
function stable(message: string): string {
  return (
    message
      .slice(0, longestSaid)
      .replace(/\s*\(?(Request ID|RequestId|Host ID|Extended Request ID)[:=]\s*[A-Za-z0-9/+=-]+[,;)]?/gi, '')
      .replace(/because no identity-based policy allows.*$/, '')
      // hundreds of characters of EC2's, others each time (sts:DecodeAuthorizationMessage reads them)
      .replace(/\s*Encoded authorization failure message:.*$/s, '')
      .trim()
  );
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && '$metadata' in error;
}

export function isThrottle(error: unknown): boolean {
  return isServiceError(error) && (throttles.has(error.name) || error.$metadata?.httpStatusCode === 429);
}

export function retryAfterMs(error: unknown): number | undefined {
  const seconds = isServiceError(error) ? Number(error.$response?.headers?.['retry-after']) : Number.NaN;
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

/**
 * Refused because our clock is off by more than 15 minutes: S3 says so by its code, the others in the text of SignatureDoesNotMatch
 * (IAM User Guide, "Troubleshoot Signature Version 4": "Signature expired", "Signature not yet current"). Nothing took effect.
 */
export function isClockSkew(error: unknown): boolean {
  if (!isServiceError(error)) return false;
  return error.name === 'RequestTimeTooSkewed' || /^Signature (expired|not yet current)/.test(error.message);
}

/** The permission that a call needs where it is not simply `service:Action` (S3 service authorization reference). */
const permissions: Readonly<Record<string, string>> = {
  HeadBucket: 's3:ListBucket',
  ListBuckets: 's3:ListAllMyBuckets',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  DeleteObjects: 's3:DeleteObjectVersion',
  PutPublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  DeleteBucketLifecycle: 's3:PutLifecycleConfiguration',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
};

export function permissionOf(request: AwsRequest): string {
  return (request.service === 's3' ? permissions[request.action] : undefined) ?? `${request.service}:${request.action}`;
}

/** AWS names the missing one, which may be another than the call's own (tags in a create call need the right to tag). */
function namedIn(said: string): string | undefined {
  return /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(said)?.[1];
}

interface Answer {
  readonly code: string;
  readonly status: number;
  readonly said: string;
  readonly request: AwsRequest;
  readonly origin: Origin;
}

type Meaning = Pick<Failure, 'class' | 'reason' | 'message'> & { readonly applied?: 'no' };

/** Tried in order; the first that knows the answer names it. */
const meanings: readonly ((answer: Answer) => Meaning | undefined)[] = [
  ({ code, status }) =>
    throttles.has(code) || status === 429
      ? { class: 'Transient', reason: 'Throttled', applied: 'no', message: `AWS asks to slow down (${code})` }
      : undefined,
  // nobody has to do anything: those that the operator asked for itself it asks for again
  ({ code, origin }) =>
    expired.has(code) && origin !== 'secret'
      ? {
          class: 'Transient',
          reason: 'CredentialsExpired',
          applied: 'no',
          message: 'the temporary credentials ended during the look; new ones are asked for',
        }
      : undefined,
  ({ code, origin }) =>
    badCredentials[code] === undefined
      ? undefined
      : {
          class: 'Denied',
          reason: 'CredentialsRejected',
          message: `AWS refused the credentials: ${badCredentials[code]}. ${cures[origin]}`,
        },
  ({ code, said, request }) => (request.service === 'ec2' ? ec2Meaning(code, said) : undefined),
  ({ code, said, request }) =>
    request.service === 'elasticloadbalancing' || request.service === 'acm' ? balancingMeaning(code, said) : undefined,
  ({ code, said, request }) => (request.service === 'route53' ? route53Meaning(code, said) : undefined),
  ({ code }) =>
    code === 'BucketAlreadyExists'
      ? {
          class: 'Denied',
          reason: 'BucketNameTaken',
          message: 'another AWS account has a bucket of that name. Choose another name: make a new BackupTarget.',
        }
      : undefined,
  ({ code, said }) =>
    // CreateUser and PutUserPermissionsBoundary: "Scope ARN: … does not exist or is not attachable."
    code.startsWith('NoSuchEntity') && said.startsWith('Scope ARN')
      ? {
          class: 'Denied',
          reason: 'BoundaryMissing',
          message: `the permissions boundary is not there (AWS said: ${said}). Make that policy in the account: docs/permissions.md has it.`,
        }
      : undefined,
  ({ code, status, said, request }) =>
    denials.has(code) || status === 401 || status === 403
      ? {
          class: 'Denied',
          reason: 'AccessDenied',
          message: `not allowed (AWS said: ${said}). Allow ${namedIn(said) ?? permissionOf(request)} to the identity that was used.`,
        }
      : undefined,
  ({ code, said }) =>
    limits.has(code)
      ? {
          class: 'Denied',
          reason: 'QuotaReached',
          message: `a quota of the account is used up: ${said}. Ask AWS to raise it (Service Quotas), or free some.`,
        }
      : undefined,
  ({ code }) =>
    // the SDK names some of IAM's by its own classes: DeleteConflictException, EntityTemporarilyUnmodifiableException
    passing.has(code) || passing.has(code.replace(/Exception$/, ''))
      ? { class: 'Transient', reason: 'Conflict', applied: 'no', message: `${code}, which passes` }
      : undefined,
  ({ code, status }) =>
    status >= 500 || status === 0
      ? {
          class: 'Transient',
          reason: 'ServiceError',
          message: `AWS answered ${status || 'nothing readable'} (${code})`,
        }
      : undefined,
];

/** What an SDK error means. Failures (from the wire) pass as they are; what is no answer of AWS's is a bug and passes too. */
export function failureOf(error: unknown, request: AwsRequest, origin: Origin = 'secret'): unknown {
  if (error instanceof Failure || !isServiceError(error)) return error;
  if (isClockSkew(error)) {
    const message = `${request.action}: the clock of the operator's machine is more than 15 minutes off. Set it right`;
    return new Failure({ class: 'Transient', reason: 'ClockSkewed', applied: 'no', message, cause: error });
  }
  const { code, said } = refusedBatch(error) ?? { code: error.name, said: error.message };
  const answer = { code, status: error.$metadata?.httpStatusCode ?? 0, said: stable(said), request, origin };
  const refused: Meaning = {
    class: 'Invalid',
    reason: 'Refused',
    message: `AWS refused it (${answer.code}: ${answer.said}). Correct the spec; nothing is tried before it changes.`,
  };
  const meaning = meanings.map((mean) => mean(answer)).find((known) => known !== undefined) ?? refused;
  const retry = retryAfterMs(error);
  return new Failure({
    ...meaning,
    message: `${request.action}: ${meaning.message}`,
    cause: error,
    ...(retry === undefined ? {} : { retryAfterMs: retry }),
  });
}
