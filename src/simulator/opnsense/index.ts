// SPDX-License-Identifier: GPL-3.0-or-later
/** An OPNsense: give `service` to a client as its transport, or `serve` it with TLS on a loopback port, as the real one is. */
import { X509Certificate } from 'node:crypto';
import type { CallLogEntry } from '../kernel/call-log.ts';
import { loopbackCertificate } from '../kernel/certificate.ts';
import type { SimClock } from '../kernel/clock.ts';
import { discloseSecret } from '../kernel/disclosure.ts';
import { FaultRules } from '../kernel/faults.ts';
import { serve, type Served } from '../kernel/http.ts';
import type { SimService } from '../kernel/service.ts';
import { fromJson, toJson, type Json } from '../kernel/snapshot.ts';
import type { Privilege, User } from './access.ts';
import { answer } from './front.ts';
import { newFirewall, type Applied, type Firewall, type Kind, type Values } from './state.ts';

export interface OpnsenseOptions {
  readonly clock: SimClock;
  /** Default: 26.7. */
  readonly version?: Firewall['version'];
}

export interface OpnsenseWorld {
  readonly service: SimService;
  readonly faults: FaultRules;
  /** Oldest first. Empty it by `calls.length = 0`. */
  readonly calls: CallLogEntry[];
  /** An API key of a user with these privileges; default: those that a VPN needs. */
  apiKey(privileges?: readonly Privilege[]): { readonly key: string; readonly secret: string };
  /** What an administrator sees, and may change: config.xml. */
  records(kind: Kind): ReadonlyMap<string, Values>;
  /** As an administrator does on the device: without validation. `undefined` deletes. */
  edit(kind: Kind, uuid: string, values: Values | undefined): void;
  /** What is in effect. */
  readonly applied: Applied;
  readonly reconfigured: { readonly ipsec: number; readonly routes: number };
  readonly ipsecEnabled: boolean;
  snapshot(): Json;
  restore(snapshot: Json): void;
  /** HTTPS with a certificate of its own; each time another one. */
  serve(): Promise<Served & { readonly fingerprint: string; readonly certificate: string }>;
}

const vpn: readonly Privilege[] = [
  'page-vpn-ipsec-connections',
  'page-vpn-ipsec-editkeys',
  'page-system-gateways',
  'page-system-staticroutes',
];

export function createOpnsense({ clock, version = '26.7' }: OpnsenseOptions): OpnsenseWorld {
  const firewall = newFirewall(clock, version);
  const users = new Map<string, User>();
  const front = { firewall, users, faults: new FaultRules(), random: { seed: 1 }, calls: [] as CallLogEntry[] };
  const service: SimService = (request) => answer(front, request);
  return {
    service,
    faults: front.faults,
    calls: front.calls,
    apiKey(privileges = vpn) {
      const key = `opnsense-key-${users.size + 1}`;
      const secret = discloseSecret(`opnsense-secret-${users.size + 1}-${'x'.repeat(60)}`);
      users.set(key, { secret, privileges });
      return { key, secret };
    },
    records: (kind) => firewall.saved[kind],
    edit(kind, uuid, values) {
      if (values) firewall.saved[kind].set(uuid, { ...firewall.saved[kind].get(uuid), ...values });
      else firewall.saved[kind].delete(uuid);
    },
    get applied() {
      return firewall.applied;
    },
    get reconfigured() {
      return firewall.reconfigured;
    },
    get ipsecEnabled() {
      return firewall.ipsecEnabled;
    },
    snapshot() {
      const { clock: _clock, ...kept } = firewall;
      return toJson({ firewall: kept, users });
    },
    restore(snapshot) {
      const kept = fromJson(snapshot) as { readonly firewall: object; readonly users: typeof users };
      Object.assign(firewall, kept.firewall);
      users.clear();
      for (const [key, user] of kept.users) users.set(key, user);
    },
    async serve() {
      const certificate = loopbackCertificate(clock.now());
      const served = await serve(service, { certificate });
      const { fingerprint256 } = new X509Certificate(certificate.cert);
      return { ...served, fingerprint: fingerprint256, certificate: certificate.cert };
    },
  };
}
