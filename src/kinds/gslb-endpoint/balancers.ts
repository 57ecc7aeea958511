// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { Balancer } from './observed.ts';

/** The load balancers of the spec, each in its region. */
export function observeBalancers(spec: GslbEndpointSpec): readonly Balancer[] {
  return spec.endpoints.flatMap(({ target }) => (target.loadBalancer ? [target.loadBalancer] : []));
}
