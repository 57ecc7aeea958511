// SPDX-License-Identifier: GPL-3.0-or-later
/** What is as good as the same. Pure. */
import type { PruneJob, VerifyJob } from '../../../clouds/pbs/care.ts';
import type { Datastore } from '../../../clouds/pbs/datastores.ts';
import type { S3Endpoint } from '../../../clouds/pbs/s3-endpoints.ts';
import { canonical } from '../../../core/digest.ts';

/** In all that can be changed, and that is wanted at all. */
export function sameEndpoint(have: S3Endpoint, want: S3Endpoint): boolean {
  const plain = ({ putRateLimit: _fixed, rates, ...one }: S3Endpoint) =>
    canonical({
      ...one,
      quirks: one.quirks.toSorted(),
      fingerprint: one.fingerprint?.toLowerCase(),
      ...(want.rates ? { rates: { in: rates?.in, out: rates?.out } } : {}),
    });
  return plain(have) === plain(want);
}

/** Of what is fixed when an endpoint is made. */
export function isMadeOtherwise(have: S3Endpoint, { putRateLimit }: Pick<S3Endpoint, 'putRateLimit'>): boolean {
  return putRateLimit !== undefined && have.putRateLimit !== putRateLimit;
}

type Settings = Pick<Datastore, 'comment' | 'gcSchedule' | 'verifyNew' | 'alerts'>;

/** In all that can be changed, and that is wanted at all. */
export function sameSettings(have: Settings, want: Settings): boolean {
  const plain = ({ comment, gcSchedule, verifyNew, alerts }: Settings) =>
    canonical({ comment, gcSchedule, verifyNew, ...(want.alerts ? { alerts: alerts ?? null } : {}) });
  return plain(have) === plain(want);
}

/** Comments are nobody's business but people's. */
export function samePrune(have: PruneJob, want: PruneJob): boolean {
  return have.store === want.store && have.schedule === want.schedule && canonical(have.keep) === canonical(want.keep);
}

export function sameVerify(have: VerifyJob, want: VerifyJob): boolean {
  return (
    have.store === want.store && have.schedule === want.schedule && have.outdatedAfterDays === want.outdatedAfterDays
  );
}
