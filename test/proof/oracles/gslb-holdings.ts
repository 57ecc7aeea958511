// SPDX-License-Identifier: GPL-3.0-or-later
/** What the sites and the certificates of a GslbEndpoint are made of, as AWS really has it, in every region of the scenarios. */
import type { Worlds } from '../worlds.ts';
import { account, region } from '../worlds.ts';

export const ownerTag = 'hybridcloud.dev/owner';
const siteTag = 'hybridcloud.dev/site';
const configurationTag = 'hybridcloud.dev/configuration';

/** Of the scenarios' sites; the first one is that of the object. */
export const sitesRegions = [region, 'eu-west-2'] as const;

export const machinesIn = ({ aws }: Worlds, at: string) => aws.account(account).machines(at);
export const balancingIn = ({ aws }: Worlds, at: string) => aws.account(account).balancing(at);
export const certificatesIn = ({ aws }: Worlds, at: string) => aws.account(account).certificates(at);

interface Thing {
  readonly region: string;
  readonly what: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What a person would see of it that nobody but its owner changes. */
  readonly told: object;
}

type Tagged = { readonly tags: Thing['tags'] };

function named<T extends Tagged>(
  at: string,
  what: string,
  all: readonly T[],
  tell: (one: T) => [string, object],
): Thing[] {
  return all.map((one) => {
    const [id, told] = tell(one);
    return { region: at, what, id, tags: one.tags, told };
  });
}

function inRegion(worlds: Worlds, at: string): readonly Thing[] {
  const { instances, volumes, images, snapshots, securityGroups } = machinesIn(worlds, at);
  const { loadBalancers, targetGroups, listeners } = balancingIn(worlds, at);
  const up = instances.filter(({ state }) => state === 'pending' || state === 'running');
  return [
    ...named(at, 'instance', up, ({ id, imageID, type, subnetID, securityGroups: groups }) => {
      return [id, { imageID, type, subnetID, groups }];
    }),
    ...named(
      at,
      'volume',
      volumes.filter(({ instanceID }) => up.some(({ id }) => id === instanceID)),
      ({ id, instanceID }) => [id, { instanceID }],
    ),
    ...named(at, 'image', images, ({ id, name, state }) => [id, { name, state }]),
    ...named(at, 'snapshot', snapshots, ({ id }) => [id, {}]),
    ...named(at, 'security group', securityGroups, ({ id, name, ingress }) => {
      return [id, { name, ingress: ingress.map(({ from, to, source }) => ({ from, to, source })) }];
    }),
    ...named(at, 'load balancer', loadBalancers, ({ arn, name, subnets, securityGroups: groups }) => {
      return [arn, { name, subnets, groups }];
    }),
    ...named(at, 'target group', targetGroups, ({ arn, name, port, check, targets }) => {
      return [arn, { name, port, check, targets: targets.map(({ id, health }) => [id, health.state]) }];
    }),
    ...named(at, 'listener', listeners, ({ arn, port, protocol, action, certificate }) => {
      return [arn, { port, protocol, action, certificate }];
    }),
    ...named(at, 'certificate', certificatesIn(worlds, at), ({ arn, names, status }) => [arn, { names, status }]),
  ];
}

/** Not those that are terminated. */
export function holdings(worlds: Worlds): readonly Thing[] {
  return sitesRegions.flatMap((at) => inRegion(worlds, at));
}

/** Sites with an instance that a load balancer calls healthy and sends requests to. */
export function servingSites(worlds: Worlds, uid: string): readonly string[] {
  return sitesRegions.flatMap((at) => {
    const { targetGroups, listeners } = balancingIn(worlds, at);
    const ours = targetGroups.filter(({ tags }) => tags[ownerTag] === uid);
    return ours.flatMap(({ arn, tags, targets }) => {
      const leadsHere = listeners.some(({ action }) => action.type === 'forward' && action.targetGroup === arn);
      const healthy = targets.some(({ health }) => health.state === 'healthy');
      return leadsHere && healthy ? [tags[siteTag] ?? ''] : [];
    });
  });
}

/** What there should be one of: by what it is for. */
export function doubled(worlds: Worlds, uid: string): readonly string[] {
  const ours = holdings(worlds).filter(({ tags, what }) => tags[ownerTag] === uid && what !== 'listener');
  const purposes = ours.map(({ region: at, what, tags, told }) => {
    const more = what === 'certificate' || what === 'security group' ? JSON.stringify(told) : '';
    return [what, at, tags[siteTag], tags[configurationTag], more].join(' ');
  });
  return [...new Set(purposes.filter((one, n) => purposes.indexOf(one) !== n))];
}

/** Ids are AWS's; what they are of stays. */
export function idless(text: string): string {
  return text
    .replace(/\b(i|vol|ami|snap|sg)-[0-9a-f]{8,17}\b/g, '<$1>')
    .replace(/(loadbalancer\/app|listener\/app|targetgroup)\/([\w-]+)(?:\/[0-9a-f]+)+/g, '$1/$2')
    .replace(/certificate\/[0-9a-f-]{36}/g, 'certificate')
    .replace(/([\w-]+-alb)-\d+\./g, '$1.');
}

function sorted(list: readonly unknown[]): unknown[] {
  return list
    .map((one) => JSON.stringify(one))
    .sort()
    .map((one) => JSON.parse(one) as unknown);
}

/** For the picture of the worlds. */
export function holdingsPicture(worlds: Worlds): unknown {
  const all = holdings(worlds).map(({ region: at, what, tags, told }) => {
    return { at, what, tags: sorted(Object.entries(tags)), told };
  });
  return sorted(all.map((one) => JSON.parse(idless(JSON.stringify(one))) as unknown));
}
