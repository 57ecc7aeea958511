// SPDX-License-Identifier: GPL-3.0-or-later
/** Images. Source: API_DescribeImages, API_CreateImage, API_CopyImage, API_DeregisterImage; EC2 API reference, "Error codes". */
import { truth, visible } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, texts as textsOf, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { page, sift, type Filters } from './describe.ts';
import { allSeen, allTrue, ec2Of, named, newID, notFound, regionOf, save, wellFormed } from './entities.ts';
import { before } from './idempotency.ts';
import { filters, flag, paging, tagSpecifications, texts } from './input.ts';
import { life, stateAt } from './life.ts';
import { all, on, onAll, onNew } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import { publicImages } from './public-images.ts';
import { newSnapshot } from './snapshots.ts';
import type { Image } from './state.ts';
import { newTags, tagSet } from './tags.ts';

/** @throws {AwsError} InvalidAMIID.NotFound; InvalidAMIID.Unavailable: deregistered, or not in a state from which to launch. */
export function usableImage(call: Call, id: string, region = call.route.region): Image {
  wellFormed('image', id);
  const foreign = publicImages(region).find((one) => one.id === id);
  if (foreign) return foreign;
  const slot = ec2Of(call.world.state, call.principal.account, region).images.get(id);
  const image = truth(slot);
  if (!image || !visible(slot, call.now)) throw notFound('image', [id]);
  if (stateAt(image.life, call.now) !== 'available')
    throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`);
  return image;
}

function imageFilters(now: number): Filters<Image> {
  return {
    'image-id': ({ id }) => [id],
    name: ({ name }) => [name],
    architecture: ({ architecture }) => [architecture],
    'owner-id': ({ owner }) => [owner],
    state: (one) => [stateAt(one.life, now)],
    'root-device-type': () => ['ebs'],
    'virtualization-type': () => ['hvm'],
  };
}

function xmlOf(call: Call, image: Image): Xml {
  const { id, owner, name, description, architecture, snapshotID } = image;
  return {
    imageId: id,
    imageState: stateAt(image.life, call.now),
    imageOwnerId: owner,
    isPublic: owner !== call.principal.account,
    name,
    description,
    architecture,
    imageType: 'machine',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    virtualizationType: 'hvm',
    creationDate: new Date(image.createdAt).toISOString(),
    blockDeviceMapping: items([
      { deviceName: '/dev/xvda', ebs: { snapshotId: snapshotID, deleteOnTermination: true } },
    ]),
    tagSet: tagSet(image.tags),
  };
}

/** One's own, and what others have published. What is deregistered does not show. */
function describe(call: Call, input: Fields): Record<string, Xml> {
  const there = [...publicImages(call.route.region), ...allSeen(call, 'image')].filter(
    (one) => stateAt(one.life, call.now) !== 'deregistered',
  );
  const owners = textsOf(input, 'Owner').map((owner) => (owner === 'self' ? call.principal.account : owner));
  const owned = there.filter(({ owner }) => owners.length === 0 || owners.includes(owner));
  const found = sift(owned, input, { kind: 'image', ids: 'ImageId', filters: imageFilters(call.now) });
  const { part, more } = page(found, input, 'ImageId');
  return { imagesSet: items(part.map((one) => xmlOf(call, one))), ...more };
}

function freeName(call: Call, name: string): void {
  const taken = allTrue(regionOf(call), 'image').find(
    (one) => one.name === name && stateAt(one.life, call.now) !== 'deregistered',
  );
  if (taken) throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${taken.id}`);
}

/** With a snapshot of its disk. Without NoReboot the instance is rebooted first. */
function create(call: Call, input: Fields): Record<string, Xml> {
  const instance = named(call, 'instance', must(input, 'InstanceId'));
  const name = must(input, 'Name');
  if (stateAt(instance.life, call.now) !== 'running')
    throw new AwsError('IncorrectState', `Instance '${instance.id}' is not in the 'running' or 'stopped' state`);
  const tags = newTags(input, 'image', ['snapshot']);
  freeName(call, name);
  if (may(input, 'NoReboot') !== 'true') save(call, 'instance', { ...instance, rebootedAt: call.now });
  const takes = call.world.ec2Times.imageCreate;
  const id = newID(call.world.state.random, 'image');
  const description = `Created by CreateImage(${instance.id}) for ${id}`;
  save(call, 'image', {
    id,
    name,
    description: may(input, 'Description') ?? '',
    owner: call.principal.account,
    architecture: usableArchitecture(call, instance.imageID),
    snapshotID: newSnapshot(call, input, { description, takes }).id,
    createdAt: call.now,
    life: life(call.now, ['pending', takes], ['available']),
    tags,
  });
  return { imageId: id };
}

/** Whatever became of the image that it was started from. */
function usableArchitecture(call: Call, id: string): Image['architecture'] {
  const known = publicImages(call.route.region).find((one) => one.id === id) ?? truth(regionOf(call).images.get(id));
  return known?.architecture ?? 'x86_64';
}

/** Called in the region that gets the copy. "Tags are not copied" unless asked for; the token makes it safe to repeat. */
function copy(call: Call, input: Fields): Record<string, Xml> {
  const [from, source, name] = [must(input, 'SourceRegion'), must(input, 'SourceImageId'), must(input, 'Name')];
  const tags = newTags(input, 'image', ['snapshot']);
  const token = may(input, 'ClientToken');
  const said = JSON.stringify([from, source, name]);
  const made = before(allTrue(regionOf(call), 'image'), token, said);
  if (made) return { imageId: made.id };
  const { architecture } = usableImage(call, source, from);
  freeName(call, name);
  const takes = call.world.ec2Times.imageCopy;
  const id = newID(call.world.state.random, 'image');
  const description = `Copied for DestinationAmi ${id} from SourceAmi ${source} for SourceSnapshot.`;
  save(call, 'image', {
    id,
    name,
    description: may(input, 'Description') ?? `[Copied ${source} from ${from}] ${name}`,
    owner: call.principal.account,
    architecture,
    snapshotID: newSnapshot(call, input, { description, takes }).id,
    createdAt: call.now,
    life: life(call.now, ['pending', takes], ['available']),
    tags,
    ...(token === undefined ? {} : { clientToken: { token, said } }),
  });
  return { imageId: id };
}

/** Its snapshot stays, and instances that were started from it go on. */
function deregister(call: Call, input: Fields): Record<string, Xml> {
  const image = named(call, 'image', must(input, 'ImageId'));
  if (stateAt(image.life, call.now) === 'deregistered')
    throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${image.id}' is no longer available`);
  save(call, 'image', { ...image, life: life(call.now, ['deregistered', call.world.ec2Times.deletedShows]) });
  return { return: true };
}

const made = {
  Name: required(text({ max: 128 })),
  Description: text({ max: 255 }),
  TagSpecification: tagSpecifications,
};

export const imageOperations: Record<string, Ec2Operation> = {
  DescribeImages: {
    effect: 'read',
    input: { ImageId: texts, Owner: texts, Filter: filters, ...paging },
    authorize: onAll('ec2:DescribeImages'),
    run: describe,
  },
  CreateImage: {
    effect: 'write',
    input: { InstanceId: required(text()), NoReboot: flag, ...made },
    authorize: all(onNew('ec2:CreateImage', 'image', { InstanceId: 'instance' }), onNew('ec2:CreateImage', 'snapshot')),
    run: create,
  },
  CopyImage: {
    effect: 'write',
    input: { SourceRegion: required(text()), SourceImageId: required(text()), ClientToken: text({ max: 64 }), ...made },
    authorize: all(onNew('ec2:CopyImage', 'image'), onNew('ec2:CopyImage', 'snapshot')),
    run: copy,
  },
  DeregisterImage: {
    effect: 'write',
    input: { ImageId: required(text()) },
    authorize: on('ec2:DeregisterImage', { ImageId: 'image' }),
    run: deregister,
  },
};
