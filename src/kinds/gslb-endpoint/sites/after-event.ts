// SPDX-License-Identifier: GPL-3.0-or-later
/** What AWS does by itself, and what plans wait for. Pure. */
import type { Event } from '../../../core/step.ts';
import type { SiteFound } from './world.ts';

interface Stated {
  readonly state: string;
}

function moved<T extends Stated>(all: readonly T[], is: (one: T) => boolean, state: string): readonly T[] {
  return all.some((one) => is(one) && one.state !== state)
    ? all.map((one) => (is(one) ? { ...one, state } : one))
    : all;
}

/** The same object when it shows already, or is not of this site. */
export function afterSiteEvent(found: SiteFound, event: Event): SiteFound {
  if (!('id' in event)) return found;
  const { id } = event;
  const isIt = (one: { readonly id: string }) => one.id === id;
  const { instances, images, targets, balancer } = found;
  switch (event.happens) {
    case 'LoadBalancerActive':
      return balancer?.arn === id && balancer.state !== 'active'
        ? { ...found, balancer: { ...balancer, state: 'active' } }
        : found;
    case 'InstanceRunning':
      return changed(found, { instances: moved(instances, isIt, 'running') });
    case 'InstanceGone':
      return changed(found, { instances: moved(instances, isIt, 'terminated') });
    case 'ImageAvailable':
      return changed(found, { images: moved(images, isIt, 'available') });
    case 'TargetHealthy':
      return changed(found, { targets: moved(targets, isIt, 'healthy') });
    case 'TargetDrained':
      return targets.some(isIt) ? { ...found, targets: targets.filter((one) => one.id !== id) } : found;
    default:
      return found;
  }
}

function changed(found: SiteFound, part: Partial<SiteFound>): SiteFound {
  const isSame = Object.entries(part).every(([name, value]) => found[name as keyof SiteFound] === value);
  return isSame ? found : { ...found, ...part };
}
