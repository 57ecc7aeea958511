// SPDX-License-Identifier: GPL-3.0-or-later
/** For `status.sites`. Pure. */
import type { sitesStatus } from '../../../api/gslb-endpoint/sites.ts';
import type { Instance } from '../../../clouds/aws/ec2/machine.ts';
import { ownershipOf, type Tags } from '../../../core/owner-mark.ts';
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

/** A site that is out of the spec is remembered until nothing of it is left, and nothing that was asked for may still come. */
function isOver({ owner }: SitesWorld, found: SiteFound, begun: readonly { readonly key: string }[]): boolean {
  const isOurs = ({ tags }: { readonly tags: Tags }) => ownershipOf(tags, owner) === 'mine';
  const { site, balancer, targetGroup, groups, images, snapshots } = found;
  const named = [balancer, targetGroup].flatMap((one) => one ?? []);
  const instances = found.instances.filter(({ state }) => state !== 'terminated');
  const left = [...named, ...groups, ...images, ...snapshots, ...instances].some(isOurs);
  return !left && !begun.some(({ key }) => key.split('/')[1] === site);
}

/** @param begun Of the status: what was announced, and did not show yet. */
export function siteFacts(
  world: SitesWorld,
  wishes: readonly SiteWish[],
  begun: readonly { readonly key: string }[] = [],
): Told {
  const isWanted = ({ site }: SiteFound) => wishes.some(({ name }) => name === site);
  const sites = world.sites.filter((found) => isWanted(found) || !isOver(world, found, begun));
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
