// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether there is a zone in which this object may have its name. Pure. */
import type { Hold } from '../../../core/plan.ts';
import { fullName } from '../name.ts';
import { blocked, type Context, type InZone } from './part.ts';

/** How the spec names it, for messages. */
function named({ spec: { zone } }: Context): string {
  return zone.id ?? zone.name ?? '';
}

/** `undefined`: it is known which one is meant. */
export function ambiguous(context: Context): Hold | undefined {
  const { zone } = context.observed;
  if (zone.found !== 'several') return undefined;
  const id = named(context);
  return blocked(
    'ZoneAmbiguous',
    `The account has more than one public hosted zone ${id}: ${zone.of.map((one) => one.id).join(', ')}. Delete those that the registrar does not name, or make another GslbEndpoint in the place of this one, with the zone.id of the one that it names.`,
    [{ kind: 'HostedZone', id }],
  );
}

export function zoneHold(context: Context): Hold | undefined {
  const { observed } = context;
  const id = named(context);
  const by = [{ kind: 'HostedZone', id }];
  if (!observed.permission.allowed) return blocked('NotPermitted', observed.permission.message, by);
  const { zone } = observed;
  if (zone.found === 'several') return ambiguous(context);
  if (zone.found === 'none') {
    const hidden = zone.of.length > 0 ? ' (only private ones, which answer inside VPCs alone)' : '';
    return blocked(
      'ZoneNotFound',
      `The account has no public hosted zone ${id}${hidden}. Make it, or correct zone or aws.`,
      by,
    );
  }
  if (zone.zone.private)
    return blocked(
      'ZoneNotFound',
      `Hosted zone ${id} is private and answers inside VPCs alone. Name a public one.`,
      by,
    );
  if (zone.zone.madeBy !== undefined)
    return blocked(
      'ZoneNotOurs',
      `Hosted zone ${id} belongs to the AWS service ${zone.zone.madeBy}, which alone may change it. Name another zone.`,
      by,
    );
  return undefined;
}

export function inZone(context: Context): InZone | undefined {
  const { spec, observed } = context;
  if (observed.zone.found !== 'one') return undefined;
  const { zone } = observed.zone;
  const fqdn = fullName(spec, zone.name);
  const { records, owner } = observed;
  return { ...context, zone, fqdn, place: { records, owner, fqdn, zone: zone.name } };
}
