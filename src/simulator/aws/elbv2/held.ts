// SPDX-License-Identifier: GPL-3.0-or-later
/** How things are found, written, named. Reads see what is visible; who names a thing that is not visible yet is told that it is not there. */
import { randomText } from '../../kernel/random.ts';
import { forgotten, truth, versioned, visible, write, type Versioned } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { AwsState } from '../state.ts';
import type { ElbState, Listener, LoadBalancer, TargetGroup } from './state.ts';

export interface Things {
  readonly loadBalancers: LoadBalancer;
  readonly targetGroups: TargetGroup;
  readonly listeners: Listener;
}

export type Shelf = keyof Things;

/** Codes and words: ELB API reference 2015-12-01, "Errors" of each Describe action. */
const missing: Readonly<Record<Shelf, readonly [code: string, words: string]>> = {
  loadBalancers: ['LoadBalancerNotFound', 'Load balancers'],
  targetGroups: ['TargetGroupNotFound', 'Target groups'],
  listeners: ['ListenerNotFound', 'Listeners'],
};

export function elbOf(state: AwsState, account: string, region: string): ElbState {
  state.elb ??= new Map();
  const key = `${account}/${region}`;
  const held = state.elb.get(key) ?? {
    loadBalancers: new Map(),
    targetGroups: new Map(),
    listeners: new Map(),
    lingering: new Map(),
  };
  state.elb.set(key, held);
  return held;
}

export function regionOf({ world, principal, route }: Call): ElbState {
  return elbOf(world.state, principal.account, route.region);
}

export function slots<S extends Shelf>(held: ElbState, shelf: S): Map<string, Versioned<Things[S]>> {
  const all: { readonly [N in Shelf]: Map<string, Versioned<Things[N]>> } = held;
  return all[shelf];
}

export function allTrue<S extends Shelf>(held: ElbState, shelf: S): Things[S][] {
  return [...slots(held, shelf).values()].flatMap((slot) => truth(slot) ?? []);
}

export function seen<S extends Shelf>(call: Call, shelf: S, arn: string): Things[S] | undefined {
  return visible(slots(regionOf(call), shelf).get(arn), call.now);
}

export function allSeen<S extends Shelf>(call: Call, shelf: S): Things[S][] {
  const held = slots(regionOf(call), shelf);
  for (const [arn, slot] of held) if (forgotten(slot, call.now)) held.delete(arn);
  // lists come in an order of AWS's own
  const arns = [...held.keys()].sort((a, b) => (a.slice(-6) < b.slice(-6) ? -1 : 1));
  return arns.flatMap((arn) => seen(call, shelf, arn) ?? []);
}

export function notFound(shelf: Shelf, names: readonly string[]): AwsError {
  const [code, words] = missing[shelf];
  return new AwsError(
    code,
    names.length === 0 ? `One or more ${words} not found` : `${words} '[${names.join(', ')}]' not found`,
  );
}

/** The truth of what a call may name. @throws {AwsError} not there, or not visible yet */
export function named<S extends Shelf>(call: Call, shelf: S, arn: string): Things[S] {
  const thing = truth(slots(regionOf(call), shelf).get(arn));
  if (!thing || !seen(call, shelf, arn)) throw notFound(shelf, [arn]);
  return thing;
}

export function save<S extends Shelf>(call: Call, shelf: S, thing: Things[S]): void {
  const held = slots(regionOf(call), shelf);
  const slot = held.get(thing.arn);
  const lag = call.world.lag('elasticloadbalancing');
  if (!slot) held.set(thing.arn, versioned(thing, call.now + lag));
  else write(slot, thing, { now: call.now, lag });
}

export function erase(call: Call, shelf: Shelf, arn: string): void {
  const slot: Versioned<unknown> | undefined = slots(regionOf(call), shelf).get(arn);
  if (slot) write(slot, undefined, { now: call.now, lag: call.world.lag('elasticloadbalancing') });
}

/** `arn:aws:elasticloadbalancing:<region>:<account>:<path>` */
export function arnOf({ route, principal }: Call, path: string): string {
  return `arn:aws:elasticloadbalancing:${route.region}:${principal.account}:${path}`;
}

export function newTail({ world }: Call): string {
  return randomText(world.state.random, 16, '0123456789abcdef');
}
