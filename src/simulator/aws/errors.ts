// SPDX-License-Identifier: GPL-3.0-or-later
import type { Xml } from './protocol/xml.ts';

/** A refusal in AWS's words; each service writes it in its own protocol. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further elements of the error document, for example BucketName. */
  readonly detail: Readonly<Record<string, Xml>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    status: number = 400,
    more: { detail?: Record<string, Xml>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.detail = more.detail ?? {};
    this.headers = more.headers ?? {};
  }
}
