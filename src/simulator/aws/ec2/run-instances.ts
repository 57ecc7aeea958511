// SPDX-License-Identifier: GPL-3.0-or-later
/** One instance is launched. Source: API_RunInstances; EC2 User Guide, "User data and shell scripts"; "Error codes". */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, texts, type Fields } from '../protocol/model.ts';
import { addressIn, parseCidr } from './cidr.ts';
import { allTrue, named, newID, regionOf, save } from './entities.ts';
import { before } from './idempotency.ts';
import { usableImage } from './images.ts';
import { publicAddress } from './instance-life.ts';
import { life, stateAt } from './life.ts';
import { permitLaunch } from './permission.ts';
import { overQuota } from './quotas.ts';
import { defaultGroup } from './security-groups.ts';
import type { Instance, Subnet } from './state.ts';
import { newTags } from './tags.ts';
import { newVolume } from './volumes.ts';

const beside = ['volume', 'network-interface'];

/** Where it stands: said for the instance, or for its one network interface, never for both. */
interface Place {
  readonly subnetID: string | undefined;
  readonly groups: readonly string[];
  readonly publicIP: boolean | undefined;
}

function placeIn(input: Fields): Place {
  const [face, ...more] = records(input, 'NetworkInterface');
  const [subnetID, groups] = [may(input, 'SubnetId'), texts(input, 'SecurityGroupId')];
  if (!face) return { subnetID, groups, publicIP: undefined };
  if (more.length > 0) throw new AwsError('InvalidParameterCombination', 'Only one network interface is simulated.');
  if (subnetID !== undefined || groups.length > 0)
    throw new AwsError(
      'InvalidParameterCombination',
      `Network interfaces and an instance-level ${subnetID === undefined ? 'security groups' : 'subnet ID'} may not be specified on the same request`,
    );
  const asked = may(face, 'AssociatePublicIpAddress');
  return {
    subnetID: may(face, 'SubnetId'),
    groups: texts(face, 'SecurityGroupId'),
    publicIP: asked === undefined ? undefined : asked === 'true',
  };
}

/** Image, subnet and groups that are there, and what is new: the instance, its volume, its interface. */
export function allowLaunch(call: Call, input: Fields): void {
  const { subnetID, groups } = placeIn(input);
  permitLaunch(call, input, { image: must(input, 'ImageId'), subnet: subnetID, groups });
}

export function launch(call: Call, input: Fields): Instance {
  const tags = newTags(input, 'instance', beside);
  const token = may(input, 'ClientToken');
  const said = JSON.stringify(
    Object.entries(input)
      .filter(([name]) => name !== 'ClientToken' && name !== 'DryRun')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const known = before(allTrue(regionOf(call), 'instance'), token, said);
  if (known) return known;
  const place = placeIn(input);
  const image = usableImage(call, must(input, 'ImageId'));
  const subnet = subnetOf(call, place.subnetID);
  const type = may(input, 'InstanceType') ?? 't3.micro';
  refuseType(type, image.architecture);
  const groups = place.groups.map((id) => groupOf(call, id, subnet));
  refuseVcpus(call, type);
  const instance: Instance = {
    id: newID(call.world.state.random, 'instance'),
    imageID: image.id,
    type,
    vpcID: subnet.vpcID,
    subnetID: subnet.id,
    privateIP: freeAddress(call, subnet),
    ...(publicIn(call, subnet, place) ? { publicIP: publicAddress(call.world.state.random) } : {}),
    securityGroups: groups.length > 0 ? groups : [defaultGroup(subnet.vpcID).id],
    userData: userDataOf(input),
    launchedAt: call.now,
    life: life(call.now, ['pending', call.world.ec2Times.instanceStart], ['running']),
    tags,
    ...(token === undefined ? {} : { clientToken: { token, said } }),
  };
  save(call, 'instance', instance);
  newVolume(call, input, instance);
  return instance;
}

function subnetOf(call: Call, id: string | undefined): Subnet {
  if (id !== undefined) return named(call, 'subnet', id);
  const held = regionOf(call);
  const home = allTrue(held, 'vpc').find(({ isDefault }) => isDefault);
  const subnet = allTrue(held, 'subnet').find(({ vpcID }) => vpcID === home?.id);
  if (!subnet) throw new AwsError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
  return subnet;
}

function groupOf(call: Call, id: string, { vpcID, id: subnetID }: Subnet): string {
  const group = named(call, 'security-group', id);
  if (group.vpcID !== vpcID)
    throw new AwsError('InvalidParameter', `Security group ${id} and subnet ${subnetID} belong to different networks.`);
  return group.id;
}

/** At most 16 KB before it is encoded. */
function userDataOf(input: Fields): string {
  const text = may(input, 'UserData') ?? '';
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, ''))
    throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  if (bytes.byteLength > 16_384) throw new AwsError('InvalidParameterValue', 'User data is limited to 16384 bytes');
  return text;
}

const sizes: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
};

function vcpusOf(type: string): number | undefined {
  const [family = '', size = ''] = type.split('.');
  if (!/^[a-z]\d[a-z]*$/.test(family) || !Object.hasOwn(sizes, size)) return undefined;
  return family === 't2' && ['nano', 'micro', 'small'].includes(size) ? 1 : sizes[size];
}

function refuseType(type: string, architecture: string): void {
  if (vcpusOf(type) === undefined)
    throw new AwsError('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`);
  const needs = /^[a-z]\dg/.test(type) ? 'arm64' : 'x86_64';
  if (needs !== architecture)
    throw new AwsError(
      'InvalidParameterValue',
      `The architecture '${needs}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
}

/** EC2 User Guide, "EC2 instance quotas": vCPUs of running on-demand standard instances. */
function refuseVcpus(call: Call, type: string): void {
  const running = allTrue(regionOf(call), 'instance').filter((one) =>
    ['pending', 'running'].includes(stateAt(one.life, call.now) ?? ''),
  );
  const have = running.reduce((sum, one) => sum + (vcpusOf(one.type) ?? 0), 0);
  overQuota(call, { have: have + (vcpusOf(type) ?? 0) - 1, quota: 'vcpus', code: 'VcpuLimitExceeded' });
}

/** VPC User Guide, "Subnet CIDR blocks": the first four are Amazon's. */
function freeAddress(call: Call, subnet: Subnet): string {
  const block = parseCidr(subnet.cidr) ?? { base: 0, bits: 32 };
  const taken = new Set(
    allTrue(regionOf(call), 'instance')
      .filter((one) => one.subnetID === subnet.id && stateAt(one.life, call.now) !== 'terminated')
      .map(({ privateIP }) => privateIP),
  );
  for (let n = 4; n < 2 ** (32 - block.bits) - 1; n++) {
    const address = addressIn(block, n);
    if (!taken.has(address)) return address;
  }
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );
}

/** Asked for, or as the subnet does it: those of the default VPC give public addresses (VPC User Guide, "Default subnets"). */
function publicIn(call: Call, { vpcID }: Subnet, { publicIP }: Place): boolean {
  return publicIP ?? allTrue(regionOf(call), 'vpc').some((one) => one.id === vpcID && one.isDefault);
}
