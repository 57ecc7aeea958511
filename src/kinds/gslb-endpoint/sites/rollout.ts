// SPDX-License-Identifier: GPL-3.0-or-later
/** The instance of a site: a new one beside the old, healthy before the old one goes. Pure. */
import type { Image, Instance } from '../../../clouds/aws/ec2/machine.ts';
import type { Target } from '../../../clouds/aws/elbv2/load-balancer.ts';
import { digest } from '../../../core/digest.ts';
import type { Event } from '../../../core/step.ts';
import { blocked, waiting } from '../plan/part.ts';
import { at, rest, type OneSite, type SitePart } from './part.ts';
import { changedCheck, groupOf } from './pieces.ts';
import type { SiteStep } from './steps.ts';
import { architectureOf, configured } from './wanted.ts';
import { isOf, isUp } from './world.ts';

const pollMs = 10_000;
/** Of images, and of targets that drain: AWS takes five minutes for these, unless told otherwise (deregistration_delay.timeout_seconds). */
const longPollMs = 30_000;

function wait(hold: { reason: string; message: string; until: Event }, lookAgainAfterMs = pollMs): SitePart {
  return { steps: [], hold: { ...waiting(hold.reason, hold.message, hold.until), lookAgainAfterMs } };
}

function targetFor({ found }: OneSite, { id }: Instance): Target | undefined {
  return found.targets.find((one) => one.id === id && one.state !== 'draining');
}

/** Of several the one that serves already; started at the same moment by two that did not know of each other. */
export function currentOf(one: OneSite): Instance | undefined {
  const fitting = one.found.instances.filter((it) => isUp(it) && isOf(it, one.wish.configuration));
  const healthy = fitting.find((it) => targetFor(one, it)?.state === 'healthy');
  return healthy ?? fitting.find((it) => it.state === 'running') ?? fitting[0];
}

export function isHealthy(one: OneSite, instance: Instance): boolean {
  return targetFor(one, instance)?.state === 'healthy';
}

/**
 * Never the same for two that are wanted: AWS would answer with one that is terminated. Within the hour the same for one that is wanted, so that an
 * answer that was lost makes no second one; over the hour the journal of begun steps sees to that.
 */
function tokenFor({ owner, wish, found, now }: OneSite): string {
  const gone = found.instances.filter((it) => !isUp(it)).map(({ id }) => id);
  return digest(owner.uid, wish.name, wish.configuration, String(Math.floor(now / 3_600_000)), ...gone);
}

/** Beside one that serves it begins a replacement, which goes on to its end: two configurations side by side would be worse than the exchange. */
function launch(one: OneSite, image: string): SiteStep[] {
  const { wish, found, owner } = one;
  const group = groupOf(one, wish.groups.instance);
  const subnet = found.place.found === 'here' ? found.place.subnets[0] : undefined;
  if (!group || subnet === undefined) return [];
  return [
    {
      do: 'LaunchInstance',
      effect: 'create',
      target: `instance of site ${wish.name} in ${wish.region}`,
      ...at(one),
      image,
      type: wish.instanceType,
      subnet,
      groups: [group.id],
      userData: wish.userData,
      token: tokenFor(one),
      tags: configured(owner, wish),
      ...(one.found.instances.some((it) => isUp(it) && isHealthy(one, it)) ? ({ risk: 'disrupts' } as const) : {}),
      once: `LaunchInstance/${wish.name}/${wish.configuration}`,
      repeatable: true,
    },
  ];
}

export const imageName = ({ owner, wish }: OneSite, of: string) => `${owner.uid}-${wish.name}-${of}`;

function imageIn({ found, wish }: OneSite, of: string): Image | undefined {
  return found.images.find((one) => isOf(one, of) && one.tags['hybridcloud.dev/site'] === wish.name);
}

type Source = { readonly image: string } | SitePart;

function ready(one: OneSite, image: Image): Source {
  if (image.state === 'available') return { image: image.id };
  if (image.state !== 'pending')
    return {
      steps: [],
      hold: blocked(
        'ImageFailed',
        `AWS could not make the image ${image.id} in ${one.wish.region} (${image.state}). Deregister it: it is made anew.`,
        [{ kind: 'Image', id: image.id }],
      ),
    };
  const until = { happens: 'ImageAvailable', id: image.id };
  const message = `AWS is making the image ${image.name} in ${one.wish.region}`;
  return wait({ reason: 'ImagePending', message, until }, longPollMs);
}

/** Of the first site's instance; what the first one runs is what the image is of. */
function original(first: OneSite): Source {
  const { configuration } = first.wish;
  const there = imageIn(first, configuration);
  if (there) return ready(first, there);
  const instance = currentOf(first);
  if (!instance) return rest;
  const name = imageName(first, configuration);
  const step: SiteStep = {
    do: 'CreateImage',
    effect: 'create',
    target: `image of site ${first.wish.name} in ${first.wish.region}`,
    ...at(first),
    id: instance.id,
    name,
    tags: configured(first.owner, first.wish),
    once: `CreateImage/${first.wish.name}/${configuration}`,
    repeatable: true,
  };
  return { steps: [step] };
}

/** From what this site's instance is started. An image is of one region: another region needs a copy. */
function sourceFor(one: OneSite, first: OneSite): Source {
  const { wish, found } = one;
  const { configuration } = first.wish;
  const isOther = architectureOf(wish.instanceType) !== architectureOf(first.wish.instanceType);
  if (wish.name === first.wish.name || isOther)
    return found.baseImage === undefined ? { steps: [], hold: noBase(one) } : { image: found.baseImage };
  const from = original(first);
  // the first site has nothing to make an image of before a window opens, and this one is out
  if (one.withholds && !currentOf(first) && found.baseImage !== undefined) return { image: found.baseImage };
  if (!('image' in from) || wish.region === first.wish.region) return from;
  const copy = imageIn(one, configuration);
  if (copy) return ready(one, copy);
  const step: SiteStep = {
    do: 'CopyImage',
    effect: 'create',
    target: `image of site ${wish.name} in ${wish.region}`,
    ...at(one),
    id: from.image,
    from: first.wish.region,
    name: imageName(one, configuration),
    token: digest(one.owner.uid, wish.name, from.image, String(Math.floor(one.now / 3_600_000))),
    tags: configured(one.owner, { ...wish, configuration }),
    once: `CopyImage/${wish.name}/${configuration}`,
    repeatable: true,
  };
  return { steps: [step] };
}

function noBase({ wish }: OneSite) {
  return blocked(
    'BaseImageNotFound',
    `There is no image of Debian 13 for ${wish.instanceType} in ${wish.region}: choose another region or instanceType.`,
    [{ kind: 'Image', id: wish.region }],
  );
}

/** The old ones, once the new one serves: out of the group, drained, terminated. What never was in the group goes at once. */
function retire(one: OneSite, current: Instance): SitePart {
  const old = one.found.instances.filter((it) => isUp(it) && it.id !== current.id);
  const group = one.found.targetGroup?.arn ?? '';
  const target = (it: Instance) => `instance ${it.id} of site ${one.wish.name}`;
  const steps = old.flatMap((it): SiteStep[] => {
    const registered = one.found.targets.find(({ id }) => id === it.id);
    if (registered?.state === 'draining') return [];
    const base = { effect: 'delete', target: target(it), ...at(one), id: it.id, routine: true } as const;
    return registered ? [{ do: 'DeregisterTarget', ...base, group }] : [{ do: 'TerminateInstance', ...base }];
  });
  const [draining] = old;
  if (steps.length > 0 || !draining) return { steps };
  const until = { happens: 'TargetDrained', id: draining.id };
  const message = `The load balancer lets ${draining.id} of site ${one.wish.name} end its requests`;
  return wait({ reason: 'TargetDraining', message, until }, longPollMs);
}

/** Nothing to do and nothing to wait for: the site is done, and the next one may begin. */
export function planRollout(one: OneSite, first: OneSite): SitePart {
  const { wish, found } = one;
  const current = currentOf(one);
  if (!current) {
    const source = sourceFor(one, first);
    return 'image' in source ? { steps: launch(one, source.image) } : source;
  }
  if (current.state !== 'running') {
    const until = { happens: 'InstanceRunning', id: current.id };
    const message = `The instance ${current.id} of site ${wish.name} is starting`;
    return wait({ reason: 'InstanceStarting', message, until });
  }
  const target = targetFor(one, current);
  if (!target) {
    const name = `instance ${current.id} of site ${wish.name}`;
    const step = {
      effect: 'update',
      target: name,
      ...at(one),
      id: current.id,
      group: found.targetGroup?.arn ?? '',
    } as const;
    return { steps: [{ do: 'RegisterTarget', ...step }] };
  }
  const asked = changedCheck(one);
  if (asked.length > 0) return { steps: asked };
  if (target.state !== 'healthy') {
    const why = target.why === undefined ? '' : ` (${target.why})`;
    const message = `The load balancer does not call ${current.id} of site ${wish.name} healthy yet${why}; what served before goes on serving`;
    return wait({ reason: 'InstanceUnhealthy', message, until: { happens: 'TargetHealthy', id: current.id } });
  }
  return retire(one, current);
}
