// SPDX-License-Identifier: GPL-3.0-or-later
/** Instances. Source: API_RunInstances, API_DescribeInstances, API_TerminateInstances; EC2 API reference, "Error codes". */
import type { Call } from '../call.ts';
import { required, text, texts as textsOf, whole, type Fields, type Members } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { page, select, type Filters } from './describe.ts';
import { named, save } from './entities.ts';
import { filters, flag, paging, tagSpecifications, texts } from './input.ts';
import { life, stateAt } from './life.ts';
import { onAll, onEach } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import { allowLaunch, launch } from './run-instances.ts';
import { truth } from '../../kernel/versioned.ts';
import { regionOf } from './entities.ts';
import type { Instance } from './state.ts';
import { tagSet } from './tags.ts';
import { dropVolume } from './volumes.ts';

/** API reference, InstanceState: the low byte of the code. */
const codes = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48 } as const;

function stateXml(one: Instance, now: number): Xml {
  const name = stateAt(one.life, now) ?? 'terminated';
  return { code: codes[name], name };
}

/** What is terminated has no addresses any more, and is in no subnet. */
function xmlOf(call: Call, one: Instance): Xml {
  const gone = stateAt(one.life, call.now) === 'terminated';
  const held = regionOf(call);
  const groups = one.securityGroups.map((groupId) => ({
    groupId,
    groupName: truth(held.securityGroups.get(groupId))?.name,
  }));
  return {
    instanceId: one.id,
    imageId: one.imageID,
    instanceType: one.type,
    instanceState: stateXml(one, call.now),
    launchTime: new Date(one.launchedAt).toISOString(),
    clientToken: one.clientToken?.token,
    placement: { availabilityZone: truth(held.subnets.get(one.subnetID))?.zone },
    ...(gone
      ? {}
      : {
          vpcId: one.vpcID,
          subnetId: one.subnetID,
          privateIpAddress: one.privateIP,
          ipAddress: one.publicIP,
          groupSet: items(groups),
        }),
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    tagSet: tagSet(one.tags),
  };
}

function reservation(call: Call, one: Instance): Record<string, Xml> {
  return {
    reservationId: `r-${one.id.slice(2)}`,
    ownerId: call.principal.account,
    groupSet: items([]),
    instancesSet: items([xmlOf(call, one)]),
  };
}

function instanceFilters(now: number): Filters<Instance> {
  return {
    'instance-id': ({ id }) => [id],
    'instance-state-name': (one) => [stateAt(one.life, now)],
    'instance-type': ({ type }) => [type],
    'image-id': ({ imageID }) => [imageID],
    'client-token': ({ clientToken }) => [clientToken?.token],
    'vpc-id': ({ vpcID }) => [vpcID],
    'subnet-id': ({ subnetID }) => [subnetID],
    'instance.group-id': ({ securityGroups }) => securityGroups,
  };
}

function describe(call: Call, input: Fields): Record<string, Xml> {
  const wanted = { kind: 'instance', ids: 'InstanceId', filters: instanceFilters(call.now) } as const;
  const { part, more } = page(select(call, input, wanted), input, 'InstanceId');
  return { reservationSet: items(part.map((one) => reservation(call, one))), ...more };
}

/** "If you terminate an instance more than once, each call succeeds." All or nothing when one of them is not there. */
function terminate(call: Call, input: Fields): Record<string, Xml> {
  const given = textsOf(input, 'InstanceId').map((id) => named(call, 'instance', id));
  const { instanceStop, deletedShows } = call.world.ec2Times;
  const changes = given.map((one) => {
    const state = stateAt(one.life, call.now);
    const over = state === 'shutting-down' || state === 'terminated';
    const ended = life<'shutting-down' | 'terminated'>(
      call.now,
      ['shutting-down', instanceStop],
      ['terminated', deletedShows],
    );
    const next: Instance = over ? one : { ...one, life: ended };
    if (!over) {
      save(call, 'instance', next);
      dropVolume(call, one.id, instanceStop);
    }
    return { instanceId: one.id, currentState: stateXml(next, call.now), previousState: stateXml(one, call.now) };
  });
  return { instancesSet: items(changes) };
}

const networkInterface: Members = {
  DeviceIndex: whole(0, 0),
  SubnetId: text(),
  SecurityGroupId: texts,
  AssociatePublicIpAddress: flag,
  DeleteOnTermination: flag,
};

export const instanceOperations: Record<string, Ec2Operation> = {
  RunInstances: {
    effect: 'write',
    input: {
      ImageId: required(text()),
      InstanceType: text(),
      MinCount: required(whole(1, 1)),
      MaxCount: required(whole(1, 1)),
      UserData: text(),
      ClientToken: text({ max: 64 }),
      SubnetId: text(),
      SecurityGroupId: texts,
      NetworkInterface: { is: 'list', of: { is: 'structure', members: networkInterface } },
      MetadataOptions: {
        is: 'structure',
        members: { HttpTokens: text({ oneOf: ['optional', 'required'] }), HttpEndpoint: text({ oneOf: ['enabled'] }) },
      },
      TagSpecification: tagSpecifications,
    },
    authorize: allowLaunch,
    run: (call, input) => reservation(call, launch(call, input)),
  },
  DescribeInstances: {
    effect: 'read',
    input: { InstanceId: texts, Filter: filters, ...paging },
    authorize: onAll('ec2:DescribeInstances'),
    run: describe,
  },
  TerminateInstances: {
    effect: 'write',
    input: { InstanceId: required(texts) },
    authorize: onEach('ec2:TerminateInstances', 'InstanceId', 'instance'),
    run: terminate,
  },
};
