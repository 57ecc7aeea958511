// SPDX-License-Identifier: GPL-3.0-or-later
/** A site that the operator makes, and the name that points to it, by the whole operator. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { closePort, openPort } from '../../../src/clouds/aws/ec2/machine-requests.ts';
import { setSecurityGroups } from '../../../src/clouds/aws/elbv2/load-balancer-requests.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import { permissionOf } from '../../../src/clouds/aws/ec2/security-group-rules.ts';
import { asRoot, gslb, region } from './city.ts';
import { tokyo, twoRegions, twoSites, type TwoRegions } from './two-sites.ts';

let world: TwoRegions;
beforeEach(async () => {
  world = await twoRegions();
});
afterEach(() => world.end());

test('HAProxy on an instance, its load balancer, and the name that points there; deletion takes all away.', async () => {
  world.operator();
  const target = { type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb', region } };
  await world.apply(
    gslb({
      record: { name: 'gslb' },
      policy: 'Simple',
      endpoints: [{ name: 'seoul', target }],
      haproxy: { configMapName: 'gslb-haproxy', servers: [{ name: 'london', address: '20.117.241.211', port: 80 }] },
      sites: [{ name: 'seoul', region, loadBalancer: 'seoul-alb' }],
    }),
  );
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 3600);
  expect(world.records()).toEqual(['a-gslb.seojun.shop TXT', 'gslb.seojun.shop A']);
  expect(world.status().sites).toMatchObject([{ name: 'seoul', phase: 'Serving', loadBalancer: 'seoul-alb' }]);
  await world.remove();
  await world.until(() => world.object() === undefined, 3600);
  expect(world.records()).toEqual([]);
  const { instances } = world.aws.account('123456789012').machines(region);
  expect(instances.filter(({ state }) => state === 'running' || state === 'pending')).toEqual([]);
}, 60_000);

const sites = (server: string) => twoSites(server, { seoul: { role: 'Primary' }, tokyo: { role: 'Secondary' } });

const answers = () => world.aws.route53.answer({ name: 'gslb.seojun.shop', type: 'A', client: '' }).answers.length;
const configurations = (where: string) => world.up(where).map(({ configuration }) => configuration);

test('A changed configuration comes to one site after the other; at every moment both serve, and the name is answered.', async () => {
  world.operator();
  await world.apply(sites('20.117.241.211'));
  await world.until(world.settled, 3600);
  const [before] = configurations(region);
  expect(configurations(tokyo)).toEqual([before]);
  await world.apply(sites('35.247.86.177'));
  const bad: string[] = [];
  const changedBoth: boolean[] = [];
  await world.until(() => {
    const up = [region, tokyo].filter(world.isServing);
    if (up.length < 2 || answers() === 0) bad.push(`${up.join()} ${answers()}`);
    // the second is not begun before the first has nothing left of the old one
    const [first, second] = [configurations(region), configurations(tokyo)];
    if (second.length > 1) changedBoth.push(first.length === 1 && first[0] !== before);
    const done = [...first, ...second].every((one) => one !== before);
    return done && first.length === 1 && second.length === 1 && world.settled();
  }, 3600);
  expect(bad).toEqual([]);
  expect(changedBoth.length).toBeGreaterThan(0);
  expect(new Set(changedBoth)).toEqual(new Set([true]));
}, 60_000);

test('A site whose instance answers nobody does not serve: status says so, as Route 53 answers with the other one.', async () => {
  world.operator();
  await world.apply(sites('20.117.241.211'));
  await world.until(world.settled, 3600);
  expect(world.status().serving).toEqual(['seoul']);
  const [group] = world.home().balancing(region).targetGroups;
  const [target] = group?.targets ?? [];
  world.home().tellTarget({ region, group: group?.name ?? '', id: target?.id ?? '', health: 'unhealthy' });
  const answered = () =>
    world.aws.route53.answer({ name: 'gslb.seojun.shop', type: 'A', client: '' }).answers.map(({ value }) => value);
  const [other] = world.home().balancing(tokyo).loadBalancers;
  await world.until(() => world.status().serving?.join() === 'tokyo', 3600);
  expect(answered().toSorted()).toEqual(other?.addresses.toSorted());
}, 60_000);

interface Named {
  readonly name: string;
}

/** Each with its share of the answers. */
function sharing(names: readonly string[]): object {
  const more = { policy: 'Weighted', safety: { maxRemovedPercent: 100 } };
  const { spec, ...rest } = twoSites(
    '20.117.241.211',
    { seoul: { weight: 1 }, tokyo: { weight: 1 } },
    more,
  ) as unknown as {
    readonly spec: { readonly endpoints: readonly Named[]; readonly sites: readonly Named[] };
  };
  const among = ({ name }: Named) => names.includes(name);
  return { ...rest, spec: { ...spec, endpoints: spec.endpoints.filter(among), sites: spec.sites.filter(among) } };
}

test('A site that is given up: when its load balancer goes, no name server answers with it any more.', async () => {
  world.operator();
  await world.apply(sharing(['seoul', 'tokyo']));
  await world.until(world.settled, 3600);
  await world.apply(sharing(['seoul']));
  const lost: string[] = [];
  await world.until(() => {
    const answered = Array.from({ length: 20 }, answers);
    if (answered.includes(0)) lost.push(`${answered.filter((one) => one === 0).length} of 20 questions`);
    return world.status().sites?.length === 1;
  }, 3600);
  expect([lost, world.home().balancing(tokyo).loadBalancers]).toEqual([[], []]);
  expect(world.status()).toMatchObject({ sites: [{ name: 'seoul', phase: 'Serving' }], serving: ['seoul'] });
}, 60_000);

function groupNamed(called: string) {
  const found = world
    .home()
    .machines(tokyo)
    .securityGroups.find(({ name }) => name === called);
  if (!found) throw new Error(`no group ${called}`);
  return found;
}

/** By hand: a rule gone, others made, another group at the load balancer, a health check that is content with less. */
async function tamper(): Promise<{ readonly group: string }> {
  const at = { region: tokyo };
  const [group, others] = [groupNamed('tokyo-alb').id, groupNamed('default').id];
  const [balancer] = world.home().balancing(tokyo).loadBalancers;
  const [targets] = world.home().balancing(tokyo).targetGroups;
  const wide = { protocol: 'tcp', ports: { from: 8000, to: 9000 }, from: { cidr6: '::/0' } };
  const loose = { TargetGroupArn: targets?.arn, Matcher: { HttpCode: '200-499' } };
  for (const request of [
    closePort(group, { port: 80, from: { cidr: '0.0.0.0/0' } }),
    openPort(group, { port: 22, from: { cidr: '0.0.0.0/0' } }),
    write('ec2', 'AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [permissionOf(wide)] }),
    setSecurityGroups(balancer?.arn ?? '', [others]),
    write('elasticloadbalancing', 'ModifyTargetGroup', loose),
  ])
    await asRoot(world, request, at);
  return { group };
}

test('What somebody changes at a site is told as drift and put right; deletion takes away first what is answered, then what answers, last what that stands on.', async () => {
  world.operator();
  await world.apply(sites('20.117.241.211'));
  await world.until(world.settled, 3600);
  const { group } = await tamper();
  const paths = [
    'sites.tokyo.securityGroups.tokyo-alb',
    'sites.tokyo.loadBalancer.securityGroups',
    'sites.tokyo.healthCheck.matcher',
  ];
  const notes = () => world.events().flatMap(({ reason, note }) => (reason === 'DriftCorrected' ? [note] : []));
  const told = () => paths.every((path) => notes().some((note) => note?.includes(path)));
  await world.until(() => told() && world.is('Synced', 'True'), 3600);
  expect(groupNamed('tokyo-alb').ingress).toMatchObject([{ from: 80, to: 80 }]);
  const { loadBalancers, targetGroups } = world.home().balancing(tokyo);
  expect(loadBalancers).toMatchObject([{ securityGroups: [group] }]);
  expect(targetGroups).toMatchObject([{ check: { matcher: '200' } }]);
  const from = world.aws.calls.length;
  await world.remove();
  await world.until(() => world.object() === undefined, 3600);
  const gone = world.aws.calls
    .slice(from)
    .filter(({ effect, errorCode }) => effect === 'write' && errorCode === undefined)
    .map(({ action }) => action);
  const order = ['ChangeResourceRecordSets', 'DeleteLoadBalancer', 'DeleteTargetGroup', 'DeleteSecurityGroup'];
  const first = order.map((action) => gone.indexOf(action));
  expect(first).toEqual(first.toSorted((a, b) => a - b));
  expect(first[0]).toBe(0);
  for (const where of [region, tokyo]) {
    const { images, snapshots } = world.home().machines(where);
    expect([images, snapshots, world.home().balancing(where).loadBalancers]).toEqual([[], [], []]);
  }
}, 60_000);
