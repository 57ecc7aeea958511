// SPDX-License-Identifier: GPL-3.0-or-later
/** Ingress rules: how they are said, compared, and what they open. Source: API reference, IpPermission; VPC User Guide, "Security group rules". */
import { isIPv6 } from 'node:net';
import { truth } from '../../kernel/versioned.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, text, whole, type Fields, type List } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { parseCidr } from './cidr.ts';
import { invalid } from './input.ts';
import { items } from './protocol.ts';
import type { Ec2State, Rule } from './state.ts';

const range = { is: 'structure', members: { CidrIp: text(), Description: text({ max: 255 }) } } as const;
const range6 = { is: 'structure', members: { CidrIpv6: text(), Description: text({ max: 255 }) } } as const;
const pair = {
  is: 'structure',
  members: { GroupId: text(), UserId: text(), Description: text({ max: 255 }) },
} as const;

export const permissions: List = {
  is: 'list',
  of: {
    is: 'structure',
    members: {
      IpProtocol: text(),
      FromPort: whole(-1, 65_535),
      ToPort: whole(-1, 65_535),
      IpRanges: { is: 'list', of: range },
      Ipv6Ranges: { is: 'list', of: range6 },
      Groups: { is: 'list', of: pair },
    },
  },
};

/** One rule for each source. */
export function rulesIn(held: Ec2State, input: Fields): Rule[] {
  return records(input, 'IpPermissions').flatMap((permission) => {
    const base = doorOf(permission);
    const described = (one: Fields): Pick<Rule, 'description'> => {
      const description = may(one, 'Description');
      return description === undefined ? {} : { description };
    };
    return [
      ...records(permission, 'IpRanges').map((one) => ({ ...base, source: { cidr: blockOf(one) }, ...described(one) })),
      ...records(permission, 'Ipv6Ranges').map((one) => ({
        ...base,
        source: { cidr6: block6Of(one) },
        ...described(one),
      })),
      ...records(permission, 'Groups').map((one) => ({
        ...base,
        source: { group: groupOf(held, one) },
        ...described(one),
      })),
    ];
  });
}

const numbered: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' };

function doorOf(permission: Fields): Pick<Rule, 'protocol' | 'from' | 'to'> {
  const said = must(permission, 'IpProtocol').toLowerCase();
  const protocol = numbered[said] ?? said;
  if (!['tcp', 'udp', 'icmp', '-1'].includes(protocol) && !/^\d{1,3}$/.test(protocol))
    throw invalid('IpProtocol', said, 'It must be tcp, udp, icmp, -1 or a number.');
  const [from, to] = [may(permission, 'FromPort'), may(permission, 'ToPort')];
  if (protocol !== 'tcp' && protocol !== 'udp') return { protocol, from: -1, to: -1 };
  // "InvalidParameterValue: Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange." (many reports; for example ansible#15403)
  if (from === undefined || to === undefined)
    throw new AwsError(
      'InvalidParameterValue',
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    );
  if (Number(from) > Number(to))
    throw new AwsError('InvalidParameterValue', `Invalid value '${from}-${to}' for portRange.`);
  return { protocol, from: Number(from), to: Number(to) };
}

function blockOf(one: Fields): string {
  const block = must(one, 'CidrIp');
  if (!parseCidr(block)) throw new AwsError('InvalidParameterValue', `CIDR block ${block} is malformed`);
  return block;
}

/** EC2 keeps the canonical form. */
function block6Of(one: Fields): string {
  const block = must(one, 'CidrIpv6').toLowerCase();
  const [address = '', length = '', ...more] = block.split('/');
  if (!isIPv6(address) || !/^\d{1,3}$/.test(length) || Number(length) > 128 || more.length > 0)
    throw new AwsError('InvalidParameterValue', `CIDR block ${block} is malformed`);
  return block;
}

function groupOf(held: Ec2State, one: Fields): string {
  const id = must(one, 'GroupId');
  if (!truth(held.securityGroups.get(id)))
    throw new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  return id;
}

/** The same door for the same source; descriptions do not count. */
export function same(a: Rule, b: Rule): boolean {
  return key(a) === key(b);
}

function key({ protocol, from, to, source }: Rule): string {
  return JSON.stringify([protocol, from, to, source]);
}

/** As EC2 words it: `peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW`. */
export function wordsOf({ protocol, from, to, source }: Rule): string {
  const peer = Object.values(source)[0];
  const ports = from < 0 ? '' : `, from port: ${from}, to port: ${to}`;
  return `peer: ${peer}, ${protocol === '-1' ? 'ALL' : protocol.toUpperCase()}${ports}, ALLOW`;
}

export function opens({ protocol, from, to }: Rule, at: { protocol: string; port: number }): boolean {
  return protocol === '-1' || (protocol === at.protocol && from <= at.port && at.port <= to);
}

/** Rules of one door are one permission. */
export function permissionsXml(rules: readonly Rule[], account: string): Xml {
  const doors = Map.groupBy(rules, ({ protocol, from, to }) => JSON.stringify([protocol, from, to]));
  const list = [...doors.values()].map((group): Xml => {
    const { protocol = '', from = -1, to = -1 } = group[0] ?? {};
    return {
      ipProtocol: protocol,
      ...(from < 0 ? {} : { fromPort: from, toPort: to }),
      groups: items(
        group.flatMap(({ source, description }) =>
          'group' in source ? [{ userId: account, groupId: source.group, description }] : [],
        ),
      ),
      ipv6Ranges: items(
        group.flatMap(({ source, description }) =>
          'cidr6' in source ? [{ cidrIpv6: source.cidr6, description }] : [],
        ),
      ),
      ipRanges: items(
        group.flatMap(({ source, description }) => ('cidr' in source ? [{ cidrIp: source.cidr, description }] : [])),
      ),
    };
  });
  return items(list);
}
