// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnStep } from './steps.ts';

/** They have ids: names of gateways, connections and records on a device are for people. */
const each = new Set<string>(['CreateCustomerGateway', 'CreateVpnConnection', 'CreateStaticRoute', 'ConfigureDevice']);

/** See `Kind.alike`. All SiteVpns of a VPC use its one gateway. */
export function alike({ do: name }: SiteVpnStep): 'each' | 'shared' | undefined {
  if (name === 'CreateVpnGateway') return 'shared';
  return each.has(name) ? 'each' : undefined;
}
