// SPDX-License-Identifier: GPL-3.0-or-later
import type { Rule } from '../../../clouds/aws/ec2/machine.ts';

function ports(rule: Rule): string {
  if ('port' in rule) return String(rule.port);
  const { protocol, ports: range } = rule;
  const name = protocol === '-1' ? 'all' : protocol;
  if (!range) return name;
  return `${name} ${range.from === range.to ? range.from : `${range.from}-${range.to}`}`;
}

/** What is let in, and whence: `80 from 0.0.0.0/0`, `tcp 8000-9000 from ::/0`. Pure. */
export function ruleWords(rule: Rule): string {
  const { from } = rule;
  if ('cidr' in from) return `${ports(rule)} from ${from.cidr}`;
  if ('cidr6' in from) return `${ports(rule)} from ${from.cidr6}`;
  if ('prefixList' in from) return `${ports(rule)} from ${from.prefixList}`;
  const whose = 'account' in from && from.account !== undefined ? `${from.account}/` : '';
  return `${ports(rule)} from ${whose}${from.group}`;
}
