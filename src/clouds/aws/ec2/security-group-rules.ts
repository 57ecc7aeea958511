// SPDX-License-Identifier: GPL-3.0-or-later
/** Rules of a security group between EC2's words, where sources with one door are one permission, and ours, where each is a rule. Pure. */
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Rule, WideRule } from './machine.ts';

type Source = WideRule['from'];

function sourcesOf(permission: EC2.IpPermission, owner: string | undefined): readonly Source[] {
  const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
  return [
    ...IpRanges.map(({ CidrIp = '' }) => ({ cidr: CidrIp })),
    ...Ipv6Ranges.map(({ CidrIpv6 = '' }) => ({ cidr6: CidrIpv6 })),
    ...PrefixListIds.map(({ PrefixListId = '' }) => ({ prefixList: PrefixListId })),
    ...UserIdGroupPairs.map(({ GroupId = '', UserId }) => ({
      group: GroupId,
      ...(UserId === undefined || UserId === owner ? {} : { account: UserId }),
    })),
  ];
}

function isPlain(from: Source): from is { cidr: string } | { group: string } {
  return 'cidr' in from || ('group' in from && from.account === undefined);
}

/** @param owner Account of the group that has the rules. */
export function rulesOf(permission: EC2.IpPermission, owner: string | undefined): readonly Rule[] {
  const { IpProtocol: protocol = '-1', FromPort, ToPort } = permission;
  return sourcesOf(permission, owner).map((from): Rule => {
    if (FromPort === undefined || ToPort === undefined) return { protocol, from };
    if (protocol === 'tcp' && FromPort === ToPort && isPlain(from)) return { port: FromPort, from };
    return { protocol, ports: { from: FromPort, to: ToPort }, from };
  });
}

function sourceOf(from: Source): Partial<EC2.IpPermission> {
  if ('cidr' in from) return { IpRanges: [{ CidrIp: from.cidr }] };
  if ('cidr6' in from) return { Ipv6Ranges: [{ CidrIpv6: from.cidr6 }] };
  if ('prefixList' in from) return { PrefixListIds: [{ PrefixListId: from.prefixList }] };
  const { group, account } = from;
  return { UserIdGroupPairs: [{ GroupId: group, ...(account === undefined ? {} : { UserId: account }) }] };
}

/** What says exactly this rule; its description is no part of it (API reference, RevokeSecurityGroupIngress). */
export function permissionOf(rule: Rule): EC2.IpPermission {
  const source = sourceOf(rule.from);
  if ('port' in rule) return { IpProtocol: 'tcp', FromPort: rule.port, ToPort: rule.port, ...source };
  const { protocol, ports } = rule;
  return { IpProtocol: protocol, ...(ports ? { FromPort: ports.from, ToPort: ports.to } : {}), ...source };
}
