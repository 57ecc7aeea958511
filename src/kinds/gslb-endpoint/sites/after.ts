// SPDX-License-Identifier: GPL-3.0-or-later
/** What sites look like once a step is done or an event happened; the same object when it already shows. Pure. */
import type { Target } from '../../../clouds/aws/elbv2/load-balancer.ts';
import type { Rule } from '../../../clouds/aws/ec2/machine.ts';
import { canonical } from '../../../core/digest.ts';
import type { Event } from '../../../core/step.ts';
import { shown } from '../../shown.ts';
import { afterSiteEvent as happened } from './after-event.ts';
import type { RolloutStep, SiteEndStep, SitePieceStep, SiteStep } from './steps.ts';
import { configurationTag, isOf, isUp, siteTag, type SiteFound, type SitesWorld } from './world.ts';

type Edit = (found: SiteFound) => SiteFound;

const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);

function inSite<W extends SitesWorld>(world: W, name: string, edit: Edit): W {
  const sites = world.sites.map((one) => (one.site === name ? edit(one) : one));
  return sites.every((one, n) => one === world.sites[n]) ? world : { ...world, sites };
}

function openings(found: SiteFound, id: string, edit: (all: readonly Rule[]) => readonly Rule[]): SiteFound {
  const groups = found.groups.map((one) => {
    const next = one.id === id ? edit(one.openings) : one.openings;
    return next === one.openings ? one : { ...one, openings: next };
  });
  return groups.every((one, n) => one === found.groups[n]) ? found : { ...found, groups };
}

type Do<Name extends SiteStep['do']> = Extract<SiteStep, { do: Name }>;

function group({ name, vpc, tags, region }: Do<'CreateSecurityGroup'>): Edit {
  const made = { id: `<security group ${name} in ${region}>`, name, vpc, openings: [], tags };
  return (found) => {
    const there = found.groups.find((one) => one.name === name);
    return there ? shown(found, there) : { ...found, groups: [...found.groups, made] };
  };
}

function listener({ do: verb, id, settings }: Do<'CreateListener' | 'ChangeListener'>): Edit {
  return (found) => {
    const before = found.listeners.find(({ port }) => port === settings.port);
    const balancer = found.balancer?.arn ?? id;
    const arn = verb === 'ChangeListener' ? id : (before?.arn ?? `<listener ${settings.port} of ${balancer}>`);
    const next = { arn, loadBalancer: balancer, ...settings };
    if (before && same(before, next)) return found;
    const others = found.listeners.filter(({ port }) => port !== settings.port);
    return { ...found, listeners: [...others, next].toSorted((a, b) => a.port - b.port) };
  };
}

function balancer(step: Do<'CreateLoadBalancer'>): Edit {
  const { name, subnets, securityGroups, tags, region } = step;
  const made = { arn: `<load balancer ${name} in ${region}>`, name, dnsName: `${name}.${region}`, zone: region };
  return (found) => {
    const vpc = found.place.found === 'here' ? found.place.vpc : '';
    const rest = { state: 'provisioning', scheme: 'internet-facing', vpc, subnets, securityGroups, tags };
    return found.balancer ? found : { ...found, balancer: { ...made, ...rest } };
  };
}

function targetGroup({ name, vpc, port, check, tags, region }: Do<'CreateTargetGroup'>): Edit {
  const arn = `<target group ${name} in ${region}>`;
  const made = { arn, name, protocol: 'HTTP', port, vpc, check, loadBalancers: [], tags };
  return (found) => (found.targetGroup ? found : { ...found, targetGroup: made });
}

function pieceEdit(step: SitePieceStep): Edit {
  switch (step.do) {
    case 'CreateSecurityGroup':
      return group(step);
    case 'OpenPort': {
      const { id, opening } = step;
      const open = (all: readonly Rule[]) => (all.some((one) => same(one, opening)) ? all : [...all, opening]);
      return (found) => openings(found, id, open);
    }
    case 'ClosePort': {
      const { id, opening } = step;
      const close = (all: readonly Rule[]) => all.filter((one) => !same(one, opening));
      return (found) => openings(found, id, (all) => (close(all).length === all.length ? all : close(all)));
    }
    case 'CreateTargetGroup':
      return targetGroup(step);
    case 'ChangeTargetGroup':
      return (found) =>
        !found.targetGroup || same(found.targetGroup.check, step.check)
          ? found
          : { ...found, targetGroup: { ...found.targetGroup, check: step.check } };
    case 'CreateLoadBalancer':
      return balancer(step);
    case 'ChangeLoadBalancer':
      return (found) =>
        !found.balancer || same(found.balancer.securityGroups, step.securityGroups)
          ? found
          : { ...found, balancer: { ...found.balancer, securityGroups: step.securityGroups } };
    default:
      return listener(step);
  }
}

function launched({ token, image, type, tags }: Do<'LaunchInstance'>): Edit {
  const made = { id: `<instance ${token}>`, state: 'pending', image, type, tags };
  return (found) => {
    const there = found.instances.find(
      (one) => isUp(one) && one.tags[siteTag] === tags[siteTag] && isOf(one, tags[configurationTag] ?? ''),
    );
    return there ? shown(found, there) : { ...found, instances: [...found.instances, made] };
  };
}

function imaged({ name, tags, region }: Do<'CreateImage' | 'CopyImage'>): Edit {
  const id = `<image ${name} in ${region}>`;
  return (found) => {
    const there = found.images.find((one) => one.name === name);
    if (there) return shown(found, there);
    const images = [...found.images, { id, name, state: 'pending', createdAt: '', tags }];
    return { ...found, images, snapshots: [...found.snapshots, { id: `<snapshot of ${id}>`, tags }] };
  };
}

function registered({ do: verb, id }: Do<'RegisterTarget' | 'DeregisterTarget'>): Edit {
  const state = verb === 'RegisterTarget' ? 'initial' : 'draining';
  return (found) => {
    const before = found.targets.find((one) => one.id === id);
    const isSo = verb === 'RegisterTarget' ? before && before.state !== 'draining' : before?.state === 'draining';
    if (isSo || (!before && verb === 'DeregisterTarget')) return found;
    const target: Target = { id, port: found.targetGroup?.port ?? 80, state };
    const others = found.targets.filter((one) => one.id !== id);
    return { ...found, targets: [...others, target].toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
  };
}

function rolloutEdit(step: RolloutStep): Edit {
  if (step.do === 'LaunchInstance') return launched(step);
  return step.do === 'CreateImage' || step.do === 'CopyImage' ? imaged(step) : registered(step);
}

function without<T extends { readonly id: string }>(all: readonly T[], id: string): readonly T[] {
  return all.some((one) => one.id === id) ? all.filter((one) => one.id !== id) : all;
}

function terminated(found: SiteFound, id: string): SiteFound {
  const there = found.instances.some((one) => one.id === id && one.state !== 'shutting-down');
  if (!there) return found;
  const instances = found.instances.map((one) => (one.id === id ? { ...one, state: 'shutting-down' } : one));
  return { ...found, instances };
}

function endEdit(step: SiteEndStep): Edit {
  const { id } = step;
  return (found) => {
    switch (step.do) {
      case 'TerminateInstance':
        return terminated(found, id);
      case 'DeleteListener': {
        const listeners = found.listeners.filter(({ arn }) => arn !== id);
        return listeners.length === found.listeners.length ? found : { ...found, listeners };
      }
      case 'DeleteLoadBalancer': {
        const { balancer: gone, ...rest } = found;
        return gone?.arn === id ? { ...rest, listeners: [] } : found;
      }
      case 'DeleteTargetGroup': {
        const { targetGroup: gone, ...rest } = found;
        return gone?.arn === id ? { ...rest, targets: [] } : found;
      }
      default:
        return removed(found, id);
    }
  };
}

/** Of those that are listed by id; without the mark a thing is as good as gone. */
function removed(found: SiteFound, id: string): SiteFound {
  const { balancer: b, targetGroup: g, ...rest } = found;
  const next = {
    ...(found.attached ? { attached: without(found.attached, id) } : {}),
    groups: without(found.groups, id),
    instances: without(found.instances, id),
    images: without(found.images, id),
    snapshots: without(found.snapshots, id),
  };
  const arns = [b?.arn, g?.arn].includes(id);
  const isSame = !arns && Object.entries(next).every(([name, list]) => list === found[name as keyof typeof next]);
  if (isSame) return found;
  return {
    ...rest,
    ...next,
    ...(b && b.arn !== id ? { balancer: b } : {}),
    ...(g && g.arn !== id ? { targetGroup: g } : {}),
  };
}

const rollout = new Set<SiteStep['do']>([
  'LaunchInstance',
  'CreateImage',
  'CopyImage',
  'RegisterTarget',
  'DeregisterTarget',
]);
const ends = new Set<SiteStep['do']>([
  'TerminateInstance',
  'DeleteListener',
  'DeleteLoadBalancer',
  'DeleteTargetGroup',
  'DeregisterImage',
  'DeleteSnapshot',
  'DeleteSecurityGroup',
  'ReleaseSiteThing',
]);

export function afterSiteStep<W extends SitesWorld>(world: W, step: SiteStep): W {
  if (rollout.has(step.do)) return inSite(world, step.site, rolloutEdit(step as RolloutStep));
  if (ends.has(step.do)) return inSite(world, step.site, endEdit(step as SiteEndStep));
  return inSite(world, step.site, pieceEdit(step as SitePieceStep));
}

export function afterSiteEvent<W extends SitesWorld>(world: W, event: Event): W {
  const sites = world.sites.map((one) => happened(one, event));
  return sites.every((one, n) => one === world.sites[n]) ? world : { ...world, sites };
}
