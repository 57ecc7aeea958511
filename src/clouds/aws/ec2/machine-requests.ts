// SPDX-License-Identifier: GPL-3.0-or-later
/** The writes to instances, images and security groups, as data. The mark goes on in the create call; each create is safe to repeat, and says why. */
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Tags } from '../../../core/owner-mark.ts';
import type { Opening, Rule } from './machine.ts';
import { write, type AwsRequest } from '../request.ts';
import { permissionOf } from './security-group-rules.ts';
import { toTagList } from '../tags.ts';

const ec2 = (action: string, input: Readonly<Record<string, unknown>>) => write('ec2', action, input);

function tagged(tags: Tags, ...types: readonly EC2.ResourceType[]): { TagSpecifications: EC2.TagSpecification[] } {
  return { TagSpecifications: types.map((ResourceType) => ({ ResourceType, Tags: toTagList(tags) })) };
}

/** A name is unique in its VPC: a second one is refused. */
export function createSecurityGroup(group: { name: string; description: string; vpc: string; tags: Tags }): AwsRequest {
  return ec2('CreateSecurityGroup', {
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpc,
    ...tagged(group.tags, 'security-group'),
  } satisfies EC2.CreateSecurityGroupCommandInput);
}

/** A rule that is there is refused. */
export function openPort(group: string, opening: Opening): AwsRequest {
  return ec2('AuthorizeSecurityGroupIngress', {
    GroupId: group,
    IpPermissions: [permissionOf(opening)],
  } satisfies EC2.AuthorizeSecurityGroupIngressCommandInput);
}

export function closePort(group: string, rule: Rule): AwsRequest {
  return ec2('RevokeSecurityGroupIngress', {
    GroupId: group,
    IpPermissions: [permissionOf(rule)],
  } satisfies EC2.RevokeSecurityGroupIngressCommandInput);
}

export function deleteSecurityGroup(group: string): AwsRequest {
  return ec2('DeleteSecurityGroup', { GroupId: group } satisfies EC2.DeleteSecurityGroupCommandInput);
}

export interface NewInstance {
  readonly image: string;
  readonly type: string;
  readonly subnet: string;
  readonly groups: readonly string[];
  /** Base64. */
  readonly userData: string;
  /** The same token is the same instance. */
  readonly token: string;
  readonly tags: Tags;
}

/** With a public address, as it has to fetch packages, and without the old metadata service, which gives credentials to whoever can make it fetch a URL. */
export function runInstance({ image, type, subnet, groups, userData, token, tags }: NewInstance): AwsRequest {
  return ec2('RunInstances', {
    ImageId: image,
    InstanceType: type as EC2._InstanceType,
    MinCount: 1,
    MaxCount: 1,
    UserData: userData,
    ClientToken: token,
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: subnet,
        Groups: [...groups],
        AssociatePublicIpAddress: true,
        DeleteOnTermination: true,
      },
    ],
    MetadataOptions: { HttpTokens: 'required' },
    ...tagged(tags, 'instance', 'volume'),
  } satisfies EC2.RunInstancesCommandInput);
}

export function terminateInstance(id: string): AwsRequest {
  return ec2('TerminateInstances', { InstanceIds: [id] } satisfies EC2.TerminateInstancesCommandInput);
}

/** Without a reboot: it goes on serving. A name is unique among the account's images of a region. */
export function createImage(instance: string, name: string, tags: Tags): AwsRequest {
  return ec2('CreateImage', {
    InstanceId: instance,
    Name: name,
    NoReboot: true,
    ...tagged(tags, 'image', 'snapshot'),
  } satisfies EC2.CreateImageCommandInput);
}

/** Sent to the region that gets the copy; by its token it is one copy however often it is asked for. */
export function copyImage(
  from: { region: string; image: string },
  copy: { name: string; token: string; tags: Tags },
): AwsRequest {
  return ec2('CopyImage', {
    SourceRegion: from.region,
    SourceImageId: from.image,
    Name: copy.name,
    ClientToken: copy.token,
    ...tagged(copy.tags, 'image', 'snapshot'),
  } satisfies EC2.CopyImageCommandInput);
}

export function deregisterImage(id: string): AwsRequest {
  return ec2('DeregisterImage', { ImageId: id } satisfies EC2.DeregisterImageCommandInput);
}

export function deleteSnapshot(id: string): AwsRequest {
  return ec2('DeleteSnapshot', { SnapshotId: id } satisfies EC2.DeleteSnapshotCommandInput);
}

/** Only these tags, and only with these values. */
export function untagMachine(id: string, tags: Tags): AwsRequest {
  return ec2('DeleteTags', { Resources: [id], Tags: toTagList(tags) } satisfies EC2.DeleteTagsCommandInput);
}
