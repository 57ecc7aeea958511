// SPDX-License-Identifier: GPL-3.0-or-later
/** Where a site stands: the VPC that the spec names, and in it public subnets of two zones. Pure. */
import type { RouteTable } from '../../../clouds/aws/ec2/vpn.ts';
import type { Subnet } from '../../../clouds/aws/ec2/machine.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked } from '../plan/part.ts';
import type { SitePlace } from './world.ts';

interface Site {
  readonly name: string;
  readonly region: string;
  readonly subnets?: readonly string[] | undefined;
}

/** Leads to the internet: the subnet's own table, or the VPC's main one (VPC User Guide, "Internet gateways"). */
function isPublic({ id }: Subnet, tables: readonly RouteTable[]): boolean {
  const table = tables.find(({ subnets }) => subnets.includes(id)) ?? tables.find(({ main }) => main);
  return (table?.routes ?? []).some(
    ({ destination, target }) => destination === '0.0.0.0/0' && (target ?? '').startsWith('igw-'),
  );
}

function none(reason: string, message: string, id: string): SitePlace {
  const hold: Hold = blocked(reason, message, [{ kind: 'Site', id }]);
  return { found: 'none', hold };
}

export function placeOf(
  { name, region, subnets: asked }: Site,
  found: {
    readonly vpcs: readonly { readonly id: string }[];
    readonly subnets: readonly Subnet[];
    readonly tables: readonly RouteTable[];
  },
): SitePlace {
  const [vpc, ...more] = found.vpcs;
  if (!vpc || more.length > 0)
    return none(
      'SiteVpcNotFound',
      `Site ${name}: ${vpc ? 'several VPCs' : 'no VPC'} of ${region} fit sites.vpc; without it the default VPC is taken. Name one by its id.`,
      name,
    );
  if (asked) {
    const missing = asked.find((id) => !found.subnets.some((one) => one.id === id));
    if (missing !== undefined)
      return none(
        'SiteSubnetsNotFound',
        `Site ${name}: ${missing} is no subnet of ${vpc.id}: correct sites.subnets.`,
        name,
      );
    return { found: 'here', vpc: vpc.id, subnets: asked };
  }
  const open = found.subnets.filter((one) => isPublic(one, found.tables));
  const zones = [...new Set(open.map(({ zone }) => zone))].toSorted();
  const chosen = zones.flatMap((zone) => open.find((one) => one.zone === zone)?.id ?? []);
  if (chosen.length < 2)
    return none(
      'SiteSubnetsNotFound',
      `Site ${name}: ${vpc.id} has public subnets in ${chosen.length} zones, and a load balancer needs two: make them, or name subnets in sites.subnets.`,
      name,
    );
  return { found: 'here', vpc: vpc.id, subnets: chosen };
}
