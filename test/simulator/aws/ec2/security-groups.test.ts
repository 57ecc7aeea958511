// SPDX-License-Identifier: GPL-3.0-or-later
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { seoul } from '../client.ts';
import { newRegion, refusal, type Region } from './world.ts';

const anywhere = [{ CidrIp: '0.0.0.0/0' }];
const web: IpPermission = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: anywhere };

async function make({ ec2, vpc }: Region, GroupName = 'SG-ALB'): Promise<string> {
  const input = { GroupName, Description: 'HTTP and HTTPS', VpcId: vpc.id };
  return (await ec2.send(new CreateSecurityGroupCommand(input))).GroupId ?? '';
}

const open = ({ ec2 }: Region, GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
const close = ({ ec2 }: Region, GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
const drop = ({ ec2 }: Region, GroupId: string) => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));

test('A group is found by name and VPC, and its rules are as they were opened and closed.', async () => {
  const region = newRegion();
  const [alb, haproxy] = [await make(region), await make(region, 'SG-HAProxy')];
  const fromAlb: IpPermission = { ...web, IpRanges: [], UserIdGroupPairs: [{ GroupId: alb }] };
  await open(region, alb, web, { ...web, FromPort: 443, ToPort: 443 });
  await open(region, haproxy, fromAlb);
  await close(region, alb, web);
  const Filters = [
    { Name: 'group-name', Values: ['SG-*'] },
    { Name: 'vpc-id', Values: [region.vpc.id] },
  ];
  const { SecurityGroups = [] } = await region.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const byName = Object.fromEntries(SecurityGroups.map((one) => [one.GroupName, one]));
  expect(byName['SG-ALB']?.IpPermissions).toMatchObject([{ FromPort: 443, ToPort: 443, IpRanges: anywhere }]);
  expect(byName['SG-HAProxy']?.IpPermissions).toMatchObject([{ FromPort: 80, UserIdGroupPairs: [{ GroupId: alb }] }]);
  expect(byName['SG-ALB']?.IpPermissionsEgress).toMatchObject([{ IpProtocol: '-1', IpRanges: anywhere }]);
});

test('Ranges of ports, IPv6 and all protocols are rules like others, and closed by saying exactly them.', async () => {
  const region = newRegion();
  const id = await make(region);
  const range: IpPermission = { ...web, FromPort: 8000, ToPort: 9000 };
  const six: IpPermission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
  const all: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
  await open(region, id, range, six, all);
  const look = async () => {
    const found = await region.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
    return found.SecurityGroups?.[0]?.IpPermissions;
  };
  expect(await look()).toMatchObject([range, six, all]);
  expect((await look())?.[2]).not.toHaveProperty('FromPort');
  expect(await refusal(close(region, id, web))).toMatchObject({ code: 'InvalidPermission.NotFound' });
  const wrong: IpPermission = { ...six, Ipv6Ranges: [{ CidrIpv6: '::/129' }] };
  expect(await refusal(open(region, id, wrong))).toMatchObject({ code: 'InvalidParameterValue' });
  await close(region, id, range, six, all);
  expect(await look()).toEqual([]);
});

test('InvalidGroup.Duplicate: a name is unique within its VPC.', async () => {
  const region = newRegion();
  await make(region);
  expect(await refusal(make(region))).toEqual({
    code: 'InvalidGroup.Duplicate',
    status: 400,
    message: `The security group 'SG-ALB' already exists for VPC '${region.vpc.id}'`,
  });
  const other = region.account.makeVpc({ region: seoul, cidr: '10.9.0.0/16' });
  await make({ ...region, vpc: other });
});

test('InvalidPermission.Duplicate: a rule that is there already, by whatever description; nothing of the request is done.', async () => {
  const region = newRegion();
  const id = await make(region);
  await open(region, id, web);
  const again = { ...web, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'again' }] };
  expect(await refusal(open(region, id, { ...web, FromPort: 443, ToPort: 443 }, again))).toEqual({
    code: 'InvalidPermission.Duplicate',
    status: 400,
    message: 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
  });
  const held = region.account.machines(seoul).securityGroups.find((one) => one.id === id);
  expect(held?.ingress).toHaveLength(1);
});

test('InvalidPermission.NotFound: a rule that is not there cannot be closed.', async () => {
  const region = newRegion();
  const id = await make(region);
  expect(await refusal(close(region, id, web))).toMatchObject({ code: 'InvalidPermission.NotFound', status: 400 });
});

test('InvalidGroup.NotFound, InvalidGroupId.Malformed: groups that are named.', async () => {
  const region = newRegion();
  const id = await make(region);
  const nobody = 'sg-0123456789abcdef0';
  const from = { ...web, UserIdGroupPairs: [{ GroupId: nobody }] };
  expect(await refusal(open(region, nobody, web))).toMatchObject({ code: 'InvalidGroup.NotFound', status: 400 });
  expect(await refusal(open(region, id, from))).toMatchObject({ code: 'InvalidGroup.NotFound' });
  expect(await refusal(drop(region, 'sg-1'))).toMatchObject({ code: 'InvalidGroupId.Malformed' });
});

test('InvalidParameterValue: ports, protocols, blocks and names that are none.', async () => {
  const region = newRegion();
  const id = await make(region);
  const code = 'InvalidParameterValue';
  for (const wrong of [
    { IpProtocol: 'tcp', IpRanges: anywhere },
    { ...web, FromPort: 81 },
    { ...web, IpProtocol: 'http' },
    { ...web, IpRanges: [{ CidrIp: '10.0.0.0' }] },
  ])
    expect(await refusal(open(region, id, wrong))).toMatchObject({ code });
  expect(await refusal(make(region, 'sg-mine'))).toMatchObject({ code });
});

test('DependencyViolation, CannotDelete: a group that another one names, the default one, and a VPC with groups.', async () => {
  const region = newRegion();
  const { ec2, vpc } = region;
  const [alb, haproxy] = [await make(region), await make(region, 'SG-HAProxy')];
  const fromAlb: IpPermission = { ...web, IpRanges: [], UserIdGroupPairs: [{ GroupId: alb }] };
  await open(region, haproxy, fromAlb);
  const code = 'DependencyViolation';
  expect(await refusal(drop(region, alb))).toMatchObject({ code, message: `resource ${alb} has a dependent object` });
  expect(await refusal(drop(region, `sg-${vpc.id.slice(4)}`))).toMatchObject({ code: 'CannotDelete' });
  const other = region.account.makeVpc({ region: seoul, cidr: '10.9.0.0/16' });
  const inOther = await make({ ...region, vpc: other });
  expect(await refusal(ec2.send(new DeleteVpcCommand({ VpcId: other.id })))).toMatchObject({ code });
  await drop(region, inOther);
  await ec2.send(new DeleteVpcCommand({ VpcId: other.id }));
  await close(region, haproxy, fromAlb);
  await drop(region, alb);
  expect(await refusal(drop(region, alb))).toMatchObject({ code: 'InvalidGroup.NotFound' });
});

test('SecurityGroupLimitExceeded, RulesPerSecurityGroupLimitExceeded: quotas.', async () => {
  const region = newRegion({ quotas: { securityGroups: 2, rulesPerSecurityGroup: 1 } });
  const id = await make(region);
  expect(await refusal(make(region, 'another'))).toMatchObject({ code: 'SecurityGroupLimitExceeded' });
  const two = { ...web, IpRanges: [...anywhere, { CidrIp: '10.0.0.0/8' }] };
  expect(await refusal(open(region, id, two))).toMatchObject({ code: 'RulesPerSecurityGroupLimitExceeded' });
  await open(region, id, web);
});

test('VPCIdNotSpecified: without a VPC and without a default one.', async () => {
  const { ec2 } = newRegion();
  const create = new CreateSecurityGroupCommand({ GroupName: 'a', Description: 'b' });
  expect(await refusal(ec2.send(create))).toMatchObject({ code: 'VPCIdNotSpecified', status: 400 });
});
