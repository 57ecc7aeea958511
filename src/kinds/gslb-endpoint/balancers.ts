// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { AgeLimit } from '../../clouds/aws/users.ts';
import type { Clouds } from './connect.ts';
import type { Balancer } from './observed.ts';

/** The load balancers of the spec, each in its region. */
export async function observeBalancers(
  _clouds: Clouds,
  spec: GslbEndpointSpec,
  _age: AgeLimit,
): Promise<readonly Balancer[]> {
  return spec.endpoints.flatMap(({ target }) => (target.loadBalancer ? [target.loadBalancer] : []));
}
