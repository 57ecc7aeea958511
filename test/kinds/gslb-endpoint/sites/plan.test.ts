// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { siteIdentity, siteRequest } from '../../../../src/kinds/gslb-endpoint/sites/requests.ts';
import { sitesServing } from '../../../../src/kinds/gslb-endpoint/sites/plan.ts';
import { placeOf } from '../../../../src/kinds/gslb-endpoint/sites/place.ts';
import type { SiteStep } from '../../../../src/kinds/gslb-endpoint/sites/steps.ts';
import { architectureOf, baseImageName } from '../../../../src/kinds/gslb-endpoint/sites/wanted.ts';
import type { SitesWorld } from '../../../../src/kinds/gslb-endpoint/sites/world.ts';
import { but, done, found, pure, see, seoulOf, shown, wanted, wishes, world, type Wanted } from './pieces.ts';

const foreign = { tags: {} };

const rows: readonly [string, Wanted, () => SitesWorld, readonly string[]][] = [
  [
    'nothing there: security groups first',
    wanted(),
    () => world(),
    ['seoul', 'seoul', 'tokyo', 'tokyo'].map((site) => `CreateSecurityGroup ${site}`),
  ],
  ['all done: at rest', wanted(), () => done(), []],
  [
    'no VPC: a person, before anything is made',
    wanted(),
    () =>
      world([
        found('seoul'),
        found('tokyo', { place: placeOf({ name: 'tokyo', region: 'x' }, { vpcs: [], subnets: [], tables: [] }) }),
      ]),
    ['Blocked SiteVpcNotFound'],
  ],
  [
    'a load balancer of somebody else: a person',
    wanted(),
    () => {
      const at = done();
      const { balancer } = seoulOf(at);
      return but(at, balancer ? { balancer: { ...balancer, ...foreign } } : {});
    },
    ['Blocked NotOurs'],
  ],
  [
    'the certificate is issued: 443 is opened before there is a listener',
    wanted({ certificate: 'arn' }),
    () => done(),
    ['OpenPort seoul', 'OpenPort tokyo'],
  ],
  [
    'another configuration: at the first site only, the new one beside the old',
    wanted({ configuration: 'two' }),
    () => done(),
    ['LaunchInstance seoul'],
  ],
  [
    'no image of Debian: a person',
    wanted({ configuration: 'two' }),
    () => {
      const { baseImage: _, ...rest } = seoulOf(done());
      return { ...done(), sites: [rest, ...done().sites.slice(1)] };
    },
    ['Blocked BaseImageNotFound'],
  ],
  [
    'the instance is gone: another one',
    wanted(),
    () => but(done(), { instances: [], targets: [] }),
    ['LaunchInstance seoul'],
  ],
  [
    'two instances of the same configuration: the one that does not serve goes',
    wanted(),
    () => {
      const at = done();
      const [first] = seoulOf(at).instances;
      return but(at, first ? { instances: [first, { ...first, id: 'i-2' }] } : {});
    },
    ['TerminateInstance seoul'],
  ],
  [
    'it is sick: nothing is terminated, and the reason is told',
    wanted(),
    () =>
      but(done(), {
        targets: seoulOf(done()).targets.map((one) => ({ ...one, state: 'unhealthy', why: 'Request timed out' })),
      }),
    ['Waiting InstanceUnhealthy'],
  ],
  [
    'other images are left: they go, not the one in use',
    wanted(),
    () =>
      but(done(), {
        images: [
          ...seoulOf(done()).images,
          { id: 'ami-old', name: 'old', state: 'available', createdAt: '', tags: {} },
        ],
      }),
    ['DeregisterImage seoul'],
  ],
  [
    'a site is not wanted any more: what answers goes first',
    wanted({ only: 1 }),
    () => done(),
    ['DeleteLoadBalancer tokyo'],
  ],
  [
    'deleted: both at once',
    { wishes: [], going: 'Delete' },
    () => done(),
    ['DeleteLoadBalancer seoul', 'DeleteLoadBalancer tokyo'],
  ],
  ['deleted: nothing there', { wishes: [], going: 'Delete' }, () => world(), []],
];

test.each(rows)('%s.', (_, wish, at, expected) => {
  expect(shown(pure.plan(wish, at()))).toEqual(expected);
});

test('What interrupts: a replacement is begun beside what serves, or a site that serves is taken away; what follows, and what is out, does not.', () => {
  const risks = (goal: Wanted, at: SitesWorld) => pure.plan(goal, at).steps.map((step) => [step.do, step.risk]);
  const next = wanted({ configuration: 'next' });
  const at = done();
  expect(risks(next, at)).toEqual([['LaunchInstance', 'disrupts']]);
  const out = but(at, { targets: seoulOf(at).targets.map((one) => ({ ...one, state: 'unhealthy' })) });
  expect(risks(next, out)).toEqual([['LaunchInstance', undefined]]);
  const ways = see(next, at).steps.filter((step) => step.risk === 'disrupts');
  expect(ways.map((step) => `${step.do} ${step.site}`)).toEqual(['LaunchInstance seoul', 'LaunchInstance tokyo']);
  expect(risks(wanted({ only: 1 }), at)).toEqual([['DeleteLoadBalancer', 'disrupts']]);
  expect(risks({ wishes: [], going: 'Delete' }, at).every(([, risk]) => risk === undefined)).toBe(true);
});

test('The old instance leaves the group when the new one serves, is drained, and only then terminated.', () => {
  const at = done();
  const { instances, targets } = seoulOf(at);
  const old = { ...(instances[0] ?? { image: '', type: '' }), id: 'i-old', state: 'running', tags: {} };
  const beside = (state?: string) =>
    but(at, {
      instances: [old, ...instances],
      targets: state === undefined ? targets : [{ id: old.id, port: 80, state }, ...targets],
    });
  const planned = (state?: string) => shown(pure.plan(wanted(), beside(state)));
  expect(planned('healthy')).toEqual(['DeregisterTarget seoul']);
  expect(planned('draining')).toEqual(['Waiting TargetDraining']);
  expect(planned()).toEqual(['TerminateInstance seoul']);
});

test('The whole way to two sites: pieces of both together, instances one after the other, the second from an image.', () => {
  const { steps, hold, end } = see(wanted(), world());
  expect(hold).toBeUndefined();
  expect(
    steps.filter((step) => /Instance|Image|Target$/.test(step.do)).map((step) => `${step.do} ${step.site}`),
  ).toEqual([
    'LaunchInstance seoul',
    'RegisterTarget seoul',
    'CreateImage seoul',
    'CopyImage tokyo',
    'LaunchInstance tokyo',
    'RegisterTarget tokyo',
  ]);
  expect(sitesServing(end, wishes())).toBe(true);
  expect(sitesServing(world(), wishes())).toMatchObject({ reason: 'SiteNotServing' });
});

test('What the load balancers ask for changes with the configuration: at one site after the other, once an instance is there that answers it.', () => {
  const { steps } = see(wanted({ configuration: 'two', path: '/alive' }), done());
  const told = steps.filter((step) => /^(Launch|Register|ChangeTarget|Terminate)/.test(step.do));
  expect(told.map((step) => `${step.do} ${step.site}`)).toEqual(
    ['seoul', 'tokyo'].flatMap((site) =>
      ['LaunchInstance', 'RegisterTarget', 'ChangeTargetGroup', 'TerminateInstance'].map((verb) => `${verb} ${site}`),
    ),
  );
});

test('At a site that answers nobody it changes at once, whatever the others are at.', () => {
  const at = done();
  const [seoul, tokyo] = at.sites;
  const out = { ...at, sites: [...(seoul ? [seoul] : []), ...(tokyo ? [{ ...tokyo, targets: [] }] : [])] };
  const goal = wanted({ configuration: 'two', path: '/alive' });
  expect(shown(pure.plan(goal, out))).toEqual(['ChangeTargetGroup tokyo']);
  expect(shown(pure.plan(goal, at))).toEqual(['LaunchInstance seoul']);
});

test('A certificate comes: HTTPS first, then the redirect to it; it goes: the redirect first.', () => {
  const with443 = see(wanted({ certificate: 'arn' }), done());
  const names = ({ steps }: { readonly steps: readonly SiteStep[] }) =>
    steps.filter(({ site }) => site === 'seoul').map((step) => `${step.do} ${step.target.split(' ')[1] ?? ''}`);
  expect(names(with443)).toEqual(['OpenPort 443', 'CreateListener 443', 'ChangeListener 80']);
  expect(names(see(wanted(), with443.end))).toEqual(['ChangeListener 80', 'DeleteListener 443', 'ClosePort 443']);
});

test('A certificate that is exchanged stays at the listener until the next one is issued.', () => {
  const at = done({ certificate: 'arn' });
  const pending = wishes({ certificate: 'arn' }).map(({ certificate: _, ...wish }) => wish);
  expect(shown(pure.plan({ wishes: pending }, at))).toEqual([]);
});

test('What is launched has the configuration, its tag, one token as long as nothing ended, and what is approved names no image.', () => {
  const launch = (at: SitesWorld) => {
    const [step] = pure.plan(wanted({ configuration: 'two' }), at).steps;
    if (step?.do !== 'LaunchInstance') throw new Error('it is not launched');
    return step;
  };
  const [first, later] = [launch(done()), launch({ ...done(), now: 60_000 })];
  expect(later.token).toBe(first.token);
  const gone = seoulOf(done()).instances.map((one) => ({ ...one, state: 'terminated' }));
  expect(launch(but(done(), { instances: gone, targets: [] })).token).not.toBe(first.token);
  expect(siteRequest(first).input).toMatchObject({
    ClientToken: first.token,
    NetworkInterfaces: [{ AssociatePublicIpAddress: true }],
    MetadataOptions: { HttpTokens: 'required' },
  });
  expect(first.tags).toMatchObject({
    'hybridcloud.dev/configuration': wishes({ configuration: 'two' })[0]?.configuration,
  });
  expect(siteIdentity(launch(but(done(), { baseImage: 'ami-newer' })))).toEqual(siteIdentity(first));
});

test('Public subnets of two zones are found by their routes; one zone, or none, is for a person.', () => {
  const subnets = ['a', 'b', 'c'].map((letter, n) => ({
    id: `subnet-${letter}`,
    vpc: 'vpc-1',
    zone: n === 1 ? 'z1' : `z${n}`,
  }));
  const table = (id: string, main: boolean, some: readonly string[], target: string) => ({
    id,
    vpc: 'vpc-1',
    main,
    subnets: some,
    routes: [{ destination: '0.0.0.0/0', target, origin: 'CreateRoute', state: 'active' }],
    propagating: [],
    tags: {},
  });
  const site = { name: 'seoul', region: 'r' };
  const at = (tables: ReturnType<typeof table>[], more = {}) =>
    placeOf({ ...site, ...more }, { vpcs: [{ id: 'vpc-1' }], subnets, tables });
  expect(at([table('main', true, [], 'igw-1')])).toEqual({
    found: 'here',
    vpc: 'vpc-1',
    subnets: ['subnet-a', 'subnet-b', 'subnet-c'],
  });
  const [open, closed] = [table('open', false, ['subnet-a', 'subnet-c'], 'igw-1'), table('main', true, [], 'nat-1')];
  expect(at([open, closed])).toMatchObject({ subnets: ['subnet-a', 'subnet-c'] });
  expect(at([closed])).toMatchObject({ hold: { reason: 'SiteSubnetsNotFound' } });
  expect(at([closed], { subnets: ['subnet-b', 'subnet-a'] })).toMatchObject({ subnets: ['subnet-b', 'subnet-a'] });
  expect(at([closed], { subnets: ['subnet-z'] })).toMatchObject({ hold: { reason: 'SiteSubnetsNotFound' } });
  const two = placeOf(site, { vpcs: [{ id: 'a' }, { id: 'b' }], subnets, tables: [] });
  expect(two).toMatchObject({ hold: { reason: 'SiteVpcNotFound' } });
});

test('Types with Amazon’s processors get images for them.', () => {
  expect(['t3.micro', 't4g.micro', 'c7gn.large', 'g4dn.xlarge'].map(architectureOf)).toEqual([
    'amd64',
    'arm64',
    'arm64',
    'amd64',
  ]);
  expect(baseImageName('t4g.micro')).toBe('debian-13-arm64-*');
});
