// SPDX-License-Identifier: GPL-3.0-or-later
/** The one call of each step, and what a person approves of it. Pure. */
import {
  deleteCertificate,
  requestCertificate,
  untagCertificate,
} from '../../../clouds/aws/acm/certificate-requests.ts';
import type { AwsRequest } from '../../../clouds/aws/request.ts';
import { changeRecords } from '../../../clouds/aws/route53/requests.ts';
import type { CertificateStep } from './steps.ts';

export function certificateRequest(step: CertificateStep): AwsRequest {
  switch (step.do) {
    case 'RequestCertificate':
      return requestCertificate(step);
    case 'ReleaseCertificate':
      return untagCertificate(step.certificate, step.tags);
    case 'DeleteCertificate':
      return deleteCertificate(step.certificate);
    default:
      return changeRecords(step.zone, step.changes);
  }
}

/** Which names and where; a validation record is the one that AWS asks for, whatever its name will be. */
export function certificateIdentity(step: CertificateStep): object {
  const { do: verb, effect, target } = step;
  const own = { do: verb, effect, target };
  return step.do === 'RequestCertificate' ? { ...own, names: step.names } : own;
}
