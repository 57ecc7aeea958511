// SPDX-License-Identifier: GPL-3.0-or-later
import { LoadBalancers } from '../../clouds/aws/elbv2/load-balancers.ts';
import type { AgeLimit } from '../../clouds/aws/iam/users.ts';
import type { Clouds } from './connect.ts';
import type { Balancer } from './observed.ts';

/**
 * The load balancers of the spec: one list of each region, which all objects of the account share. Where an alias to one points does not
 * change while it lives.
 */
export async function observeBalancers({ inRegion, scope, spec }: Clouds, age: AgeLimit): Promise<readonly Balancer[]> {
  const wanted = spec.endpoints.flatMap(({ target }) => target.loadBalancer ?? []);
  const found: Balancer[] = [];
  // one after the other: a region whose login fails says so by itself, and most objects have two
  for (const { name, region } of wanted) {
    const one = await new LoadBalancers(await inRegion(region), scope).named(name, age);
    found.push({ name, region, ...(one ? { at: { dnsName: one.dnsName, zone: one.zone } } : {}) });
  }
  return found;
}
