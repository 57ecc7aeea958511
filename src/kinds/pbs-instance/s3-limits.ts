// SPDX-License-Identifier: GPL-3.0-or-later
/** What of S3's use is bounded, and told, as the spec has it. Pure. */
import type { PbsInstanceSpec } from '../../api/pbs-instance.ts';
import type { StoreWish } from './store/wish.ts';

const miB = (rate: string) => Number(rate.replace(/Mi$/, '')) * 1024 ** 2;

/** What is not named is left as it is. */
export function limitsOf({ s3: { limits } }: PbsInstanceSpec): Pick<StoreWish, 'rates' | 'putRateLimit'> {
  if (!limits) return {};
  const { downloadPerSecond: down, uploadPerSecond: up, putRequestsPerSecond } = limits;
  return {
    rates: { ...(down === undefined ? {} : { in: miB(down) }), ...(up === undefined ? {} : { out: miB(up) }) },
    ...(putRequestsPerSecond === undefined ? {} : { putRateLimit: putRequestsPerSecond }),
  };
}

const gibibyte = 1024 ** 3;
const bytes = (size: string | undefined) =>
  size === undefined ? undefined : Number(size.replace(/Gi$/, '')) * gibibyte;

/** What is not named is left as it is. */
export function alertsOf({ datastore: { s3Alerts } }: PbsInstanceSpec): Pick<StoreWish, 'alerts'> {
  if (!s3Alerts) return {};
  const thresholds = {
    's3-get': s3Alerts.getRequests,
    's3-put': s3Alerts.putRequests,
    's3-post': s3Alerts.postRequests,
    's3-head': s3Alerts.headRequests,
    's3-delete': s3Alerts.deleteRequests,
    's3-upload': bytes(s3Alerts.uploaded),
    's3-download': bytes(s3Alerts.downloaded),
  };
  const named = Object.entries(thresholds).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { alerts: { thresholds: Object.fromEntries(named), resetSchedule: s3Alerts.resetSchedule } };
}
