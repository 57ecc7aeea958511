// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call, Reply } from '../call.ts';
import type { Wish } from '../authorize.ts';
import type { BucketState } from './state.ts';

/** A request to S3 once its address and its body are understood. */
export interface S3Call extends Call {
  readonly operation: S3Operation;
  readonly bucketName: string;
  readonly key: string;
  /** Decoded from chunks, checksums verified. */
  readonly content: Uint8Array;
  /** Checksums the caller gave, as reply headers. */
  readonly checksums: Readonly<Record<string, string>>;
}

export interface BucketCall extends S3Call {
  readonly bucket: BucketState;
}

interface Common {
  readonly effect: 'read' | 'write';
  readonly method: string;
  /** The query name that selects the operation; absent for the plain ones. */
  readonly sub?: string;
  /** A header that selects the operation, such as x-amz-copy-source. */
  readonly header?: string;
  /** Further query names and `x-amz-` headers that it takes; anything else is refused. A trailing `*` stands for any ending. */
  readonly query?: readonly string[];
  readonly headers?: readonly string[];
  /** The body's integrity must be proven (Content-MD5 or x-amz-checksum-…). */
  readonly checksum?: true;
  /** Keys for its conditions, and the permission when it depends on the request. */
  readonly wish?: (call: S3Call) => Partial<Wish>;
  readonly permission: string;
}

export interface ServiceOperation extends Common {
  readonly on: 'service' | 'newBucket';
  readonly run: (call: S3Call) => Reply;
}

export interface BucketOperation extends Common {
  readonly on: 'bucket' | 'object';
  readonly run: (call: BucketCall) => Reply;
}

export type S3Operation = (ServiceOperation | BucketOperation) & { readonly name: string };
export type S3Operations = Readonly<Record<string, ServiceOperation | BucketOperation>>;
