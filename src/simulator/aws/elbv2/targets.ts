// SPDX-License-Identifier: GPL-3.0-or-later
/** What a group sends to. Source: API_RegisterTargets, API_DeregisterTargets, API_DescribeTargetHealth of ELB 2015-12-01. */
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { addressNumber } from '../ec2/cidr.ts';
import { ec2Of } from '../ec2/entities.ts';
import { stateAt } from '../ec2/life.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, required, text, whole, type Fields, type List } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { healthOf } from './health.ts';
import { named, save } from './held.ts';
import { on, onAll } from './permission.ts';
import type { Target, TargetGroup } from './state.ts';
import { usersOf } from './target-groups.ts';

interface Named {
  readonly id: string;
  readonly port: number;
}

function targetsIn(input: Fields, group: TargetGroup): Named[] {
  return records(input, 'Targets').map((one) => ({
    id: must(one, 'Id'),
    port: Number(may(one, 'Port') ?? group.port),
  }));
}

const same = (a: Named) => (b: Named) => a.id === b.id && a.port === b.port;

/** API_RegisterTargets: InvalidTarget, "The specified target does not exist, is not in the same VPC as the target group …". */
function fits(call: Call, { targetType, vpcID }: TargetGroup, { id }: Named): void {
  if (targetType === 'ip') {
    if (addressNumber(id) === undefined) throw new AwsError('InvalidTarget', `The IP address '${id}' is not valid`);
    return;
  }
  const { instances } = ec2Of(call.world.state, call.principal.account, call.route.region);
  const instance = truth(instances.get(id));
  if (!instance) throw new AwsError('InvalidTarget', `The following targets do not exist: '${id}'`);
  if (instance.vpcID !== vpcID)
    throw new AwsError('InvalidTarget', `The following targets are not in the target group VPC '${vpcID}': '${id}'`);
  // the words: hashicorp/terraform-provider-aws#1803, and others who registered too early
  if (stateAt(instance.life, call.now) !== 'running')
    throw new AwsError(
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    );
}

/** Registering again what is there changes nothing; what drains comes back. */
function register(call: Call, input: Fields): Xml {
  const group = named(call, 'targetGroups', must(input, 'TargetGroupArn'));
  const given = targetsIn(input, group);
  for (const one of given) fits(call, group, one);
  const here = present(group, call.now);
  const fresh = given.filter((one) => !here.some((target) => same(one)(target) && target.draining === undefined));
  const kept = here.filter((target) => !fresh.some(same(target)));
  const made = fresh.map((one): Target => ({ ...one, registeredAt: call.now }));
  save(call, 'targetGroups', { ...group, targets: [...kept, ...made] });
  return {};
}

function present({ targets }: TargetGroup, now: number): Target[] {
  return targets.filter(({ draining }) => draining === undefined || draining.until > now);
}

/** ELB User Guide, "Deregistration delay": 300 seconds unless set, if a load balancer uses the group. What is not there is no error. */
function deregister(call: Call, input: Fields): Xml {
  const group = named(call, 'targetGroups', must(input, 'TargetGroupArn'));
  const given = targetsIn(input, group);
  const delay = Number(group.attributes['deregistration_delay.timeout_seconds'] ?? 300) * 1000;
  const used = usersOf(call, group.arn).length > 0 && delay > 0;
  const targets = present(group, call.now).flatMap((target): Target[] => {
    if (!given.some(same(target)) || target.draining !== undefined) return [target];
    return used ? [{ ...target, draining: { from: call.now, until: call.now + delay } }] : [];
  });
  save(call, 'targetGroups', { ...group, targets });
  return {};
}

function describe(call: Call, input: Fields): Xml {
  const group = named(call, 'targetGroups', must(input, 'TargetGroupArn'));
  const asked = targetsIn(input, group);
  const here = present(group, call.now);
  const place = { account: call.principal.account, region: call.route.region, now: call.now };
  const strangers = asked.filter((one) => !here.some(same(one)));
  const found = asked.length === 0 ? here : here.filter((target) => asked.some(same(target)));
  const known = found.map((target) => ({ target, health: healthOf(call.world, place, { group, target }) }));
  const unknown = strangers.map((target) => ({
    target,
    health: {
      state: 'unused',
      reason: 'Target.NotRegistered',
      description: 'Target is not registered to the target group',
    },
  }));
  return {
    TargetHealthDescriptions: {
      member: [...known, ...unknown].map(({ target, health }) => ({
        Target: { Id: target.id, Port: target.port },
        HealthCheckPort: group.check.port === 'traffic-port' ? String(target.port) : group.check.port,
        TargetHealth: { State: health.state, Reason: health.reason, Description: health.description },
      })),
    },
  };
}

const targets: List = {
  is: 'list',
  of: { is: 'structure', members: { Id: required(text()), Port: whole(1, 65_535), AvailabilityZone: text() } },
};
const input = { TargetGroupArn: required(text()), Targets: required(targets) };

export const targetOperations: Record<string, QueryOperation> = {
  RegisterTargets: { effect: 'write', input, authorize: on('RegisterTargets', 'TargetGroupArn'), run: register },
  DeregisterTargets: { effect: 'write', input, authorize: on('DeregisterTargets', 'TargetGroupArn'), run: deregister },
  DescribeTargetHealth: {
    effect: 'read',
    input: { TargetGroupArn: required(text()), Targets: targets },
    authorize: onAll('DescribeTargetHealth'),
    run: describe,
  },
};
