// SPDX-License-Identifier: GPL-3.0-or-later
/** What goes: images that nobody starts from any more, sites that are not wanted, all of it. Pure. */
import type { Rule, SecurityGroup } from '../../../clouds/aws/ec2/machine.ts';
import { ownershipOf, type Owner, type Tags } from '../../../core/owner-mark.ts';
import { markIn } from '../marks.ts';
import { waiting } from '../plan/part.ts';
import type { SitePart } from './part.ts';
import { ruleWords } from './rule-words.ts';
import type { SiteEndStep, SiteStep } from './steps.ts';
import { isOf, isUp, type SiteFound } from './world.ts';

type Ending = Exclude<SiteEndStep['do'], 'ReleaseSiteThing'>;

function end(found: SiteFound, verb: Ending, thing: { readonly id: string; readonly target: string }): SiteEndStep {
  const { site, region } = found;
  return { do: verb, effect: 'delete', target: `${thing.target} in ${region}`, site, region, id: thing.id };
}

/** Images of other configurations, then the snapshots under no image of ours. */
export function surplusImages(found: SiteFound, configuration: string | undefined): SiteEndStep[] {
  const old = found.images.filter((one) => configuration === undefined || !isOf(one, configuration));
  if (old.length > 0)
    return old.map(({ id, name }) => ({
      ...end(found, 'DeregisterImage', { id, target: `image ${name}` }),
      routine: true,
    }));
  const kept = new Set(found.images.map(({ tags }) => tags['hybridcloud.dev/configuration']));
  return found.snapshots
    .filter(({ tags }) => !kept.has(tags['hybridcloud.dev/configuration']))
    .map(({ id }) => ({ ...end(found, 'DeleteSnapshot', { id, target: `snapshot ${id}` }), routine: true }));
}

const ours = (owner: Owner) => (one: { readonly tags: Tags }) => ownershipOf(one.tags, owner) === 'mine';

/** First what answers, then what it answered from, last what both stood in. */
export function takeAway(found: SiteFound, owner: Owner): SitePart {
  const isOurs = ours(owner);
  const { balancer, targetGroup, instances } = found;
  if (balancer && isOurs(balancer))
    return {
      steps: [end(found, 'DeleteLoadBalancer', { id: balancer.arn, target: `load balancer ${balancer.name}` })],
    };
  const group = targetGroup && isOurs(targetGroup) ? targetGroup : undefined;
  const steps = [
    ...(group ? [end(found, 'DeleteTargetGroup', { id: group.arn, target: `target group ${group.name}` })] : []),
    ...instances.filter(isUp).map(({ id }) => end(found, 'TerminateInstance', { id, target: `instance ${id}` })),
    ...surplusImages(found, undefined),
  ];
  if (steps.length > 0) return { steps };
  const leaving = instances.find(({ state }) => state === 'shutting-down');
  if (leaving) {
    const until = { happens: 'InstanceGone', id: leaving.id };
    const hold = waiting('InstanceLeaving', `The instance ${leaving.id} of site ${found.site} is shutting down`, until);
    return { steps: [], hold: { ...hold, lookAgainAfterMs: 10_000 } };
  }
  const mine = found.groups.filter(isOurs);
  const knots = mine.flatMap((group) => knotsOf(found, group, mine));
  if (knots.length > 0) return { steps: knots };
  // the instance's names the load balancer's
  const groups = mine.toSorted((a, b) => b.openings.filter(isByGroup).length - a.openings.filter(isByGroup).length);
  return {
    steps: groups.map(({ id, name }) => end(found, 'DeleteSecurityGroup', { id, target: `security group ${name}` })),
  };
}

function isByGroup({ from }: Rule): boolean {
  return 'group' in from;
}

function names({ openings }: SecurityGroup, { id }: SecurityGroup): readonly Rule[] {
  return openings.filter(({ from }) => 'group' in from && from.group === id);
}

/** AWS deletes no group that another names: where somebody had two of ours name each other, rules go first. */
function knotsOf({ site, region }: SiteFound, group: SecurityGroup, all: readonly SecurityGroup[]): SiteStep[] {
  const others = all.filter((one) => one.id > group.id && names(one, group).length > 0);
  return others
    .flatMap((one) => names(group, one))
    .map((opening) => {
      const target = `rule ${ruleWords(opening)} of security group ${group.name} in ${region}`;
      return { do: 'ClosePort', effect: 'delete', target, site, region, id: group.id, opening };
    });
}

/** All of it stays and serves, and is nobody's. */
export function release(found: SiteFound, owner: Owner): SiteEndStep[] {
  const { site, region, groups, instances, images, snapshots, balancer, targetGroup, attached = [] } = found;
  const machines = [...groups, ...instances.filter(isUp), ...images, ...snapshots];
  const balancing = [balancer, targetGroup].flatMap((one) => (one ? [{ id: one.arn, tags: one.tags }] : []));
  const step =
    (of: 'Machine' | 'Balancing') =>
    (thing: { readonly id: string; readonly tags: Tags }): SiteEndStep => ({
      do: 'ReleaseSiteThing',
      effect: 'update',
      target: `${thing.id} of site ${site}`,
      site,
      region,
      id: thing.id,
      of,
      tags: markIn(thing.tags),
    });
  const isOurs = ours(owner);
  return [
    ...attached.filter(isOurs).map((one) => step(one.of)(one)),
    ...machines.filter(isOurs).map(step('Machine')),
    ...balancing.filter(isOurs).map(step('Balancing')),
  ];
}
