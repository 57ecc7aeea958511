// SPDX-License-Identifier: GPL-3.0-or-later
/** Application load balancers. Source: API_CreateLoadBalancer, API_DescribeLoadBalancers, API_DeleteLoadBalancer of ELB 2015-12-01. */
import { randomText } from '../../kernel/random.ts';
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { ec2Of } from '../ec2/entities.ts';
import { publicAddress } from '../ec2/instance-life.ts';
import { life, stateAt } from '../ec2/life.ts';
import { AwsError } from '../errors.ts';
import { isoTime } from './iso-time.ts';
import { may, must, required, text, texts, type Fields, type List } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { allSeen, allTrue, arnOf, erase, named, newTail, notFound, regionOf, save } from './held.ts';
import { takeAway } from './take-away.ts';
import { pageOf, paging } from './paging.ts';
import { on, onAll, onNew, tagsIn } from './permission.ts';
import { placeOf, securityGroupsOf } from './placement.ts';
import type { LoadBalancer } from './state.ts';
import { merged, tagList } from './tags.ts';
import { hostedZoneOf } from './zones.ts';

/** Idempotent by name: the same settings are the same load balancer, tags aside; others are refused. */
function create(call: Call, input: Fields): Xml {
  const name = must(input, 'Name');
  const { vpcID, subnets } = placeOf(call, texts(input, 'Subnets'));
  const scheme = may(input, 'Scheme') === 'internal' ? 'internal' : 'internet-facing';
  const securityGroups = securityGroupsOf(call, texts(input, 'SecurityGroups'), vpcID);
  const tags = merged([], tagsIn(input));
  const held = allTrue(regionOf(call), 'loadBalancers');
  const before = held.find((one) => one.name === name);
  if (before && said(before) !== said({ scheme, subnets, securityGroups }))
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${name}' exists, but with different settings`,
    );
  if (before) return { LoadBalancers: { member: [xmlOf(call, before)] } };
  const most = call.world.state.accounts.get(call.principal.account)?.quotas.loadBalancers;
  if (most !== undefined && held.length >= most)
    throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
  const balancer: LoadBalancer = {
    arn: arnOf(call, `loadbalancer/app/${name}/${newTail(call)}`),
    name,
    dnsName: dnsNameOf(call, name, scheme),
    scheme,
    vpcID,
    subnets,
    securityGroups,
    addresses: subnets.map(() => publicAddress(call.world.state.random)),
    createdAt: call.now,
    life: life(call.now, ['provisioning', call.world.elbTimes.provisioning], ['active']),
    attributes: {},
    tags,
  };
  save(call, 'loadBalancers', balancer);
  return { LoadBalancers: { member: [xmlOf(call, balancer)] } };
}

function said({
  scheme,
  subnets,
  securityGroups,
}: Pick<LoadBalancer, 'scheme' | 'subnets' | 'securityGroups'>): string {
  return JSON.stringify([scheme, subnets.toSorted(), securityGroups.toSorted()]);
}

/** ELB User Guide: `name-1234567890.region.elb.amazonaws.com`, with `internal-` before it for internal ones; in lower case in DNS. */
function dnsNameOf({ world, route }: Call, name: string, scheme: LoadBalancer['scheme']): string {
  const number = randomText(world.state.random, 10, '123456789');
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${number}.${route.region}.elb.amazonaws.com`;
}

export function xmlOf(call: Call, balancer: LoadBalancer): Xml {
  const { subnets } = ec2Of(call.world.state, call.principal.account, call.route.region);
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: hostedZoneOf(call.route.region),
    CreatedTime: isoTime(balancer.createdAt),
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: balancer.vpcID,
    State: { Code: stateAt(balancer.life, call.now) },
    Type: 'application',
    AvailabilityZones: {
      member: balancer.subnets.map((SubnetId) => ({ ZoneName: truth(subnets.get(SubnetId))?.zone, SubnetId })),
    },
    SecurityGroups: { member: [...balancer.securityGroups] },
    IpAddressType: 'ipv4',
  };
}

function describe(call: Call, input: Fields): Xml {
  const [arns, names] = [texts(input, 'LoadBalancerArns'), texts(input, 'Names')];
  if (arns.length > 0 && names.length > 0)
    throw new AwsError(
      'ValidationError',
      'Load balancer names and load balancer ARNs cannot be specified at the same time',
    );
  const all = allSeen(call, 'loadBalancers');
  const missing = [
    ...names.filter((name) => !all.some((one) => one.name === name)),
    ...arns.filter((arn) => !all.some((one) => one.arn === arn)),
  ];
  if (missing.length > 0) throw notFound('loadBalancers', missing);
  const wanted = all.filter(
    (one) => arns.length + names.length === 0 || arns.includes(one.arn) || names.includes(one.name),
  );
  const { part, more } = pageOf(wanted, input);
  return { LoadBalancers: { member: part.map((one) => xmlOf(call, one)) }, ...more };
}

/** API_DeleteLoadBalancer: its listeners go with it, target groups stay; "if the load balancer does not exist … the call succeeds". */
function remove(call: Call, input: Fields): Xml {
  const arn = must(input, 'LoadBalancerArn');
  const held = regionOf(call);
  const balancer = truth(held.loadBalancers.get(arn));
  if (!balancer) return {};
  if (balancer.attributes['deletion_protection.enabled'] === 'true')
    throw new AwsError(
      'OperationNotPermitted',
      `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    );
  for (const listener of allTrue(held, 'listeners')) if (listener.loadBalancer === arn) takeAway(call, listener);
  const until = call.now + call.world.elbTimes.interfacesLinger;
  for (const id of [...balancer.securityGroups, ...balancer.subnets]) held.lingering.set(id, until);
  erase(call, 'loadBalancers', arn);
  return {};
}

/** API_SetSecurityGroups: "The specified security groups override the previously associated security groups." One at least. */
function setSecurityGroups(call: Call, input: Fields): Xml {
  const balancer = named(call, 'loadBalancers', must(input, 'LoadBalancerArn'));
  const given = texts(input, 'SecurityGroups');
  if (given.length === 0)
    throw new AwsError('InvalidConfigurationRequest', 'At least one security group must be given');
  const securityGroups = securityGroupsOf(call, given, balancer.vpcID);
  save(call, 'loadBalancers', { ...balancer, securityGroups });
  return { SecurityGroupIds: { member: [...securityGroups] } };
}

const texts32: List = { is: 'list', of: text() };

export const loadBalancerOperations: Record<string, QueryOperation> = {
  CreateLoadBalancer: {
    effect: 'write',
    input: {
      Name: required(text({ max: 32, pattern: /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/ })),
      Subnets: texts32,
      SecurityGroups: texts32,
      Scheme: text({ oneOf: ['internet-facing', 'internal'] }),
      Type: text({ oneOf: ['application'] }),
      IpAddressType: text({ oneOf: ['ipv4'] }),
      Tags: tagList,
    },
    authorize: onNew('CreateLoadBalancer', (input) => `loadbalancer/app/${must(input, 'Name')}/*`),
    run: create,
  },
  DescribeLoadBalancers: {
    effect: 'read',
    input: { LoadBalancerArns: { ...texts32, max: 20 }, Names: texts32, ...paging },
    authorize: onAll('DescribeLoadBalancers'),
    run: describe,
  },
  SetSecurityGroups: {
    effect: 'write',
    input: { LoadBalancerArn: required(text()), SecurityGroups: required(texts32) },
    authorize: on('SetSecurityGroups', 'LoadBalancerArn'),
    run: setSecurityGroups,
  },
  DeleteLoadBalancer: {
    effect: 'write',
    input: { LoadBalancerArn: required(text()) },
    authorize: on('DeleteLoadBalancer', 'LoadBalancerArn'),
    run: remove,
  },
};
