// SPDX-License-Identifier: GPL-3.0-or-later
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import type { AwsOptions } from '../../../../src/simulator/aws/index.ts';
import { ec2Times } from '../../../../src/simulator/aws/ec2/times.ts';
import { accountID, seoul, type Credentials } from '../client.ts';
import { ec2Client, newRegion, refusal, type Region } from './world.ts';

async function machine(options: Partial<AwsOptions> = {}) {
  const region = newRegion(options);
  const Filters = [{ Name: 'name', Values: ['debian-13-amd64-*'] }];
  const { Images = [] } = await region.ec2.send(new DescribeImagesCommand({ Owners: ['136693071363'], Filters }));
  const ImageId = Images.toSorted((a, b) => String(a.CreationDate).localeCompare(String(b.CreationDate))).at(
    -1,
  )?.ImageId;
  const [SubnetId = ''] = region.vpc.subnets;
  const run = (more: Partial<RunInstancesCommandInput> = {}, { ec2 }: Pick<Region, 'ec2'> = region) =>
    ec2.send(
      new RunInstancesCommand({ ImageId, SubnetId, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro', ...more }),
    );
  return { ...region, run, ImageId, SubnetId };
}

const state = async ({ ec2 }: Pick<Region, 'ec2'>, id: string) => {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations[0]?.Instances?.[0];
};

test('An instance is pending, running, shutting down, terminated, and forgotten an hour later.', async () => {
  const region = await machine();
  const { ec2, clock } = region;
  const TagSpecifications = [
    { ResourceType: 'instance' as const, Tags: [{ Key: 'Name', Value: 'HA-seoul' }] },
    { ResourceType: 'volume' as const, Tags: [{ Key: 'Name', Value: 'disk' }] },
  ];
  const made = await region.run({ TagSpecifications, UserData: Buffer.from('#!/bin/sh\n').toString('base64') });
  const id = made.Instances?.[0]?.InstanceId ?? '';
  const look = async () => (await state(region, id))?.State?.Name;
  expect(await look()).toBe('pending');
  await clock.advance(ec2Times.instanceStart);
  expect(await state(region, id)).toMatchObject({
    State: { Name: 'running', Code: 16 },
    PrivateIpAddress: '172.31.1.4',
    SubnetId: region.SubnetId,
    ImageId: region.ImageId,
    Tags: [{ Key: 'Name', Value: 'HA-seoul' }],
    Placement: { AvailabilityZone: `${seoul}a` },
  });
  const volumes = async () => (await ec2.send(new DescribeVolumesCommand({}))).Volumes;
  expect(await volumes()).toMatchObject([
    { State: 'in-use', Attachments: [{ InstanceId: id }], Tags: [{ Key: 'Name', Value: 'disk' }] },
  ]);
  const terminate = () => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect((await terminate()).TerminatingInstances).toMatchObject([
    { CurrentState: { Name: 'shutting-down' }, PreviousState: { Name: 'running' } },
  ]);
  await terminate();
  await clock.advance(ec2Times.instanceStop);
  expect(await state(region, id)).toMatchObject({ State: { Name: 'terminated' } });
  expect((await state(region, id))?.SubnetId).toBeUndefined();
  expect(region.account.machines(seoul).instances).toEqual([]);
  await clock.advance(ec2Times.deletedShows);
  expect(await refusal(look())).toMatchObject({ code: 'InvalidInstanceID.NotFound', status: 400 });
});

test('IdempotentParameterMismatch: the same token is the same instance, even a terminated one; with another request it is refused.', async () => {
  const region = await machine();
  const ClientToken = 'one';
  const made = await region.run({ ClientToken });
  const id = made.Instances?.[0]?.InstanceId ?? '';
  expect((await region.run({ ClientToken })).Instances?.[0]?.InstanceId).toBe(id);
  expect(await refusal(region.run({ ClientToken, InstanceType: 't3.small' }))).toMatchObject({
    code: 'IdempotentParameterMismatch',
    status: 400,
  });
  await region.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect((await region.run({ ClientToken })).Instances?.[0]?.InstanceId).toBe(id);
  expect(region.account.machines(seoul).instances).toHaveLength(1);
});

test('InvalidUserData.Malformed, InvalidParameterValue: user data is base64 of at most 16 KB, and types fit the image.', async () => {
  const { run } = await machine();
  expect(await refusal(run({ UserData: '#!/bin/sh' }))).toMatchObject({ code: 'InvalidUserData.Malformed' });
  const code = 'InvalidParameterValue';
  const UserData = Buffer.from('a'.repeat(16_385)).toString('base64');
  expect(await refusal(run({ UserData }))).toMatchObject({ code });
  expect(await refusal(run({ InstanceType: 't4g.micro' }))).toMatchObject({ code });
  expect(await refusal(run({ InstanceType: 'huge' as 't3.micro' }))).toMatchObject({ code });
});

test('InvalidAMIID.NotFound, InvalidAMIID.Malformed, InvalidInstanceID.Malformed: what is named.', async () => {
  const { run, ec2 } = await machine();
  expect(await refusal(run({ ImageId: 'ami-0123456789abcdef0' }))).toMatchObject({ code: 'InvalidAMIID.NotFound' });
  expect(await refusal(run({ ImageId: 'debian' }))).toMatchObject({ code: 'InvalidAMIID.Malformed' });
  const terminate = new TerminateInstancesCommand({ InstanceIds: ['seoul'] });
  expect(await refusal(ec2.send(terminate))).toMatchObject({ code: 'InvalidInstanceID.Malformed' });
});

test('InvalidVolume.NotFound, InvalidVolumeID.Malformed: volumes that are named.', async () => {
  const { ec2 } = await machine();
  const look = (id: string) => refusal(ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] })));
  expect(await look('vol-0123456789abcdef0')).toMatchObject({ code: 'InvalidVolume.NotFound', status: 400 });
  expect(await look('disk')).toMatchObject({ code: 'InvalidVolumeID.Malformed', status: 400 });
});

test('InvalidParameterCombination, InvalidParameter: a network interface says where, or the request; groups are of the subnet’s VPC.', async () => {
  const { run, SubnetId, vpc, account } = await machine();
  const NetworkInterfaces = [
    { DeviceIndex: 0, SubnetId, AssociatePublicIpAddress: true, Groups: [`sg-${vpc.id.slice(4)}`] },
  ];
  expect(await refusal(run({ NetworkInterfaces }))).toMatchObject({ code: 'InvalidParameterCombination' });
  const { Instances = [] } = await run({ NetworkInterfaces, SubnetId: undefined });
  expect(Instances[0]?.PublicIpAddress).toMatch(/^3\./);
  const other = account.makeVpc({ region: seoul, cidr: '10.9.0.0/16' });
  const SecurityGroupIds = [`sg-${other.id.slice(4)}`];
  expect(await refusal(run({ SecurityGroupIds }))).toMatchObject({ code: 'InvalidParameter', status: 400 });
});

test('MissingInput: without a subnet and without a default VPC; with one, the instance has a public address.', async () => {
  const { run, account } = await machine();
  expect(await refusal(run({ SubnetId: undefined }))).toMatchObject({ code: 'MissingInput', status: 400 });
  account.makeVpc({ region: seoul, cidr: '10.9.0.0/16', isDefault: true, subnets: [{ cidr: '10.9.0.0/20' }] });
  const { Instances = [] } = await run({ SubnetId: undefined });
  expect(Instances[0]).toMatchObject({ PrivateIpAddress: '10.9.0.4', PublicIpAddress: expect.stringMatching(/^3\./) });
});

test('VcpuLimitExceeded: five vCPUs run in a region, as long as nobody asked for more.', async () => {
  const region = await machine();
  const { Instances = [] } = await region.run();
  await region.run();
  expect(await refusal(region.run())).toMatchObject({ code: 'VcpuLimitExceeded', status: 400 });
  await region.ec2.send(new TerminateInstancesCommand({ InstanceIds: [Instances[0]?.InstanceId ?? ''] }));
  await region.run();
});

test('InsufficientFreeAddressesInSubnet: a subnet of 16 addresses has eleven.', async () => {
  const region = await machine({ quotas: { vcpus: 100 } });
  const { subnets } = region.account.makeVpc({
    region: seoul,
    cidr: '10.9.0.0/24',
    subnets: [{ cidr: '10.9.0.0/28' }],
  });
  const SubnetId = subnets[0];
  for (let n = 0; n < 11; n++) await region.run({ SubnetId });
  expect(await refusal(region.run({ SubnetId }))).toMatchObject({ code: 'InsufficientFreeAddressesInSubnet' });
});

test('DependencyViolation: the group and the subnet of an instance, until it is terminated.', async () => {
  const region = await machine();
  const { ec2, clock } = region;
  const create = new CreateSecurityGroupCommand({ GroupName: 'SG', Description: 'a', VpcId: region.vpc.id });
  const { GroupId = '' } = await ec2.send(create);
  const { Instances = [] } = await region.run({ SecurityGroupIds: [GroupId] });
  const code = 'DependencyViolation';
  const { SubnetId } = region;
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [Instances[0]?.InstanceId ?? ''] }));
  expect(await refusal(ec2.send(new DeleteSecurityGroupCommand({ GroupId })))).toMatchObject({ code });
  expect(await refusal(ec2.send(new DeleteSubnetCommand({ SubnetId })))).toMatchObject({ code });
  await clock.advance(ec2Times.instanceStop);
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  await ec2.send(new DeleteSubnetCommand({ SubnetId }));
});

test('UnauthorizedOperation: RunInstances needs its right on all that it makes and uses, and the right to tag.', async () => {
  const region = await machine();
  const rights = (...kinds: string[]) => ({
    Effect: 'Allow',
    Action: 'ec2:RunInstances',
    Resource: kinds.map((kind) => `arn:aws:ec2:*:*:${kind}/*`),
  });
  const parts = ['instance', 'volume', 'network-interface', 'image', 'subnet'];
  let users = 0;
  const as = async (...statements: object[]) => {
    const user = await region.root.user(`operator-${users++}`, statements);
    return { ec2: ec2Client(region.world, region.clock, user.credentials as Credentials) };
  };
  for (const part of parts) {
    const others = parts.filter((other) => other !== part);
    const refused = await refusal(region.run({}, await as(rights(...others))));
    expect(refused.code).toBe('UnauthorizedOperation');
    expect(refused.message).toContain(`:${part}/`);
  }
  const operator = await as(rights(...parts));
  await region.run({}, operator);
  for (const ResourceType of ['instance', 'volume'] as const) {
    const TagSpecifications = [{ ResourceType, Tags: [{ Key: 'a', Value: 'b' }] }];
    const refused = await refusal(region.run({ TagSpecifications }, operator));
    expect(refused.message).toContain(
      `perform: ec2:CreateTags on resource: arn:aws:ec2:${seoul}:${accountID}:${ResourceType}/*`,
    );
  }
});

test('Zones are those of the region’s subnets, and a to c.', async () => {
  const { ec2 } = newRegion();
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
  expect(AvailabilityZones.map(({ ZoneName }) => ZoneName)).toEqual(['a', 'b', 'c'].map((zone) => `${seoul}${zone}`));
  const wrong = new DescribeAvailabilityZonesCommand({ ZoneNames: ['mars-1a'] });
  expect(await refusal(ec2.send(wrong))).toMatchObject({ code: 'InvalidParameterValue' });
});
