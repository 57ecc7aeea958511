// SPDX-License-Identifier: GPL-3.0-or-later
/** Which interfaces and gateways there are to choose from. */
import type { Firewall } from './state.ts';

/** InterfaceField.php with AllowDynamic: those of the configuration, to which IPsec's reconfigure adds ipsecN for each VTI. */
export function interfaceNames({ dynamicInterfaces }: Firewall): readonly string[] {
  return ['wan', 'lan', ...dynamicInterfaces];
}

/** plugins.inc.d/ipsec.inc, ipsec_interfaces: VTIs are interfaces only while there is a connection that is enabled. */
export function registerInterfaces(firewall: Firewall): void {
  const { connection, vti } = firewall.saved;
  const any = [...connection.values()].some(({ enabled }) => enabled === '1');
  const enabled = [...vti.values()].filter((one) => one['enabled'] === '1');
  firewall.dynamicInterfaces = new Set(any ? enabled.map(({ reqid = '' }) => `ipsec${reqid}`) : []);
}

/** service/conf/actions.d/actions_interface.conf, gateways.list, cache_ttl. */
const listedForMs = 20_000;

/** Names and addresses as routes may name them: for a while they are those of the last list. */
export function listedGateways(firewall: Firewall): ReadonlyMap<string, string> {
  const now = firewall.clock.now();
  if (!firewall.gatewayList || now - firewall.gatewayList.at >= listedForMs) {
    const named = [...firewall.saved.gateway.values()].map(({ name = '', gateway = '' }) => [name, gateway] as const);
    const names = new Map([['WAN_GW', '192.0.2.1'], ['Null4', '127.0.0.1'], ['Null6', '::1'], ...named]);
    firewall.gatewayList = { at: now, names };
  }
  return firewall.gatewayList.names;
}
