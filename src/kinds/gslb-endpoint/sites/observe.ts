// SPDX-License-Identifier: GPL-3.0-or-later
import type { Listener } from '../../../clouds/aws/elbv2/load-balancer.ts';
import type { LoadBalancers } from '../../../clouds/aws/elbv2/load-balancers.ts';
import { Networks, type VpcChoice } from '../../../clouds/aws/ec2/networks.ts';
import type { AgeLimit } from '../../../clouds/aws/iam/users.ts';
import { siteClients, type InRegion, type SiteClouds } from './act.ts';
import { placeOf } from './place.ts';
import type { SiteToSee } from './to-see.ts';
import { baseImageName, debian } from './wanted.ts';
import { isOf, isUp, siteTag, type Attached, type SiteFound, type SitePlace } from './world.ts';

/** How one is chosen; `undefined`: the default one. */
function choiceOf({ vpc }: SiteToSee): VpcChoice | undefined {
  if (vpc?.id !== undefined) return { id: vpc.id };
  return vpc?.tag && { tags: vpc.tag };
}

/** VPCs and subnets are made once; a look at them is good for all that comes in the same while. */
const placeAgeMs = 60_000;

async function place(clouds: SiteClouds, at: InRegion, site: SiteToSee, { maxAgeMs }: AgeLimit): Promise<SitePlace> {
  const age = { maxAgeMs: Math.max(maxAgeMs, placeAgeMs) };
  const networks = new Networks(await clouds.inRegion(site.region), clouds.scope);
  const choice = choiceOf(site);
  const vpcs = choice ? await networks.vpcs(choice, age) : await at.groups.defaultVpcs(age);
  const [vpc] = vpcs;
  const subnets = vpc ? await at.groups.subnets(vpc.id, age) : [];
  const tables = vpc && !site.subnets ? await networks.routeTables(vpc.id, age) : [];
  return placeOf(site, { vpcs, subnets, tables });
}

/** The listeners of the load balancer, and the targets of the group: of ours only, others' are not asked for. */
async function balancingOf(balancers: LoadBalancers, site: SiteToSee, age: AgeLimit) {
  const names = {
    balancer: site.wish?.loadBalancer ?? site.loadBalancer,
    group: site.wish?.targetGroup ?? site.targetGroup,
  };
  const balancer = names.balancer === undefined ? undefined : await balancers.marked(names.balancer, age);
  const targetGroup = names.group === undefined ? undefined : await balancers.targetGroup(names.group, age);
  return {
    ...(balancer ? { balancer } : {}),
    ...(targetGroup ? { targetGroup } : {}),
    listeners: balancer ? await balancers.listeners(balancer.arn, age) : [],
    targets: targetGroup ? await balancers.targets(targetGroup.arn, age) : [],
  };
}

/** Whose they are, where a wanted one is not ours. */
async function groupsOf(
  { groups }: InRegion,
  { wish, name }: SiteToSee,
  found: { uid: string; place: SitePlace; age: AgeLimit },
) {
  const mine = (await groups.of(found.uid, found.age)).filter(({ tags }) => tags[siteTag] === name);
  const names = wish ? [wish.groups.balancer, wish.groups.instance] : [];
  const missing = names.filter((one) => !mine.some((group) => group.name === one));
  if (missing.length === 0 || found.place.found === 'none') return mine;
  const others = await groups.named(found.place.vpc, missing);
  return [...mine, ...others.filter(({ id }) => !mine.some((group) => group.id === id))];
}

/** What else bears a mark of the site. */
async function attachedOf(
  { instances, balancers }: InRegion,
  { uid, name, listeners }: { uid: string; name: string; listeners: readonly Listener[] },
  age: AgeLimit,
): Promise<readonly Attached[]> {
  const volumes = (await instances.volumesOf(uid, age)).map(({ id, tags }): Attached => ({ id, tags, of: 'Machine' }));
  const tagged = await balancers.listenerTags(listeners.map(({ arn }) => arn));
  const balancing = tagged.map(([id, tags]): Attached => ({ id, tags, of: 'Balancing' }));
  return [...volumes, ...balancing].filter(({ tags }) => tags[siteTag] === name);
}

async function siteFound(clouds: SiteClouds, site: SiteToSee, age: AgeLimit): Promise<SiteFound> {
  const at = await siteClients(clouds, site.region);
  const { uid } = clouds.owner;
  const isHere = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) => tags[siteTag] === site.name;
  const where: SitePlace = site.wish ? await place(clouds, at, site, age) : { found: 'here', vpc: '', subnets: [] };
  const instances = (await at.instances.of(uid, age)).filter(isHere);
  const { wish } = site;
  // asked only when an instance has to be made
  const needed = wish !== undefined && !instances.some((one) => isUp(one) && isOf(one, wish.configuration));
  const balancing = await balancingOf(at.balancers, site, age);
  const of = { uid, name: site.name, listeners: balancing.listeners };
  const base = needed ? await at.images.newest(debian, baseImageName(wish.instanceType)) : undefined;
  return {
    site: site.name,
    region: site.region,
    place: where,
    ...(base ? { baseImage: base.id } : {}),
    groups: await groupsOf(at, site, { uid, place: where, age }),
    instances,
    images: (await at.images.of(uid, age)).filter(isHere),
    snapshots: (await at.images.snapshotsOf(uid, age)).filter(isHere),
    ...balancing,
    ...(site.stays ? { attached: await attachedOf(at, of, age) } : {}),
  };
}

/** Reads only. */
export async function observeSites(
  clouds: SiteClouds,
  sites: readonly SiteToSee[],
  age: AgeLimit,
): Promise<readonly SiteFound[]> {
  return Promise.all(sites.map((site) => siteFound(clouds, site, age)));
}
