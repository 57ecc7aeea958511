// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoints with sites: HAProxy on instances of two regions behind load balancers with a certificate, and the name that leads there. */
import { balancingIn, machinesIn, ownerTag, sitesRegions } from '../oracles/gslb-holdings.ts';
import type { Scenario, UserAction } from '../script.ts';
import { account, handsIn } from '../worlds.ts';
import { changes, creates, name, others, remove } from './gslb-acts.ts';

const [seoul, london] = sitesRegions;

/** The default network of both regions; in the first one a security group, an instance and a load balancer of others. */
const networks: UserAction = {
  user: 'has networks, and others use them, too',
  async does({ do: act }, { aws, clock }) {
    for (const region of sitesRegions)
      aws.account(account).makeVpc({
        region,
        id: 'vpc-0a26000000000001a',
        cidr: '172.31.0.0/16',
        isDefault: true,
        subnets: ['a', 'c'].map((zone, n) => ({
          id: `subnet-0a2600000000000${n}a`,
          cidr: `172.31.${n * 16}.0/20`,
          zone: `${region}${zone}`,
        })),
        routeTables: [{ main: true, routes: [{ destination: '0.0.0.0/0', target: 'igw-0def0000000000002' }] }],
      });
    const Subnets = ['subnet-0a26000000000000a', 'subnet-0a26000000000001a'];
    const group = { GroupName: 'theirs', Description: 'theirs', VpcId: 'vpc-0a26000000000001a' };
    const { GroupId } = await act<{ GroupId: string }>('ec2', 'CreateSecurityGroup', group);
    await clock.advance(60_000);
    await act('elasticloadbalancing', 'CreateLoadBalancer', { Name: 'theirs', Subnets, SecurityGroups: [GroupId] });
    await clock.advance(60_000);
  },
};

/** Connections are let end for ten seconds: five minutes of the same look would show nothing more. */
const shortDrain: UserAction = {
  user: 'lets connections end for ten seconds',
  async does(_hands, worlds) {
    for (const region of sitesRegions)
      for (const { arn, tags } of balancingIn(worlds, region).targetGroups) {
        if (tags[ownerTag] === undefined) continue;
        const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }];
        const hands = handsIn(worlds, region);
        await hands.do('elasticloadbalancing', 'ModifyTargetGroupAttributes', { TargetGroupArn: arn, Attributes });
      }
    await worlds.clock.advance(1000);
  },
};

const site = (city: string, region: string) => ({ name: city, region, loadBalancer: `${city}-alb` });
const target = (city: string, region: string) => ({
  type: 'LoadBalancer',
  loadBalancer: { name: `${city}-alb`, region },
});
const servers = [
  { name: 'oregon', address: '35.247.86.177' },
  { name: 'hongkong', address: '47.242.248.113' },
];

const one = {
  policy: 'Simple',
  record: { name: 'gslb' },
  endpoints: [{ name: 'seoul', target: target('seoul', seoul) }],
  haproxy: { configMapName: 'gslb-haproxy', servers },
  sites: [site('seoul', seoul)],
};
const two = {
  ...one,
  policy: 'Failover',
  endpoints: [
    { name: 'seoul', role: 'Primary', target: target('seoul', seoul) },
    { name: 'london', role: 'Secondary', target: target('london', london) },
  ],
  certificate: { domains: [name] },
  sites: [site('seoul', seoul), site('london', london)],
};

const createOne = creates(one);
const createTwo = creates(two);
const begun = [others, networks] as const;
const runningOne = [...begun, createOne, 'rest', shortDrain] as const;
const runningTwo = [...begun, createTwo, 'rest', shortDrain] as const;
const otherServers = changes('takes a server out', { haproxy: { servers: servers.slice(0, 1) } });

const drift: UserAction = {
  user: 'terminates the instance, deletes the listener, opens ports, and gives the load balancer another group',
  unseen: true,
  async does({ do: act }, worlds) {
    const instance = machinesIn(worlds, seoul).instances.find(({ tags }) => tags[ownerTag] !== undefined);
    const listener = balancingIn(worlds, seoul).listeners.find(({ tags }) => tags[ownerTag] !== undefined);
    await act('ec2', 'TerminateInstances', { InstanceIds: [instance?.id] });
    await act('elasticloadbalancing', 'DeleteListener', { ListenerArn: listener?.arn });
    const { securityGroups } = machinesIn(worlds, seoul);
    const ours = securityGroups.find(({ tags }) => tags[ownerTag] !== undefined);
    const wide = { IpProtocol: 'tcp', FromPort: 8000, ToPort: 9000, Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
    await act('ec2', 'AuthorizeSecurityGroupIngress', { GroupId: ours?.id, IpPermissions: [wide] });
    const balancer = balancingIn(worlds, seoul).loadBalancers.find(({ tags }) => tags[ownerTag] !== undefined);
    const theirs = securityGroups.find(({ name: called }) => called === 'default');
    await act('elasticloadbalancing', 'SetSecurityGroups', {
      LoadBalancerArn: balancer?.arn,
      SecurityGroups: [theirs?.id],
    });
    await worlds.clock.advance(60_000);
  },
};

const theirBalancer: UserAction = {
  user: 'has a load balancer of that name',
  async does({ do: act }, { clock }) {
    const Subnets = ['subnet-0a26000000000000a', 'subnet-0a26000000000001a'];
    await act('elasticloadbalancing', 'CreateLoadBalancer', { Name: 'seoul-alb', Subnets });
    await clock.advance(60_000);
  },
};

const busy = { polls: 6, chain: 12 } as const;

export const siteScenarios: readonly Scenario[] = [
  { name: 'gslb-site', before: begun, script: [createOne, 'rest'], ends: 'Ready', ...busy },
  { name: 'gslb-site-change', before: runningOne, script: [otherServers, 'rest'], ends: 'Ready', ...busy },
  { name: 'gslb-site-drift', before: runningOne, script: [drift, 'rest'], ends: 'Ready', ...busy },
  {
    name: 'gslb-site-foreign',
    before: [...begun, theirBalancer],
    script: [createOne, 'rest', remove, 'rest'],
    ends: 'gone',
    ...busy,
  },
  { name: 'gslb-site-delete', before: runningOne, script: [remove, 'rest'], ends: 'gone', ...busy },
  {
    name: 'gslb-site-retain',
    before: runningOne,
    script: [changes('keeps what is there', { deletionPolicy: 'Retain' }), remove, 'rest'],
    ends: 'gone',
    ...busy,
  },
  {
    name: 'gslb-site-delete-mid-look',
    before: begun,
    script: [createOne, 'rest'],
    // while the instance starts
    interrupt: { afterCall: 100, action: remove },
    ends: 'gone',
    ...busy,
  },
  { name: 'gslb-sites', before: begun, script: [createTwo, 'rest'], ends: 'Ready', ...busy },
  { name: 'gslb-sites-change', before: runningTwo, script: [otherServers, 'rest'], ends: 'Ready', ...busy },
  {
    name: 'gslb-sites-one-out',
    before: runningTwo,
    script: [
      changes('gives the second site up', {
        policy: 'Simple',
        endpoints: one.endpoints,
        sites: one.sites,
        safety: { maxRemovedPercent: 100 },
      }),
      'rest',
    ],
    ends: 'Ready',
    ...busy,
  },
  { name: 'gslb-sites-delete', before: runningTwo, script: [remove, 'rest'], ends: 'gone', ...busy },
];
