// SPDX-License-Identifier: GPL-3.0-or-later
/** The one call of each step. Pure. */
import type { AwsRequest } from '../../clouds/aws/request.ts';
import * as route53 from '../../clouds/aws/route53/requests.ts';
import type { CheckStep, RecordStep } from './steps.ts';

export function requestOf(step: RecordStep | CheckStep): AwsRequest {
  switch (step.do) {
    case 'CreateHealthCheck':
      return route53.createHealthCheck(step.reference, step.settings);
    case 'TagHealthCheck':
      return route53.tagHealthCheck(step.check, step.tags);
    case 'ReleaseHealthCheck':
      return route53.tagHealthCheck(step.check, {}, Object.keys(step.tags));
    case 'UpdateHealthCheck':
      return route53.updateHealthCheck(step.check, step.settings);
    case 'DeleteHealthCheck':
      return route53.deleteHealthCheck(step.check);
    default:
      return route53.changeRecords(step.zone, step.changes);
  }
}
