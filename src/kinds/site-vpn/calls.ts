// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of each step, as a plan shows them: writes only, secrets left out. Pure. */
import { parametersOf } from '../../clouds/aws/request.ts';
import { planned } from '../../clouds/opnsense/requests.ts';
import type { PlannedCall } from '../../core/step.ts';
import { pushRequests } from './push/calls.ts';
import { routerCall } from './openstack/calls.ts';
import { requestOf } from './requests.ts';
import type { SiteVpnStep } from './steps.ts';

function onSecret(verb: string, secret: string): PlannedCall {
  return { service: 'kubernetes', action: `${verb} secrets`, parameters: [{ name: 'name', value: secret }] };
}

/** A read that a step makes for its own safety is not shown. */
export function calls(step: SiteVpnStep): readonly PlannedCall[] {
  if (step.do === 'DeliverGatewayFiles') return [onSecret(step.effect, step.secret)];
  if (step.do === 'RemoveGatewayFiles') return [onSecret('delete', step.secret)];
  if ('url' in step) return pushRequests(step).map(planned);
  if ('router' in step) return [routerCall(step)];
  const { service, action, input } = requestOf(step);
  return [{ service, action, parameters: parametersOf(input) }];
}
