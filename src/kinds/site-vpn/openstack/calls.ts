// SPDX-License-Identifier: GPL-3.0-or-later
/** The call of each step. Pure. */
import { changeRequest } from '../../../clouds/openstack/routers.ts';
import type { PlannedCall } from '../../../core/step.ts';
import type { RouterStep } from './steps.ts';

export function routerCall(step: RouterStep): PlannedCall {
  const verb = step.do === 'AddRouterRoutes' ? 'add_extraroutes' : 'remove_extraroutes';
  const { action, parameters } = changeRequest(step.router, verb, step.routes);
  return { service: 'neutron', action, parameters };
}
