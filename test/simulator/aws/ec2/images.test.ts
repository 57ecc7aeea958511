// SPDX-License-Identifier: GPL-3.0-or-later
import {
  CopyImageCommand,
  CreateImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  RunInstancesCommand,
  type CopyImageCommandInput,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { ec2Times } from '../../../../src/simulator/aws/ec2/times.ts';
import { accountID, seoul } from '../client.ts';
import { ec2Client, minute, newRegion, refusal } from './world.ts';

const tokyo = 'ap-northeast-1';

/** A running instance in Seoul, and a client in Tokyo. */
async function running() {
  const region = newRegion();
  const Filters = [{ Name: 'name', Values: ['debian-13-amd64-20251117-*'] }];
  const { Images = [] } = await region.ec2.send(new DescribeImagesCommand({ Owners: ['136693071363'], Filters }));
  const [SubnetId = ''] = region.vpc.subnets;
  const launch = { ImageId: Images[0]?.ImageId, SubnetId, MinCount: 1, MaxCount: 1 };
  const { Instances = [] } = await region.ec2.send(new RunInstancesCommand(launch));
  const InstanceId = Instances[0]?.InstanceId ?? '';
  const far = ec2Client(region.world, region.clock, region.account.rootKey, tokyo);
  const image = (Name = 'gslb-1') => {
    const TagSpecifications = (['image', 'snapshot'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: [{ Key: 'owner', Value: ResourceType }],
    }));
    return region.ec2.send(new CreateImageCommand({ InstanceId, Name, NoReboot: true, TagSpecifications }));
  };
  const copy = (SourceImageId: string, more: Partial<CopyImageCommandInput> = {}) =>
    far.send(new CopyImageCommand({ SourceRegion: seoul, SourceImageId, Name: 'gslb-1', ...more }));
  return { ...region, InstanceId, far, image, copy, launch };
}

test('Debian’s images are there in every region under ids of its own, found by owner and name.', async () => {
  const { ec2, far } = await running();
  const Filters = [{ Name: 'name', Values: ['debian-13-*'] }];
  const look = new DescribeImagesCommand({ Owners: ['136693071363'], Filters });
  const [here, there] = [await ec2.send(look), await far.send(look)];
  expect(here.Images?.map(({ Architecture }) => Architecture).toSorted()).toEqual(['arm64', 'x86_64', 'x86_64']);
  expect(here.Images?.[0]).toMatchObject({ State: 'available', OwnerId: '136693071363', Public: true });
  const ids = new Set([...(here.Images ?? []), ...(there.Images ?? [])].map(({ ImageId }) => ImageId));
  expect(ids.size).toBe(6);
});

test('An image of an instance, without a reboot, is pending, then available, with a snapshot; both have tags of their own.', async () => {
  const region = await running();
  const { ec2, clock, account } = region;
  await clock.advance(minute);
  const { ImageId = '' } = await region.image();
  const look = async () => (await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }))).Images?.[0];
  expect(await look()).toMatchObject({ State: 'pending', OwnerId: accountID, Public: false, Name: 'gslb-1' });
  await clock.advance(ec2Times.imageCreate);
  const snapshot = (await look())?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
  expect(await look()).toMatchObject({ State: 'available', Tags: [{ Key: 'owner', Value: 'image' }] });
  const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
  expect(Snapshots).toMatchObject([{ SnapshotId: snapshot, State: 'completed', Tags: [{ Value: 'snapshot' }] }]);
  expect(account.machines(seoul).instances[0]?.rebootedAt).toBeUndefined();
});

test('Without NoReboot the instance is rebooted.', async () => {
  const { ec2, clock, account, InstanceId } = await running();
  await clock.advance(minute);
  await ec2.send(new CreateImageCommand({ InstanceId, Name: 'a' }));
  expect(account.machines(seoul).instances).toMatchObject([{ rebootedAt: clock.now() }]);
});

test('IncorrectState, InvalidInstanceID.NotFound: what an image is made of.', async () => {
  const region = await running();
  expect(await refusal(region.image())).toMatchObject({ code: 'IncorrectState', status: 400 });
  const of = new CreateImageCommand({ InstanceId: 'i-0123456789abcdef0', Name: 'a' });
  expect(await refusal(region.ec2.send(of))).toMatchObject({ code: 'InvalidInstanceID.NotFound' });
});

test('InvalidAMIName.Duplicate: a name is unique in an account and region, until its image is deregistered.', async () => {
  const region = await running();
  await region.clock.advance(minute);
  const { ImageId = '' } = await region.image();
  expect(await refusal(region.image())).toEqual({
    code: 'InvalidAMIName.Duplicate',
    status: 400,
    message: `AMI name gslb-1 is already in use by AMI ${ImageId}`,
  });
  await region.ec2.send(new DeregisterImageCommand({ ImageId }));
  await region.image();
});

test('InvalidAMIID.Unavailable: an image that is pending cannot be copied, and one that is deregistered cannot be launched or deregistered again.', async () => {
  const region = await running();
  await region.clock.advance(minute);
  const { ImageId = '' } = await region.image();
  const code = 'InvalidAMIID.Unavailable';
  expect(await refusal(region.copy(ImageId))).toMatchObject({ code, status: 400 });
  await region.clock.advance(ec2Times.imageCreate);
  const deregister = () => region.ec2.send(new DeregisterImageCommand({ ImageId }));
  await deregister();
  expect(await refusal(region.ec2.send(new RunInstancesCommand({ ...region.launch, ImageId })))).toMatchObject({
    code,
  });
  expect(await refusal(deregister())).toMatchObject({ code });
  const { Images } = await region.ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
  expect(Images).toEqual([]);
});

test('A copy in another region has an id of its own and no tags unless asked for; the same token is the same copy, IdempotentParameterMismatch otherwise.', async () => {
  const region = await running();
  const { clock, far, copy } = region;
  await clock.advance(minute);
  const { ImageId = '' } = await region.image();
  await clock.advance(ec2Times.imageCreate);
  const made = await copy(ImageId, { ClientToken: 'one' });
  expect(made.ImageId).not.toBe(ImageId);
  expect((await copy(ImageId, { ClientToken: 'one' })).ImageId).toBe(made.ImageId);
  const other = copy(ImageId, { ClientToken: 'one', Name: 'gslb-2' });
  expect(await refusal(other)).toMatchObject({ code: 'IdempotentParameterMismatch' });
  expect(await refusal(copy(ImageId, { ClientToken: 'two' }))).toMatchObject({ code: 'InvalidAMIName.Duplicate' });
  const look = async () => (await far.send(new DescribeImagesCommand({ Owners: ['self'] }))).Images ?? [];
  expect(await look()).toMatchObject([{ State: 'pending', Tags: [] }]);
  await clock.advance(ec2Times.imageCopy);
  expect(await look()).toMatchObject([{ State: 'available' }]);
  expect(await refusal(copy('ami-0123456789abcdef0', { Name: 'b' }))).toMatchObject({ code: 'InvalidAMIID.NotFound' });
});

test('InvalidSnapshot.InUse: a snapshot stays while its image is registered.', async () => {
  const { ec2, clock, image } = await running();
  await clock.advance(minute);
  const { ImageId = '' } = await image();
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({}));
  const SnapshotId = Snapshots[0]?.SnapshotId ?? '';
  const drop = () => ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
  expect(await refusal(drop())).toEqual({
    code: 'InvalidSnapshot.InUse',
    status: 400,
    message: `The snapshot ${SnapshotId} is currently in use by ${ImageId}`,
  });
  await ec2.send(new DeregisterImageCommand({ ImageId }));
  await drop();
  expect(await refusal(drop())).toMatchObject({ code: 'InvalidSnapshot.NotFound' });
});

test('InvalidSnapshot.NotFound, InvalidSnapshotID.Malformed: snapshots that are named.', async () => {
  const { ec2 } = newRegion();
  const drop = (SnapshotId: string) => refusal(ec2.send(new DeleteSnapshotCommand({ SnapshotId })));
  expect(await drop('snap-0123456789abcdef0')).toMatchObject({ code: 'InvalidSnapshot.NotFound', status: 400 });
  expect(await drop('disk')).toMatchObject({ code: 'InvalidSnapshotID.Malformed', status: 400 });
});
