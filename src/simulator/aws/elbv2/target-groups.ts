// SPDX-License-Identifier: GPL-3.0-or-later
/** Target groups. Source: API_CreateTargetGroup, API_DescribeTargetGroups, API_ModifyTargetGroup, API_DeleteTargetGroup of ELB 2015-12-01. */
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { ec2Of } from '../ec2/entities.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, texts, whole, type Fields, type Members } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { allSeen, allTrue, arnOf, erase, named, newTail, notFound, regionOf, save } from './held.ts';
import { pageOf, paging } from './paging.ts';
import { on, onAll, onNew, tagsIn } from './permission.ts';
import type { HealthCheck, TargetGroup } from './state.ts';
import { merged, tagList } from './tags.ts';

/** API_CreateTargetGroup, "Request Parameters": the defaults for instances and addresses behind an application load balancer. */
const defaults: HealthCheck = {
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

function checkOf(input: Fields, before: HealthCheck): HealthCheck {
  const matcher = input['Matcher'];
  const number = (name: string, otherwise: number): number => Number(may(input, name) ?? otherwise);
  const check = {
    protocol: may(input, 'HealthCheckProtocol') ?? before.protocol,
    port: may(input, 'HealthCheckPort') ?? before.port,
    path: may(input, 'HealthCheckPath') ?? before.path,
    intervalSeconds: number('HealthCheckIntervalSeconds', before.intervalSeconds),
    timeoutSeconds: number('HealthCheckTimeoutSeconds', before.timeoutSeconds),
    healthyThreshold: number('HealthyThresholdCount', before.healthyThreshold),
    unhealthyThreshold: number('UnhealthyThresholdCount', before.unhealthyThreshold),
    matcher: (typeof matcher === 'object' ? may(matcher as Fields, 'HttpCode') : undefined) ?? before.matcher,
  };
  if (check.timeoutSeconds >= check.intervalSeconds)
    throw new AwsError(
      'ValidationError',
      `Health check timeout '${check.timeoutSeconds}' must be smaller than the interval '${check.intervalSeconds}'`,
    );
  return check;
}

function said({ protocol, port, vpcID, targetType, check }: TargetGroup): string {
  return JSON.stringify([protocol, port, vpcID, targetType, check]);
}

/** Idempotent by name, as load balancers are. */
function create(call: Call, input: Fields): Xml {
  const name = must(input, 'Name');
  const vpcID = must(input, 'VpcId');
  const { vpcs } = ec2Of(call.world.state, call.principal.account, call.route.region);
  if (!truth(vpcs.get(vpcID))) throw new AwsError('ValidationError', `The VPC ID '${vpcID}' is not found`);
  const group: TargetGroup = {
    arn: arnOf(call, `targetgroup/${name}/${newTail(call)}`),
    name,
    protocol: must(input, 'Protocol'),
    port: Number(must(input, 'Port')),
    vpcID,
    targetType: may(input, 'TargetType') === 'ip' ? 'ip' : 'instance',
    check: checkOf(input, defaults),
    targets: [],
    attributes: {},
    tags: merged([], tagsIn(input)),
  };
  const held = allTrue(regionOf(call), 'targetGroups');
  const before = held.find((one) => one.name === name);
  if (before && said(before) !== said(group))
    throw new AwsError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  if (!before) {
    const most = call.world.state.accounts.get(call.principal.account)?.quotas.targetGroups;
    if (most !== undefined && held.length >= most)
      throw new AwsError('TooManyTargetGroups', 'The maximum number of target groups has been reached');
    save(call, 'targetGroups', group);
  }
  return { TargetGroups: { member: [xmlOf(call, before ?? group)] } };
}

/** Load balancers whose listeners send to it. */
export function usersOf(call: Call, arn: string): string[] {
  const using = allTrue(regionOf(call), 'listeners').filter(
    ({ action }) => action.type === 'forward' && action.targetGroup === arn,
  );
  return [...new Set(using.map(({ loadBalancer }) => loadBalancer))];
}

function xmlOf(call: Call, group: TargetGroup): Xml {
  const { check } = group;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcID,
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: { member: usersOf(call, group.arn) },
    TargetType: group.targetType,
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
  };
}

function describe(call: Call, input: Fields): Xml {
  const [arns, names] = [texts(input, 'TargetGroupArns'), texts(input, 'Names')];
  const balancer = may(input, 'LoadBalancerArn');
  const all = allSeen(call, 'targetGroups');
  const missing = [
    ...names.filter((name) => !all.some((one) => one.name === name)),
    ...arns.filter((arn) => !all.some((one) => one.arn === arn)),
  ];
  if (missing.length > 0) throw notFound('targetGroups', missing);
  if (balancer !== undefined) named(call, 'loadBalancers', balancer);
  const wanted = all.filter(
    (one) =>
      (arns.length + names.length === 0 || arns.includes(one.arn) || names.includes(one.name)) &&
      (balancer === undefined || usersOf(call, one.arn).includes(balancer)),
  );
  const { part, more } = pageOf(wanted, input);
  return { TargetGroups: { member: part.map((one) => xmlOf(call, one)) }, ...more };
}

function modify(call: Call, input: Fields): Xml {
  const group = named(call, 'targetGroups', must(input, 'TargetGroupArn'));
  const changed = { ...group, check: checkOf(input, group.check) };
  save(call, 'targetGroups', changed);
  return { TargetGroups: { member: [xmlOf(call, changed)] } };
}

/** API_DeleteTargetGroup: "You can delete a target group if it is not referenced by any actions"; its targets do not matter. */
function remove(call: Call, input: Fields): Xml {
  const arn = must(input, 'TargetGroupArn');
  if (usersOf(call, arn).length > 0)
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  erase(call, 'targetGroups', arn);
  return {};
}

const check: Members = {
  HealthCheckProtocol: text({ oneOf: ['HTTP', 'HTTPS'] }),
  HealthCheckPort: text(),
  HealthCheckEnabled: { is: 'flag' },
  HealthCheckPath: text({ min: 1, max: 1024 }),
  HealthCheckIntervalSeconds: whole(5, 300),
  HealthCheckTimeoutSeconds: whole(2, 120),
  HealthyThresholdCount: whole(2, 10),
  UnhealthyThresholdCount: whole(2, 10),
  Matcher: { is: 'structure', members: { HttpCode: text() } },
};

export const targetGroupOperations: Record<string, QueryOperation> = {
  CreateTargetGroup: {
    effect: 'write',
    input: {
      Name: required(text({ max: 32, pattern: /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/ })),
      Protocol: required(text({ oneOf: ['HTTP', 'HTTPS'] })),
      Port: required(whole(1, 65_535)),
      VpcId: required(text()),
      TargetType: text({ oneOf: ['instance', 'ip'] }),
      ProtocolVersion: text({ oneOf: ['HTTP1'] }),
      IpAddressType: text({ oneOf: ['ipv4'] }),
      ...check,
      Tags: tagList,
    },
    authorize: onNew('CreateTargetGroup', (input) => `targetgroup/${must(input, 'Name')}/*`),
    run: create,
  },
  DescribeTargetGroups: {
    effect: 'read',
    input: {
      TargetGroupArns: { is: 'list', of: text() },
      Names: { is: 'list', of: text() },
      LoadBalancerArn: text(),
      ...paging,
    },
    authorize: onAll('DescribeTargetGroups'),
    run: describe,
  },
  ModifyTargetGroup: {
    effect: 'write',
    input: { TargetGroupArn: required(text()), ...check },
    authorize: on('ModifyTargetGroup', 'TargetGroupArn'),
    run: modify,
  },
  DeleteTargetGroup: {
    effect: 'write',
    input: { TargetGroupArn: required(text()) },
    authorize: on('DeleteTargetGroup', 'TargetGroupArn'),
    run: remove,
  },
};
