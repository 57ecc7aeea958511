// SPDX-License-Identifier: GPL-3.0-or-later
/** For `status.sites`. Pure. */
import type { sitesStatus } from '../../../api/gslb-endpoint/sites.ts';
import type { Instance } from '../../../clouds/aws/ec2/machine.ts';
import type { SiteWish } from './wanted.ts';
import { isOf, isUp, type SiteFound, type SitesWorld } from './world.ts';

type Told = (typeof sitesStatus)['_output'];

function phase(found: SiteFound, wish: SiteWish | undefined, serving: Instance | undefined): Told[number]['phase'] {
  if (!serving) return found.instances.some(isUp) || found.balancer === undefined ? 'Making' : 'Failing';
  return wish && isOf(serving, wish.configuration) ? 'Serving' : 'Replacing';
}

/** Of what serves the one that is wanted, if it does already. */
function servingIn({ instances, targets }: SiteFound, wish: SiteWish | undefined): Instance | undefined {
  const healthy = instances.filter(
    (one) => isUp(one) && targets.some(({ id, state }) => id === one.id && state === 'healthy'),
  );
  return healthy.find((one) => wish && isOf(one, wish.configuration)) ?? healthy[0];
}

export function siteFacts({ sites }: SitesWorld, wishes: readonly SiteWish[]): Told {
  return sites.map((found) => {
    const wish = wishes.find(({ name }) => name === found.site);
    const serving = servingIn(found, wish);
    return {
      name: found.site,
      region: found.region,
      phase: phase(found, wish, serving),
      ...(found.targetGroup ? { targetGroup: found.targetGroup.name } : {}),
      ...(found.balancer ? { loadBalancer: found.balancer.name, dnsName: found.balancer.dnsName } : {}),
      ...(serving ? { instanceID: serving.id, imageID: serving.image } : {}),
    };
  });
}
