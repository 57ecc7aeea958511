// SPDX-License-Identifier: GPL-3.0-or-later
/** An AWS call as data: built by pure functions, shown in plans, sent by a session. */

export type Service = 's3' | 'iam' | 'sts' | 'cloudwatch' | 'ec2' | 'route53' | 'elasticloadbalancing' | 'acm';

export interface AwsRequest {
  readonly service: Service;
  /** The API's name of the operation, `CreateBucket`. */
  readonly action: string;
  readonly effect: 'read' | 'write';
  readonly input: Readonly<Record<string, unknown>>;
}

/** What must not be shown: object bodies. */
const hidden = new Set(['Body', 'ContentMD5']);
/** What is secret however deep it stands: a tunnel's key. Nothing else that we send to these services is. */
const secret = 'PreSharedKey';
const longestValue = 1024;

const shown = (name: string, value: unknown) => (name === secret ? '[redacted]' : value);

/** The input as name and value, for plans, logs and the recorded call. */
export function parametersOf(input: Readonly<Record<string, unknown>>): { name: string; value: string }[] {
  return Object.entries(input)
    .filter(([name, value]) => value !== undefined && !hidden.has(name))
    .map(([name, value]) => ({
      name,
      value: (typeof value === 'string' ? value : JSON.stringify(value, shown)).slice(0, longestValue),
    }));
}

export function read(service: Service, action: string, input: Readonly<Record<string, unknown>>): AwsRequest {
  return { service, action, effect: 'read', input };
}

export function write(service: Service, action: string, input: Readonly<Record<string, unknown>>): AwsRequest {
  return { service, action, effect: 'write', input };
}
