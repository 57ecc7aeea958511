// SPDX-License-Identifier: GPL-3.0-or-later
import type { Incoming } from './incoming.ts';
import { queryValue } from './incoming.ts';

/** Which service, in which region, a request is for. */
export interface Route {
  readonly service: string;
  readonly region: string;
  /** Virtual-hosted style: the bucket comes from the host name. */
  readonly hostBucket?: string;
  /** False when region and service were only guessed from the signature (a loopback endpoint). */
  readonly byHost: boolean;
}

/** Global services sign for us-east-1 (AWS General Reference, "IAM endpoints and quotas"). */
export const globalRegion = 'us-east-1';

const s3Host = /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$/;
const otherHost =
  /^(acm|ec2|elasticloadbalancing|iam|kms|monitoring|route53|sts)(?:\.([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$/;

export function routeOf(incoming: Incoming): Route {
  const host = incoming.host.replace(/:\d+$/, '');
  const s3 = s3Host.exec(host);
  if (s3)
    return { service: 's3', region: s3[2] ?? globalRegion, byHost: true, ...(s3[1] ? { hostBucket: s3[1] } : {}) };
  const other = otherHost.exec(host);
  if (other?.[1]) return { service: other[1], region: other[2] ?? globalRegion, byHost: true };
  const scope = scopeOf(incoming);
  const [, , region = globalRegion, service = unsignedService(incoming)] = scope.split('/');
  const prefix = /^(.+)\.(?:localhost|s3\.localhost)$/.exec(host);
  return { service, region, byHost: false, ...(service === 's3' && prefix?.[1] ? { hostBucket: prefix[1] } : {}) };
}

/** `AKIA…/20260105/ap-northeast-2/s3/aws4_request`, from the header or the presigned query; empty without a signature. */
function scopeOf(incoming: Incoming): string {
  const header = incoming.headers.get('authorization') ?? '';
  return /Credential=([^,\s]+)/.exec(header)?.[1] ?? queryValue(incoming, 'X-Amz-Credential') ?? '';
}

/** Without a signature only the form says that a request is for STS. */
function unsignedService({ headers, body }: Incoming): string {
  const form = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  return form && /(^|&)Action=AssumeRoleWithWebIdentity(&|$)/.test(Buffer.from(body).toString()) ? 'sts' : 's3';
}
