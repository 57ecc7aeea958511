// SPDX-License-Identifier: GPL-3.0-or-later
import { queryValue, type Incoming } from '../incoming.ts';
import { SignatureProblem } from './problem.ts';

/** What the caller claims, before anything is checked. Source: IAM User Guide, "Elements of an AWS API request signature". */
export interface Claim {
  readonly accessKeyID: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260105T090000Z` */
  readonly timestamp: string;
  readonly token: string | undefined;
  readonly presigned: boolean;
  /** Seconds; presigned only. */
  readonly expires: number | undefined;
}

/** undefined: the request is not signed at all. */
export function claimOf(incoming: Incoming): Claim | undefined {
  const header = incoming.headers.get('authorization');
  if (header !== undefined) return headerClaim(incoming, header);
  if (queryValue(incoming, 'X-Amz-Algorithm') !== undefined) return queryClaim(incoming);
  return undefined;
}

function headerClaim(incoming: Incoming, header: string): Claim {
  const match = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(header);
  if (!match?.[1]) throw new SignatureProblem('malformed', 'Unsupported Authorization Type');
  const fields = new Map(
    match[1].split(',').map((field) => {
      const [name = '', ...value] = field.trim().split('=');
      return [name, value.join('=')] as const;
    }),
  );
  const timestamp = incoming.headers.get('x-amz-date') ?? dateHeader(incoming.headers.get('date'));
  return {
    ...scope(fields.get('Credential')),
    signedHeaders: given(fields.get('SignedHeaders'), 'SignedHeaders').split(';'),
    signature: given(fields.get('Signature'), 'Signature'),
    timestamp: given(timestamp, 'X-Amz-Date'),
    token: incoming.headers.get('x-amz-security-token'),
    presigned: false,
    expires: undefined,
  };
}

function queryClaim(incoming: Incoming): Claim {
  const read = (name: string): string => given(queryValue(incoming, name), name);
  if (read('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') throw new SignatureProblem('malformed', 'X-Amz-Algorithm');
  const expires = Number(read('X-Amz-Expires'));
  // S3 User Guide, "Authenticating requests: using query parameters": 1 to 604800 seconds
  if (!Number.isInteger(expires) || expires < 1 || expires > 604_800)
    throw new SignatureProblem('malformed', 'X-Amz-Expires');
  return {
    ...scope(read('X-Amz-Credential')),
    signedHeaders: read('X-Amz-SignedHeaders').split(';'),
    signature: read('X-Amz-Signature'),
    timestamp: read('X-Amz-Date'),
    token: queryValue(incoming, 'X-Amz-Security-Token'),
    presigned: true,
    expires,
  };
}

function scope(text: string | undefined): Pick<Claim, 'accessKeyID' | 'date' | 'region' | 'service'> {
  const parts = given(text, 'Credential').split('/');
  const [accessKeyID, date, region, service, end] = parts;
  if (!accessKeyID || !date || !region || !service || end !== 'aws4_request' || parts.length !== 5)
    throw new SignatureProblem(
      'malformed',
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"',
    );
  return { accessKeyID, date, region, service };
}

function given(value: string | undefined, name: string): string {
  if (!value) throw new SignatureProblem('malformed', `${name} is missing`);
  return value;
}

function dateHeader(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Milliseconds since the epoch of `20260105T090000Z`; NaN when it is none. */
export function timeOf(timestamp: string): number {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(timestamp);
  return match ? Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) : Number.NaN;
}
