// SPDX-License-Identifier: GPL-3.0-or-later
/** An AWS call as data: built by pure functions, shown in plans, sent by a session. */

export type Service = 's3' | 'iam' | 'sts' | 'cloudwatch';

export interface AwsRequest {
  readonly service: Service;
  /** The API's name of the operation, `CreateBucket`. */
  readonly action: string;
  readonly effect: 'read' | 'write';
  readonly input: Readonly<Record<string, unknown>>;
}

/** What must not be shown: object bodies. Nothing else that we send to these services is secret. */
const hidden = new Set(['Body', 'ContentMD5']);
const longestValue = 1024;

/** The input as name and value, for plans, logs and the recorded call. */
export function parametersOf(input: Readonly<Record<string, unknown>>): { name: string; value: string }[] {
  return Object.entries(input)
    .filter(([name, value]) => value !== undefined && !hidden.has(name))
    .map(([name, value]) => ({
      name,
      value: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, longestValue),
    }));
}

export function read(service: Service, action: string, input: Readonly<Record<string, unknown>>): AwsRequest {
  return { service, action, effect: 'read', input };
}

export function write(service: Service, action: string, input: Readonly<Record<string, unknown>>): AwsRequest {
  return { service, action, effect: 'write', input };
}
