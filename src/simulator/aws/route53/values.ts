// SPDX-License-Identifier: GPL-3.0-or-later
/** Values by record type (Developer Guide, "Supported DNS record types"). Words: for example hashicorp/terraform-provider-aws#10079. */
import { isIPv4, isIPv6 } from 'node:net';
import { stringsOf } from '../../dns/record-data.ts';
import { isName } from './names.ts';
import type { RecordSet } from './state.ts';

type Check = (value: string) => string | undefined;

const shortNumber = /^\d{1,5}$/;

const checks: Readonly<Record<string, Check>> = {
  A: (value) => (isIPv4(value) ? undefined : 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)'),
  AAAA: (value) => (isIPv6(value) ? undefined : 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)'),
  CNAME: name,
  NS: name,
  PTR: name,
  TXT: quoted,
  SPF: quoted,
  MX: (value) => fields(value, 1),
  SRV: (value) => fields(value, 3),
  CAA: (value) =>
    /^\d{1,3} \S+ "[^"]*"$/.test(value) ? undefined : 'CAARRDATAIllegalFormat (Value is not a valid CAA record)',
};

function name(value: string): string | undefined {
  if (!isName(value) || /\s/.test(value)) return 'DomainNameIllegal (Value is not a valid domain name)';
  return isIPv4(value) ? 'UnexpectedIPAddress (Value should not be an IP address)' : undefined;
}

/** Numbers, then a name. */
function fields(value: string, numbers: number): string | undefined {
  const parts = value.split(/\s+/);
  const good =
    parts.length === numbers + 1 && parts.slice(0, -1).every((part) => shortNumber.test(part) && Number(part) < 65_536);
  return good && name(parts.at(-1) ?? '') === undefined
    ? undefined
    : 'RRDATAIllegalFormat (Value does not have the fields of its type)';
}

/** One or more strings in quotation marks, each of at most 255 characters. */
function quoted(value: string): string | undefined {
  if (!/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/s.test(value))
    return 'InvalidCharacterString (Value should be enclosed in quotation marks)';
  return stringsOf(value).some((text) => text.length > 255) ? 'CharacterStringTooLong (Value is too long)' : undefined;
}

export function valueProblem({ type, values, name: at }: RecordSet): string | undefined {
  const twice = values.find((value, i) => values.indexOf(value) < i);
  if (twice !== undefined) return `Duplicate Resource Record: '${twice}'`;
  if (['CNAME', 'SOA'].includes(type) && values.length > 1)
    return `RRSet of type ${type} with DNS name ${at} has more than one resource record`;
  for (const value of values) {
    const problem = checks[type]?.(value);
    if (problem !== undefined)
      return `Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`;
  }
  return undefined;
}
