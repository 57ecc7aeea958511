// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What codes of Elastic Load Balancing and of Certificate Manager mean (API references, each action's "Errors"); throttling, credentials and
 * 5xx are the same for all services. The SDK names modelled errors by its classes, which end in `Exception`.
 */
import type { Failure } from '../../../core/failure.ts';

type Meaning = Pick<Failure, 'class' | 'reason' | 'message'> & { readonly applied?: 'no' };

/** Another change has to be through first, or somebody was there before: the next look shows it. */
const conflicts = new Set([
  'ResourceInUse',
  'DuplicateLoadBalancerName',
  'DuplicateTargetGroupName',
  'DuplicateListener',
  'TargetGroupAssociationLimit',
  // an instance that does not run yet, or no longer
  'InvalidTarget',
  // a certificate that is not issued yet, or that the service does not know yet
  'UnsupportedCertificate',
  'CertificateNotFound',
  'RequestInProgress',
  'OperationNotPermitted',
]);

const quota = /^TooMany(?!Tags$)|^LimitExceeded$/;

export function balancingMeaning(named: string, said: string): Meaning | undefined {
  const code = named.replace(/Exception$/, '');
  if (/^(LoadBalancer|TargetGroup|Listener|Resource|Subnet)NotFound$/.test(code))
    return {
      class: 'Transient',
      reason: 'NotFound',
      applied: 'no',
      message: `AWS does not find it (${said}). What was made a moment ago shows soon; what is gone, the next look tells`,
    };
  if (conflicts.has(code))
    return {
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
      message: `${code}, which passes or shows at the next look (AWS said: ${said})`,
    };
  return quota.test(code)
    ? {
        class: 'Denied',
        reason: 'QuotaReached',
        message: `a quota of the account is used up (AWS said: ${said}). Ask AWS to raise it (Service Quotas), or free some.`,
      }
    : undefined;
}
