// SPDX-License-Identifier: GPL-3.0-or-later
import type { SimClock } from '../kernel/clock.ts';

/** Of one record, by field. */
export type Values = Readonly<Record<string, string>>;

export type Kind = 'key' | 'connection' | 'local' | 'remote' | 'child' | 'vti' | 'gateway' | 'route';

export type Saved = Record<Kind, Map<string, Values>>;

/** What charon and the kernel have. */
export interface Applied {
  ipsec: Pick<Saved, 'key' | 'connection' | 'local' | 'remote' | 'child' | 'vti'> | 'stopped';
  /** By network: the gateway's address. */
  routes: Map<string, string>;
}

export interface Firewall {
  readonly clock: SimClock;
  readonly version: '25.7' | '26.7';
  /** config.xml. */
  readonly saved: Saved;
  ipsecEnabled: boolean;
  readonly applied: Applied;
  /** Of VTIs, registered by IPsec's reconfigure. */
  dynamicInterfaces: ReadonlySet<string>;
  /** configd's answer to `interface gateways list`, and when it was made. */
  gatewayList?: { readonly at: number; readonly names: ReadonlyMap<string, string> };
  reconfigured: { ipsec: number; routes: number };
  uuids: number;
}

export function newFirewall(clock: SimClock, version: Firewall['version']): Firewall {
  const empty = () => new Map<string, Values>();
  return {
    clock,
    version,
    saved: {
      key: empty(),
      connection: empty(),
      local: empty(),
      remote: empty(),
      child: empty(),
      vti: empty(),
      gateway: empty(),
      route: empty(),
    },
    ipsecEnabled: false,
    applied: { ipsec: 'stopped', routes: new Map() },
    dynamicInterfaces: new Set(),
    reconfigured: { ipsec: 0, routes: 0 },
    uuids: 0,
  };
}
