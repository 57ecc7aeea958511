// SPDX-License-Identifier: GPL-3.0-or-later
/** The plan for the router of the site's cloud, world by world. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FoundRoute } from '../../../src/clouds/openstack/routers.ts';
import { after } from '../../../src/kinds/site-vpn/after.ts';
import { calls } from '../../../src/kinds/site-vpn/calls.ts';
import { facts } from '../../../src/kinds/site-vpn/facts.ts';
import type { SiteRouters } from '../../../src/kinds/site-vpn/openstack/found.ts';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import { atOpenStack } from '../../api/good-site-vpns.ts';
import { desired, namesOf, stepsOf, wayOf, whole, type Desired, type Observed } from './pieces.ts';

const id = '5025071f-bc34-437a-960c-79f5d091c78f';
const other = '7ff75473-879a-48c8-8164-dca8a63d8fd8';
const gateway = '192.168.0.10';

function route(destination: string, nextHop = gateway, written = destination): FoundRoute {
  return { destination, nextHop, written };
}

const toVpc = route('10.26.0.0/16');

function here(routes: readonly FoundRoute[], more: readonly { id: string; routes: readonly FoundRoute[] }[] = []) {
  const siteRouters: SiteRouters = {
    found: 'answer',
    named: { found: 'here', id, name: 'office' },
    routers: [{ id, routes }, ...more],
  };
  return { ...whole, siteRouters };
}

function wish(change: object = {}, rest: Partial<Desired> = {}): Desired {
  return desired(atOpenStack(change), rest);
}

/** That these were made there. */
function remembering(routes: readonly FoundRoute[], at = id): Pick<Desired, 'last'> {
  return {
    last: { siteRouters: [{ id: at, routes: routes.map(({ destination, nextHop }) => ({ destination, nextHop })) }] },
  };
}

function remembered(of: Desired, world: Observed) {
  return facts(of, world).fields['siteRouters'] ?? [];
}

describe('At the router', () => {
  test('a route that is missing is added, and then nothing is left to do.', () => {
    const { way, hold, end } = wayOf(wish(), here([]));
    expect([way, hold]).toEqual(['AddRouterRoutes', undefined]);
    expect(namesOf(wish(), end)).toEqual([]);
    expect(remembered(wish(), here([]))).toEqual([{ id, routes: [{ destination: '10.26.0.0/16', nextHop: gateway }] }]);
  });

  test('one that is there is enough, and is nobody’s whom the status does not know.', () => {
    expect(namesOf(wish(), here([toVpc]))).toEqual([]);
    expect(remembered(wish(), here([toVpc]))).toEqual([]);
    expect(namesOf(wish({}, { absent: true }), here([toVpc]))).not.toContain('RemoveRouterRoutes');
  });

  test('what was made and is not wanted any more goes, as it is written there; what is wanted comes first.', () => {
    const old = route('10.26.0.0/16', '192.168.0.9', '10.26.5.0/16');
    const [first, second] = stepsOf(wish({}, remembering([old])), here([old]));
    expect(first).toMatchObject({ do: 'AddRouterRoutes', routes: [{ destination: '10.26.0.0/16', nextHop: gateway }] });
    expect(second).toMatchObject({
      do: 'RemoveRouterRoutes',
      effect: 'delete',
      risk: 'disrupts',
      routes: [{ destination: '10.26.5.0/16', nextHop: '192.168.0.9' }],
    });
  });

  test('what was made at another one before goes there.', () => {
    const world = here([toVpc], [{ id: other, routes: [toVpc, route('10.9.0.0/16')] }]);
    expect(stepsOf(wish({}, remembering([toVpc], other)), world)).toMatchObject([
      { do: 'RemoveRouterRoutes', router: other, routes: [{ destination: '10.26.0.0/16', nextHop: gateway }] },
    ]);
  });

  test('somebody else’s next hop for the same network is a hold, however it is written.', () => {
    const theirs = route('10.26.0.0/16', '192.168.0.99', '10.26.7.0/16');
    expect(wayOf(wish(), here([theirs]))).toMatchObject({ way: '', hold: 'RouterRouteTaken' });
  });

  test('Absent takes away what was made, and needs no router to be there.', () => {
    expect(namesOf(wish({ routes: 'Absent' }, remembering([toVpc])), here([toVpc]))).toEqual(['RemoveRouterRoutes']);
    const nowhere: SiteRouters = { found: 'answer', named: { found: 'absent' }, routers: [] };
    expect(wayOf(wish({ routes: 'Absent' }), { ...whole, siteRouters: nowhere }).hold).toBeUndefined();
    expect(wayOf(wish(), { ...whole, siteRouters: nowhere }).hold).toBe('RouterNotFound');
  });

  test('of two of a name a person chooses.', () => {
    const two: SiteRouters = { found: 'answer', named: { found: 'ambiguous', ids: [id, other] }, routers: [] };
    expect(plan(wish(), { ...whole, siteRouters: two }).hold).toMatchObject({
      reason: 'RouterAmbiguous',
      message: expect.stringContaining(`${id}, ${other}`),
    });
  });

  test('many prefixes are added in steps that a status has room for, each announced by a key of its own.', () => {
    const cidrs = Array.from({ length: 25 }, (_, n) => `10.${n}.0.0/16`);
    const [vpc] = whole.vpcs;
    if (!vpc) throw new Error('no VPC');
    const world = { ...here([]), vpcs: [{ ...vpc, cidrs }] };
    const steps = stepsOf(wish(), world);
    expect(steps.map((step) => ('routes' in step ? step.routes.length : 0))).toEqual([10, 10, 5]);
    for (const step of steps) expect(JSON.stringify(step).length).toBeLessThan(2048);
    expect(new Set(steps.map(({ once }) => once)).size).toBe(3);
    expect(steps.flatMap(calls).map(({ action }) => action)).toEqual(Array(3).fill('add_extraroutes'));
    expect(namesOf(wish(), steps.reduce<Observed>(after, world))).toEqual([]);
  });
});

test('While the cloud does not answer nothing is forgotten, nothing that was announced is taken for done, and AWS is seen to.', () => {
  const hold = { why: 'Waiting', reason: 'Unreachable', message: 'no answer' } as const;
  const world: Observed = { ...whole, siteRouters: { found: 'unknown', hold } };
  const of = wish({}, remembering([toVpc]));
  expect(plan(of, world)).toMatchObject({ steps: [], hold: { reason: 'Unreachable' }, serving: true });
  expect(remembered(of, world)).toEqual(of.last.siteRouters);
  const [step] = stepsOf(wish(), here([]));
  expect(step && after(world, step)).not.toBe(world);
  expect(namesOf(of, { ...world, connections: [] })).toContain('CreateVpnConnection');
  expect(plan({ ...of, absent: true }, world)).toMatchObject({ steps: [], hold: { reason: 'Unreachable' } });
  expect(namesOf(wish({}, { absent: true }), world)).not.toEqual([]);
});

const routes = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom('10.26.0.0/16', '10.27.0.0/16', '10.28.0.0/16'),
      fc.constantFrom(gateway, '192.168.0.9', '192.168.0.99'),
    )
    .map(([destination, nextHop]) => route(destination, nextHop)),
  { selector: ({ destination, nextHop }) => `${destination} ${nextHop}`, maxLength: 6 },
);

test('Whatever is there and remembered: a plan that is carried out leaves nothing to do, and takes away only what is remembered.', () => {
  fc.assert(
    fc.property(routes, routes, fc.boolean(), (there, ours, absent) => {
      const of = wish({}, { absent, ...remembering(ours) });
      const world = here(there);
      const isOurs = (one: FoundRoute) =>
        ours.some(({ destination, nextHop }) => destination === one.destination && nextHop === one.nextHop);
      const steps = stepsOf(of, world).filter((step) => 'router' in step);
      const end = steps.reduce<Observed>(after, world);
      expect(stepsOf(of, end).filter((step) => 'router' in step)).toEqual([]);
      for (const step of steps) expect(after(end, step)).toBe(end);
      const left = end.siteRouters?.found === 'answer' ? end.siteRouters.routers.flatMap((one) => one.routes) : [];
      expect(left).toEqual(expect.arrayContaining(there.filter((one) => !isOurs(one))));
    }),
    { numRuns: 300 },
  );
});
