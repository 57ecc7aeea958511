// SPDX-License-Identifier: GPL-3.0-or-later
/** The laws of docs/architecture.md that every kind keeps, over generated worlds. */
import { expect, test } from '@jest/globals';
import { ownershipOf } from '../../../src/core/owner-mark.ts';
import { planHash } from '../../../src/core/plan-hash.ts';
import { after } from '../../../src/kinds/site-vpn/after.ts';
import { calls } from '../../../src/kinds/site-vpn/calls.ts';
import { drift } from '../../../src/kinds/site-vpn/drift.ts';
import { identity } from '../../../src/kinds/site-vpn/identity.ts';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import type { SiteVpnStep } from '../../../src/kinds/site-vpn/steps.ts';
import { isUp } from '../../../src/kinds/site-vpn/tunnels.ts';
import { frames, keepsTheLaws, type Lawful } from '../law-frames.ts';
import { owner, type Desired, type Observed } from './pieces.ts';
import { observedWorlds, wishes } from './worlds.ts';

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

const given: Lawful<Desired['spec'], Desired['last'], Observed, SiteVpnStep> = {
  kind: { plan, after, identity, drift, calls },
  wishes,
  worlds: observedWorlds,
  runs: 150,
  turned,
};
const { kind } = given;
const { forEveryWorld, see, way } = frames(given);
/** Where it is counted what was met: always the same worlds. */
const counted = { numRuns: 700, seed: 7 };

keepsTheLaws(given);

test('the whole plan does not depend on the order of lists, nor its hash on the time', () => {
  forEveryWorld((desired, observed) => {
    const { steps } = plan(desired, observed);
    expect(plan(desired, turned(observed))).toEqual(plan(desired, observed));
    expect(planHash(kind, plan(desired, { ...turned(observed), now: observed.now + 300 }).steps)).toBe(
      planHash(kind, steps),
    );
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

test('every step is one call', () => {
  forEveryWorld((desired, observed) => {
    for (const step of see(desired, observed).steps) expect(calls(step)).toHaveLength(1);
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
