// SPDX-License-Identifier: GPL-3.0-or-later
/** What people change at a site by hand: seen as drift, and put right. */
import { expect, test } from '@jest/globals';
import type { Listener, TargetCheck } from '../../../../src/clouds/aws/elbv2/load-balancer.ts';
import type { Rule } from '../../../../src/clouds/aws/ec2/machine.ts';
import { siteDrift } from '../../../../src/kinds/gslb-endpoint/sites/drift.ts';
import type { SitesWorld } from '../../../../src/kinds/gslb-endpoint/sites/world.ts';
import { but, done, pure, see, seoulOf, shown, wanted, wishes, type Wanted } from './pieces.ts';

const anywhere = { cidr: '0.0.0.0/0' };
/** Of the load balancer's group at the first site. */
const letting = (at: SitesWorld, edit: (all: readonly Rule[]) => readonly Rule[]): SitesWorld =>
  but(at, {
    groups: seoulOf(at).groups.map((one) => (one.name === 'SG-ALB' ? { ...one, openings: edit(one.openings) } : one)),
  });
const secured = { certificate: 'arn' };
const listening = (edit: (one: Listener) => Listener) => () =>
  but(done(secured), {
    listeners: seoulOf(done(secured)).listeners.map((one) => (one.port === 443 ? edit(one) : one)),
  });
const checked = (more: Partial<TargetCheck>) => () => {
  const { targetGroup } = seoulOf(done());
  return but(done(), targetGroup ? { targetGroup: { ...targetGroup, check: { ...targetGroup.check, ...more } } } : {});
};
const balancerWith = (...securityGroups: string[]) => {
  const { balancer } = seoulOf(done());
  return but(done(), balancer ? { balancer: { ...balancer, securityGroups } } : {});
};

/** By hand, what it is put right with, and where drift says so. */
const byHand: readonly [string, Wanted, () => SitesWorld, readonly string[], readonly string[]][] = [
  [
    'a range of ports beside what is wanted: it goes',
    wanted(),
    () =>
      letting(done(), (all) => [...all, { protocol: 'tcp', ports: { from: 8000, to: 9000 }, from: { cidr6: '::/0' } }]),
    ['ClosePort seoul'],
    ['securityGroups.SG-ALB 80 from 0.0.0.0/0 | 80 from 0.0.0.0/0, tcp 8000-9000 from ::/0'],
  ],
  [
    'a range in the place of what is wanted: first open, then closed',
    wanted(),
    () => letting(done(), () => [{ protocol: 'tcp', ports: { from: 0, to: 65_535 }, from: anywhere }]),
    ['OpenPort seoul', 'ClosePort seoul'],
    ['securityGroups.SG-ALB 80 from 0.0.0.0/0 | tcp 0-65535 from 0.0.0.0/0'],
  ],
  [
    'everything for everybody, a prefix list, a group of another account: they go',
    wanted(),
    () =>
      letting(done(), (all) => [
        ...all,
        { protocol: '-1', from: anywhere },
        { protocol: 'udp', ports: { from: 53, to: 53 }, from: { prefixList: 'pl-1' } },
        { protocol: 'tcp', ports: { from: 80, to: 80 }, from: { group: 'sg-1', account: '2' } },
      ]),
    ['ClosePort seoul', 'ClosePort seoul', 'ClosePort seoul'],
    [
      'securityGroups.SG-ALB 80 from 0.0.0.0/0 | 80 from 0.0.0.0/0, all from 0.0.0.0/0, tcp 80 from 2/sg-1, udp 53 from pl-1',
    ],
  ],
  [
    'a rule taken away: it is back',
    wanted(),
    () => letting(done(), () => []),
    ['OpenPort seoul'],
    ['securityGroups.SG-ALB 80 from 0.0.0.0/0 | none'],
  ],
  [
    'another group beside the load balancer’s own: only its own',
    wanted(),
    () => balancerWith('sg-1', '<security group SG-ALB in ap-northeast-2>'),
    ['ChangeLoadBalancer seoul'],
    [
      'loadBalancer.securityGroups <security group SG-ALB in ap-northeast-2> | sg-1, <security group SG-ALB in ap-northeast-2>',
    ],
  ],
  [
    'an old TLS policy: the one that we set',
    wanted(secured),
    listening((one) => ({ ...one, policy: 'ELBSecurityPolicy-2016-08' })),
    ['ChangeListener seoul'],
    [
      'listeners.443 HTTPS <target group TG-Seoul in ap-northeast-2> arn in ap-northeast-2 ELBSecurityPolicy-TLS13-1-2-2021-06 | HTTPS <target group TG-Seoul in ap-northeast-2> arn in ap-northeast-2 ELBSecurityPolicy-2016-08',
    ],
  ],
  [
    'another certificate: ours',
    wanted(secured),
    listening((one) => ({ ...one, certificate: 'theirs' })),
    ['ChangeListener seoul'],
    [
      'listeners.443 HTTPS <target group TG-Seoul in ap-northeast-2> arn in ap-northeast-2 ELBSecurityPolicy-TLS13-1-2-2021-06 | HTTPS <target group TG-Seoul in ap-northeast-2> theirs ELBSecurityPolicy-TLS13-1-2-2021-06',
    ],
  ],
  [
    'any setting of the health check: as it was',
    wanted(),
    checked({ matcher: '200-499', timeoutSeconds: 9, port: '8080', protocol: 'HTTPS' }),
    ['ChangeTargetGroup seoul'],
    [
      'healthCheck.protocol HTTP | HTTPS',
      'healthCheck.port traffic-port | 8080',
      'healthCheck.timeoutSeconds 5 | 9',
      'healthCheck.matcher 200 | 200-499',
    ],
  ],
];

test.each(byHand)('By hand: %s; told as drift.', (...[, wish, at, expected, told]) => {
  const shownAt = see(wish, at());
  expect(shown(shownAt)).toEqual(expected);
  const drift = siteDrift(at(), wish.wishes).filter(({ want, have }) => want !== have);
  expect(drift.map(({ path, want, have }) => `${path} ${want} | ${have}`)).toEqual(
    told.map((one) => `sites.seoul.${one}`),
  );
  expect(siteDrift(shownAt.end, wish.wishes).filter(({ want, have }) => want !== have)).toEqual([]);
});

test('What others have under a wanted name is no drift of ours.', () => {
  const at = letting(done(), (all) => [...all, { protocol: '-1', from: anywhere }]);
  const theirs = but(at, { groups: seoulOf(at).groups.map((one) => ({ ...one, tags: {} })) });
  expect(shown(pure.plan(wanted(), theirs))).toEqual(['Blocked NotOurs']);
  expect(siteDrift(theirs, wishes()).filter(({ want, have }) => want !== have)).toEqual([]);
});

test('Two groups of ours that somebody had name each other: a deletion cuts that first, as AWS deletes neither.', () => {
  const gone = see({ wishes: [], going: 'Delete' }, done()).steps.filter(({ site }) => site === 'seoul');
  const at = letting(done(), (all) => [
    ...all,
    { port: 80, from: { group: '<security group SG-ALB-instances in ap-northeast-2>' } },
  ]);
  const { steps } = see({ wishes: [], going: 'Delete' }, at);
  const names = steps.filter(({ site }) => site === 'seoul').map((step) => step.do);
  expect(names.filter((one) => one !== 'ClosePort')).toEqual(gone.map((step) => step.do));
  expect(names.indexOf('ClosePort')).toBe(names.indexOf('DeleteSecurityGroup') - 1);
});
