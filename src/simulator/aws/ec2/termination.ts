// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * AWS's end of a tunnel, for a real daemon that is to be it: the truth, with AWS's defaults where nobody set anything. Defaults: Site-to-Site VPN
 * User Guide, "Tunnel options"; EC2 API reference, VpnTunnelOptionsSpecification.
 */
import { truth } from '../../kernel/versioned.ts';
import { addressIn, parseCidr } from './cidr.ts';
import { allTrue } from './entities.ts';
import { stateAt } from './life.ts';
import type { Ec2State, Tunnel, VpnConnection } from './state.ts';
import { answers, availableRoutes } from './telemetry.ts';
import { defaultSettings } from './tunnel-options.ts';

export interface Phase {
  /** `AES128`, `AES256`, `AES128-GCM-16`, `AES256-GCM-16`. */
  readonly encryption: readonly string[];
  /** `SHA1`, `SHA2-256`, `SHA2-384`, `SHA2-512`. */
  readonly integrity: readonly string[];
  readonly groups: readonly number[];
  readonly lifetimeSeconds: number;
}

export interface TunnelTermination {
  readonly connectionID: string;
  /** Whether AWS's end is there at all: not while the connection is being made or deleted, nor while this tunnel's end is replaced. */
  readonly answers: boolean;
  /** Public addresses. */
  readonly outside: { readonly aws: string; readonly site: string };
  readonly inside: { readonly cidr: string; readonly aws: string; readonly site: string };
  readonly psk: string;
  /** Traffic selectors. */
  readonly networks: { readonly aws: string; readonly site: string };
  /** `ikev1`, `ikev2`. */
  readonly ikeVersions: readonly string[];
  readonly phase1: Phase;
  readonly phase2: Phase;
  readonly deadPeer: { readonly timeoutSeconds: number; readonly action: 'clear' | 'none' | 'restart' };
  /** `start`: AWS dials; `add`: it waits to be dialled. */
  readonly startupAction: 'add' | 'start';
  readonly rekey: { readonly marginSeconds: number; readonly fuzzPercentage: number };
  readonly replayWindow: number;
  /** Absent with static routing. */
  readonly bgp?: { readonly aws: number; readonly site: number; readonly holdSeconds: number };
  /** Static routes that are available: what lies behind the site. */
  readonly routes: readonly string[];
}

export function terminationOf(
  held: Ec2State,
  connection: VpnConnection,
  { tunnel, now }: { tunnel: Tunnel; now: number },
): TunnelTermination {
  const customer = truth(held.customerGateways.get(connection.customerGatewayID));
  const gateway = truth(held.vpnGateways.get(connection.vpnGatewayID));
  const block = parseCidr(tunnel.insideCidr) ?? { base: 0, bits: 30 };
  const settings = { ...defaultSettings, ...tunnel.settings };
  const many = (name: string): readonly string[] => [settings[name] ?? []].flat();
  const one = (name: string): string => many(name)[0] ?? '';
  const phase = (n: 1 | 2): Phase => ({
    encryption: many(`phase${n}EncryptionAlgorithmSet`),
    integrity: many(`phase${n}IntegrityAlgorithmSet`),
    groups: many(`phase${n}DHGroupNumberSet`).map(Number),
    lifetimeSeconds: Number(one(`phase${n}LifetimeSeconds`)),
  });
  const asns = { aws: gateway?.asn ?? 0, site: Number(customer?.asn ?? 0) };
  return {
    connectionID: connection.id,
    answers: answers(held, { connection, tunnel, now }),
    outside: { aws: tunnel.outsideIP, site: customer?.ip ?? '' },
    inside: { cidr: tunnel.insideCidr, aws: addressIn(block, 1), site: addressIn(block, 2) },
    psk: tunnel.psk,
    networks: { aws: connection.remoteCidr, site: connection.localCidr },
    ikeVersions: many('ikeVersionSet'),
    phase1: phase(1),
    phase2: phase(2),
    deadPeer: {
      timeoutSeconds: Number(one('dpdTimeoutSeconds')),
      action: one('dpdTimeoutAction') as TunnelTermination['deadPeer']['action'],
    },
    startupAction: one('startupAction') as TunnelTermination['startupAction'],
    rekey: { marginSeconds: Number(one('rekeyMarginTimeSeconds')), fuzzPercentage: Number(one('rekeyFuzzPercentage')) },
    replayWindow: Number(one('replayWindowSize')),
    ...(connection.staticRoutesOnly ? {} : { bgp: { ...asns, holdSeconds: 30 } }),
    routes: availableRoutes(connection, now),
  };
}

/** Of every tunnel of the region whose connection is not deleted. */
export function terminations(held: Ec2State, now: number): TunnelTermination[] {
  return allTrue(held, 'vpn-connection')
    .filter(({ life }) => !['deleted', undefined].includes(stateAt(life, now)))
    .flatMap((connection) => connection.tunnels.map((tunnel) => terminationOf(held, connection, { tunnel, now })));
}
