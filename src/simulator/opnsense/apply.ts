// SPDX-License-Identifier: GPL-3.0-or-later
/** What was saved comes into effect: Base/ApiMutableServiceControllerBase.php and Routes/Api/RoutesController.php, reconfigureAction. */
import { registerInterfaces } from './interfaces.ts';
import type { Firewall, Saved } from './state.ts';

function enabledOnes(records: Saved['connection']): Saved['connection'] {
  return new Map([...records].filter(([, { enabled }]) => enabled !== '0'));
}

export function applyIPsec(firewall: Firewall): void {
  firewall.reconfigured.ipsec++;
  registerInterfaces(firewall);
  const { key, connection, local, remote, child, vti } = firewall.saved;
  firewall.applied.ipsec = firewall.ipsecEnabled
    ? {
        key: new Map(key),
        connection: enabledOnes(connection),
        local: enabledOnes(local),
        remote: enabledOnes(remote),
        child: enabledOnes(child),
        vti: enabledOnes(vti),
      }
    : 'stopped';
}

export function applyRoutes(firewall: Firewall): void {
  firewall.reconfigured.routes++;
  const byName = new Map([...firewall.saved.gateway.values()].map((one) => [one['name'] ?? '', one]));
  firewall.applied.routes = new Map(
    [...firewall.saved.route.values()]
      .filter(({ enabled, disabled }) => enabled !== '0' && disabled !== '1')
      .flatMap(({ network = '', gateway = '' }) => {
        const by = byName.get(gateway);
        return by && by['disabled'] !== '1' ? [[network, by['gateway'] ?? ''] as const] : [];
      }),
  );
}
