// SPDX-License-Identifier: GPL-3.0-or-later
/** All sites: what they stand on at the same time, their instances one site after the other, what is left over last. Pure. */
import type { Hold } from '../../../core/plan.ts';
import type { Owner } from '../../../core/owner-mark.ts';
import { isDisrupting } from '../../../core/step.ts';
import { waiting } from '../plan/part.ts';
import { release, surplusImages, takeAway } from './leaving.ts';
import { rest, type OneSite, type SitePart } from './part.ts';
import { planPieces } from './pieces.ts';
import { isHealthy, planRollout } from './rollout.ts';
import type { SiteWish } from './wanted.ts';
import { isUp, type SiteFound, type SitesWorld } from './world.ts';

/** What is around the sites. */
export interface Around {
  /** See `Desired.withholds`. */
  readonly withholds?: true;
  /** Whether the name is still answered with the load balancer of the site, or name servers may do so. */
  readonly isAnswered?: (found: SiteFound) => boolean;
}

function pairs({ owner, now, sites }: SitesWorld, wishes: readonly SiteWish[], withholds?: true): readonly OneSite[] {
  return wishes.flatMap((wish) => {
    const found = sites.find(({ site }) => site === wish.name);
    return found ? [{ owner, now, wish, found, ...(withholds ? { withholds } : {}) }] : [];
  });
}

const isIdle = ({ steps, hold }: SitePart) => steps.length === 0 && hold === undefined;

function pieces(all: readonly OneSite[]): SitePart | undefined {
  const parts = all.map(planPieces);
  const person = parts.find(({ hold }) => hold?.why === 'Blocked')?.hold;
  if (person) return { steps: [], hold: person };
  const steps = parts.flatMap((part) => part.steps);
  if (steps.length > 0) return { steps };
  const hold = parts.find((part) => part.hold)?.hold;
  return hold && { steps: [], hold };
}

/** Who still has its address is answered by it. */
function goes(found: SiteFound, owner: Owner): SitePart {
  const part = takeAway(found, owner);
  const serves = found.targets.some(({ state }) => state === 'healthy');
  return serves ? { ...part, steps: part.steps.map((step) => ({ ...step, risk: 'disrupts' })) } : part;
}

/** Sites that nobody wants any more go when the others are done, and no answer leads there. */
function left(world: SitesWorld, all: readonly OneSite[], { withholds, isAnswered = () => false }: Around): SitePart {
  const configuration = all[0]?.wish.configuration;
  const images = all.flatMap(({ found }) => surplusImages(found, configuration));
  const others = world.sites.filter((found) => !all.some(({ wish }) => wish.name === found.site) && !isAnswered(found));
  const parts = others.map((found) => goes(found, world.owner));
  const steps = [...images, ...parts.flatMap((part) => part.steps)];
  const hold = steps.length > 0 ? undefined : parts.find((part) => part.hold)?.hold;
  return { steps: withholds ? steps.filter((step) => !isDisrupting(step)) : steps, ...(hold ? { hold } : {}) };
}

/**
 * In the order of the spec: a site is not touched before the one before it serves what is wanted. One whose replacement waits for a window serves
 * as it is, and the next one may be out.
 */
export function planSites(world: SitesWorld, wishes: readonly SiteWish[], around: Around = {}): SitePart {
  const { withholds } = around;
  const all = pairs(world, wishes, withholds);
  const standing = pieces(all);
  if (standing) return standing;
  const [first] = all;
  const parts = first ? all.map((one) => planRollout(one, first)) : [];
  const next = parts.find((part) => !isIdle(part) && !(withholds && part.steps.some(isDisrupting)));
  if (next) return next;
  return parts.every(isIdle) ? left(world, all, around) : rest;
}

/** Deletion, once no record leads there. */
export function absentSites(world: SitesWorld, deletionPolicy: 'Retain' | 'Delete'): SitePart {
  if (deletionPolicy === 'Retain') return { steps: world.sites.flatMap((found) => release(found, world.owner)) };
  const parts = world.sites.map((found) => takeAway(found, world.owner));
  const steps = parts.flatMap((part) => part.steps);
  const hold = parts.find((part) => part.hold)?.hold;
  return steps.length > 0 || !hold ? { steps } : { steps, hold };
}

/** Every site has an instance that its load balancer calls healthy, whatever it was started with. */
export function sitesServing(world: SitesWorld, wishes: readonly SiteWish[]): true | Hold {
  const down = pairs(world, wishes).find((one) => !one.found.instances.some((it) => isUp(it) && isHealthy(one, it)));
  const missing = wishes.find(({ name }) => !world.sites.some(({ site }) => site === name))?.name ?? down?.wish.name;
  if (missing === undefined) return true;
  return waiting(
    'SiteNotServing',
    `Site ${missing} has no instance that its load balancer calls healthy: see Synced for what is waited for, and for long the console output of the instance in AWS`,
  );
}
