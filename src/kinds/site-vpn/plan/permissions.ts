// SPDX-License-Identifier: GPL-3.0-or-later
/** A VPN that AWS would leave half made is not begun, for it costs by the hour. Only by what making it takes, since a simulation is no proof. Pure. */
import type { MissingRight } from '../../../clouds/aws/iam/rights.ts';
import type { Hold } from '../../../core/plan.ts';
import { allow } from '../../permissions.ts';
import type { SiteVpnStep } from '../steps.ts';
import { isOn } from './gateway.ts';
import { blocked, type Context } from './part.ts';

const begins: ReadonlySet<SiteVpnStep['do']> = new Set([
  'CreateVpnGateway',
  'CreateCustomerGateway',
  'CreateVpnConnection',
]);

/** One that is replaced goes first, and would not come back. */
function isBegun({ do: name, effect }: SiteVpnStep): boolean {
  return begins.has(name) || (name === 'DeleteVpnConnection' && effect === 'replace');
}

/** Of what is there already nothing has to be made; what a later change or a deletion takes stops no creation. */
function counts({ on, action }: MissingRight, { spec, observed: { vpcs, gateways } }: Context): boolean {
  const attached = gateways.some((one) => vpcs.some(({ id }) => isOn(one, id)));
  switch (action) {
    case 'ec2:CreateTags':
      return on.startsWith('new ') && (on !== 'new vpn-gateway' || !attached);
    case 'ec2:CreateVpnGateway':
    case 'ec2:AttachVpnGateway':
      return !attached;
    case 'ec2:CreateCustomerGateway':
    case 'ec2:CreateVpnConnection':
      return true;
    case 'ec2:CreateVpnConnectionRoute':
      return spec.routing === 'Static';
    case 'ec2:EnableVgwRoutePropagation':
      return spec.routeTables.routes === 'Propagated';
    case 'ec2:CreateRoute':
      return spec.routeTables.routes === 'Static';
    default:
      return false;
  }
}

export function permissionHold(steps: readonly SiteVpnStep[], context: Context): Hold | undefined {
  const { rights, account } = context.observed;
  if (!rights?.asked || !steps.some(isBegun)) return undefined;
  const missing = rights.missing.filter((right) => counts(right, context));
  if (missing.length === 0) return undefined;
  return blocked('PermissionsMissing', `Nothing was begun: ${allow(missing)}`, [{ kind: 'Account', id: account }]);
}
