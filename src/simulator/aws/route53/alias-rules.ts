// SPDX-License-Identifier: GPL-3.0-or-later
/** What an alias may point to. Sources: API_AliasTarget; Developer Guide, "Choosing between alias and non-alias records". */
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { hostedZoneOf } from '../elbv2/zones.ts';
import { within } from './names.ts';
import { stateOf } from './shelf.ts';
import type { AliasTarget, HostedZone, RecordSet } from './state.ts';

/** The zone of every CloudFront distribution (API_AliasTarget, "HostedZoneId"). */
const cloudFront = 'Z2FDTNDATAQYW2';

interface Candidate {
  readonly zone: HostedZone;
  /** What is there of a name. */
  readonly there: (name: string) => readonly RecordSet[];
  readonly record: RecordSet;
}

/** Words: hashicorp/terraform-provider-aws#1131 and re:Post on "alias target name does not lie within the target zone". */
export function aliasProblem(call: Call, { zone, there, record }: Candidate): string | undefined {
  const { alias, type, name } = record;
  if (!alias) return undefined;
  const tried = `Tried to create an alias that targets ${alias.dnsName}, type ${type} in zone ${alias.zoneID}, but`;
  if (alias.zoneID === cloudFront && alias.evaluate)
    return `${tried} EvaluateTargetHealth cannot be true for a CloudFront distribution`;
  const ours = truth(stateOf(call).zones.get(alias.zoneID));
  const outside = `${tried} the alias target name does not lie within the target zone`;
  if (!ours) return liesElsewhere(alias) ? outside : undefined;
  if (!within(alias.dnsName, ours.name) || ours.id !== zone.id) return outside;
  if (alias.dnsName === name) return `${tried} it targets itself`;
  const found = there(alias.dnsName).some((other) => other.type === type);
  return found ? undefined : `${tried} that target was not found`;
}

/** A load balancer's name is in its own region's zone; of other services' names nothing is known here. */
function liesElsewhere({ dnsName, zoneID }: AliasTarget): boolean {
  const region = /\.([a-z0-9-]+)\.elb\.amazonaws\.com\.$/.exec(dnsName)?.[1];
  try {
    return region !== undefined && hostedZoneOf(region) !== zoneID;
  } catch {
    return false;
  }
}
