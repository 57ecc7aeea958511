// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of each step, as a plan shows them: writes only. Pure. */
import { parametersOf, type AwsRequest } from '../../clouds/aws/request.ts';
import type { PlannedCall } from '../../core/step.ts';
import { certificateRequest } from './certificate/requests.ts';
import { haproxyCalls } from './haproxy/steps.ts';
import { requestOf } from './requests.ts';
import { siteRequest } from './sites/requests.ts';
import { isOfCertificate, isOfHaproxy, isOfSite, type GslbStep } from './steps.ts';

/** A read that a step makes for its own safety is not shown. */
export function calls(step: GslbStep): readonly PlannedCall[] {
  if (isOfHaproxy(step)) return haproxyCalls(step);
  if (isOfSite(step)) return shown(siteRequest(step));
  return shown(isOfCertificate(step) ? certificateRequest(step) : requestOf(step));
}

function shown({ service, action, input }: AwsRequest): readonly PlannedCall[] {
  return [{ service, action, parameters: parametersOf(input) }];
}
