// SPDX-License-Identifier: GPL-3.0-or-later
/** The laws of docs/architecture.md that every kind keeps, over generated worlds. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ownershipOf } from '../../../src/core/owner-mark.ts';
import { digestsOf, planHash } from '../../../src/core/plan-hash.ts';
import { policyOf } from '../../../src/core/policy.ts';
import { preview } from '../../../src/core/preview.ts';
import { after } from '../../../src/kinds/site-vpn/after.ts';
import { calls } from '../../../src/kinds/site-vpn/calls.ts';
import { drift } from '../../../src/kinds/site-vpn/drift.ts';
import { identity } from '../../../src/kinds/site-vpn/identity.ts';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import { isUp } from '../../../src/kinds/site-vpn/tunnels.ts';
import { owner, type Desired, type Observed } from './pieces.ts';
import { observedWorlds, wishes } from './worlds.ts';

const kind = { plan, after, identity };
const runs = { numRuns: 150 };
/** Where it is counted what was met: always the same worlds. */
const counted = { numRuns: 700, seed: 7 };
const see = (desired: Desired, observed: Observed) => preview(kind, desired, observed, policyOf(desired.annotations));

function forEveryWorld(
  law: (desired: Desired, observed: Observed) => void,
  how: fc.Parameters<[Desired, Observed]> = runs,
): void {
  fc.assert(fc.property(wishes, observedWorlds, law), how);
}

/** Every world on the way of a preview, the first one included, and the change that follows it. */
function way(desired: Desired, observed: Observed) {
  const worlds: { world: Observed; change: Parameters<typeof after>[1] }[] = [];
  const watched = {
    plan,
    after(world: Observed, change: Parameters<typeof after>[1]) {
      worlds.push({ world, change });
      return after(world, change);
    },
  };
  preview(watched, desired, observed, policyOf(desired.annotations));
  return worlds;
}

test('after shows the settled effect, and gives the same world when it already shows', () => {
  forEveryWorld((desired, observed) => {
    let world = observed;
    for (const step of plan(desired, observed).steps) {
      world = after(world, step);
      expect(after(world, step)).toBe(world);
    }
  });
});

test('no step is planned again straight after itself', () => {
  forEveryWorld((desired, observed) => {
    let world = observed;
    for (const step of plan(desired, observed).steps) {
      world = after(world, step);
      expect(plan(desired, world).steps).not.toContainEqual(step);
    }
  });
});

test('planning changes nothing that it was given', () => {
  forEveryWorld((desired, observed) => {
    const before = structuredClone(observed);
    plan(desired, observed);
    drift(desired, observed);
    expect(observed).toEqual(before);
  });
});

function turned(world: Observed): Observed {
  return {
    ...world,
    siblings: world.siblings.toReversed(),
    gateways: world.gateways.toReversed(),
    customerGateways: world.customerGateways.toReversed(),
    connections: world.connections
      .toReversed()
      .map((one) => ({ ...one, tunnels: one.tunnels.toReversed(), routes: one.routes.toReversed() })),
    tables: world.tables
      .toReversed()
      .map((one) => ({ ...one, routes: one.routes.toReversed(), propagating: one.propagating.toReversed() })),
  };
}

test('plan, hash and drift do not depend on the order of lists', () => {
  forEveryWorld((desired, observed) => {
    const { steps } = plan(desired, observed);
    expect(plan(desired, turned(observed))).toEqual(plan(desired, observed));
    expect(planHash(kind, plan(desired, { ...turned(observed), now: observed.now + 300 }).steps)).toBe(
      planHash(kind, steps),
    );
    expect(drift(desired, turned(observed))).toEqual(drift(desired, observed));
  });
});

test('from any world it converges, or says who must act, and then rests', () => {
  forEveryWorld((desired, observed) => {
    const { end, hold } = see(desired, observed);
    expect(plan(desired, end).steps).toEqual([]);
    expect(see(desired, end).steps).toEqual([]);
    // whatever is waited for ends by an event, so a preview ends only where a person must act
    if (hold) expect(hold).toMatchObject({ why: 'Blocked', blockedBy: expect.anything() });
    if (!hold && !desired.absent) expect(drift(desired, end)).toEqual([]);
  });
});

test('what is left after any step of a way lies within the set that the whole way is', () => {
  forEveryWorld((desired, observed) => {
    const set = new Set(digestsOf(kind, see(desired, observed).steps));
    let world = observed;
    for (const step of plan(desired, observed).steps) {
      world = after(world, step);
      const left = digestsOf(kind, see(desired, world).steps);
      expect(left.filter((one) => !set.has(one))).toEqual([]);
    }
  });
});

test('what is not ours is never changed: not on any way, whatever the wish, unless it was named for adoption', () => {
  forEveryWorld((desired, observed) => {
    const adopting = (desired.annotations['hybridcloud.dev/adopt'] ?? '').split(',');
    const { end } = see(desired, observed);
    const theirs = <T extends { id: string; tags: Record<string, string> }>(list: readonly T[]) =>
      list.filter(({ id, tags }) => ownershipOf(tags, owner) !== 'mine' && !adopting.includes(id));
    const left = observed.siblings.some(({ absent }) => absent);
    if (!left) {
      expect(end.connections).toEqual(
        expect.arrayContaining(theirs(observed.connections).filter(({ state }) => state !== 'deleting')),
      );
    }
    expect(end.customerGateways).toEqual(expect.arrayContaining(theirs(observed.customerGateways)));
    const strangers = observed.gateways.filter(
      ({ id, tags }) => Object.keys(tags).length === 0 && !adopting.includes(id),
    );
    expect(end.gateways).toEqual(expect.arrayContaining(strangers));
    if (!left)
      for (const table of observed.tables) {
        const now = end.tables.find(({ id }) => id === table.id);
        const elsewhere = table.routes.filter(({ target, origin }) => target === 'eni-1' || origin !== 'CreateRoute');
        expect(now?.routes).toEqual(expect.arrayContaining(elsewhere));
        expect(now?.propagating.includes('vgw-9')).toBe(table.propagating.includes('vgw-9'));
      }
  });
});

test('at the end of a deletion nothing of ours is left, or somebody is named; with Retain everything is there, without our mark', () => {
  forEveryWorld((desired, observed) => {
    if (!desired.absent) return;
    const { end, hold } = see(desired, observed);
    const live = ({ state }: { state: string }) => state === 'pending' || state === 'available';
    const mine = [...end.connections, ...end.customerGateways].filter(
      (one) => live(one) && ownershipOf(one.tags, owner) === 'mine',
    );
    if (!hold) expect(mine).toEqual([]);
    if (desired.spec.deletionPolicy === 'Retain')
      expect(end.connections.filter(live).length).toBe(observed.connections.filter(live).length);
  });
});

test('never are two connections of ours there to stay, and none is made while one of ours is leaving', () => {
  forEveryWorld((desired, observed) => {
    const { end, hold } = see(desired, observed);
    const ours = end.connections.filter(
      ({ tags, state }) => ownershipOf(tags, owner) === 'mine' && state !== 'deleting',
    );
    if (!hold) expect(ours.length).toBeLessThanOrEqual(1);
    for (const { world, change } of way(desired, observed))
      if ('do' in change && change.do === 'CreateVpnConnection')
        expect(world.connections.filter(({ tags }) => ownershipOf(tags, owner) === 'mine')).toEqual([]);
  });
});

test('a tunnel that carries traffic is changed only while the other does, too, and never two in one plan', () => {
  let seen = 0;
  forEveryWorld((desired, observed) => {
    for (const { world, change } of way(desired, observed)) {
      if (!('do' in change) || change.do !== 'ModifyTunnel') continue;
      seen++;
      const one = world.connections.find(({ id }) => id === change.connection);
      if (!one) throw new Error('a tunnel of no connection');
      expect(one.state).toBe('available');
      const changing = one.tunnels.find(({ outsideIP }) => outsideIP === change.outsideIP);
      const other = one.tunnels.find(({ outsideIP }) => outsideIP !== change.outsideIP);
      if (changing && other && isUp(changing, one)) expect(isUp(other, one)).toBe(true);
      expect(plan(desired, world).steps.filter((step) => step.do === 'ModifyTunnel').length).toBe(1);
    }
  }, counted);
  expect(seen).toBeGreaterThan(20);
});

test('the gateway goes only with the last one, and when nothing is on it', () => {
  forEveryWorld((desired, observed) => {
    for (const { world, change } of way(desired, observed)) {
      if (!('do' in change) || change.do !== 'DetachVpnGateway') continue;
      expect(desired.absent).toBe(true);
      expect(world.siblings.some(({ absent }) => !absent)).toBe(false);
      expect(world.connections.some(({ gateway }) => gateway === change.gateway)).toBe(false);
    }
  });
});

test('every step has calls that can be shown, and every drift a path of its own', () => {
  forEveryWorld((desired, observed) => {
    for (const step of see(desired, observed).steps) {
      expect(calls(step).length).toBe(1);
      for (const call of calls(step)) expect(call.parameters.length).toBeGreaterThan(0);
    }
    const differences = drift(desired, observed);
    expect(new Set(differences.map(({ path }) => path)).size).toBe(differences.length);
    for (const { want, have } of differences) expect(want).not.toBe(have);
  });
});

test('the generated worlds lead through every step', () => {
  const seen = new Set<string>();
  forEveryWorld((desired, observed) => {
    for (const { do: what } of see(desired, observed).steps) seen.add(what);
  }, counted);
  const gateways =
    'CreateVpnGateway AdoptVpnGateway AttachVpnGateway DetachVpnGateway ReleaseVpnGateway DeleteVpnGateway';
  const customers =
    'CreateCustomerGateway AdoptCustomerGateway TagCustomerGateway ReleaseCustomerGateway DeleteCustomerGateway';
  const connections =
    'CreateVpnConnection AdoptVpnConnection TagVpnConnection MoveVpnConnection SetTrafficSelectors ModifyTunnel CreateStaticRoute DeleteStaticRoute ReleaseVpnConnection DeleteVpnConnection';
  const others = 'EnablePropagation DisablePropagation CreateRoute DeleteRoute DeliverGatewayFiles RemoveGatewayFiles';
  const all = [gateways, customers, connections, others].join(' ').split(' ');
  expect([...seen].toSorted()).toEqual(all.toSorted());
});
