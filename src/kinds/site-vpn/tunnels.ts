// SPDX-License-Identifier: GPL-3.0-or-later
/** The options of tunnels as the spec has them, and which of AWS's tunnels is which of the spec's. Pure. */
import type { SiteVpnSpec } from '../../api/site-vpn.ts';
import type { Phase, Tunnel, TunnelOptions, VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import { canonical } from '../../core/digest.ts';
import { leftAs } from '../../core/ignoring.ts';
import type { KeyFound, Observed } from './observed.ts';
import type { OwnOptions, TunnelName } from './steps.ts';

export const tunnelNames = ['tunnel1', 'tunnel2'] as const;

export function wantedOptions({ tunnels }: SiteVpnSpec): TunnelOptions {
  const { ikeVersions, phase1, phase2, rekeyMarginSeconds, rekeyFuzzPercent, replayWindowPackets } = tunnels;
  return sortedOptions({
    ikeVersions,
    phase1,
    phase2,
    rekeyMarginSeconds,
    rekeyFuzzPercent,
    replayWindowPackets,
    dpdTimeoutSeconds: tunnels.dpdTimeoutSeconds,
    dpdTimeoutAction: tunnels.dpdAction,
    startupAction: tunnels.startup,
  });
}

/** Of a tunnel that is there: what somebody else looks after is as it is. */
export function optionsFor(spec: SiteVpnSpec, { options: have }: Tunnel): TunnelOptions {
  const want = wantedOptions(spec);
  return {
    ...want,
    dpdTimeoutAction: leftAs(spec, 'tunnels.dpdAction', {
      want: want.dpdTimeoutAction,
      found: have.dpdTimeoutAction,
    }),
    dpdTimeoutSeconds: leftAs(spec, 'tunnels.dpdTimeoutSeconds', {
      want: want.dpdTimeoutSeconds,
      found: have.dpdTimeoutSeconds,
    }),
  };
}

/** AWS keeps sets, not lists: the order says nothing. */
function sortedOptions(options: TunnelOptions): TunnelOptions {
  const phase = ({ encryption, integrity, dhGroups, lifetimeSeconds }: Phase): Phase => ({
    encryption: encryption.toSorted(),
    integrity: integrity.toSorted(),
    dhGroups: dhGroups.toSorted((a, b) => a - b),
    lifetimeSeconds,
  });
  return {
    ...options,
    ikeVersions: options.ikeVersions.toSorted(),
    phase1: phase(options.phase1),
    phase2: phase(options.phase2),
  };
}

export function sameOptions(a: TunnelOptions, b: TunnelOptions): boolean {
  return canonical(sortedOptions(a)) === canonical(sortedOptions(b));
}

export function ownOptions({ tunnels }: SiteVpnSpec, name: TunnelName): OwnOptions {
  const { insideCIDR, presharedKeySecretRef } = tunnels[name];
  return {
    ...(insideCIDR === undefined ? {} : { insideCIDR }),
    ...(presharedKeySecretRef ? { presharedKeySecret: presharedKeySecretRef.name } : {}),
  };
}

export interface Named {
  readonly name: TunnelName;
  readonly tunnel: Tunnel;
}

const isOn = (key: KeyFound | undefined, { outsideIP }: Tunnel) => key?.found === 'here' && key.on.includes(outsideIP);

/** By the addresses inside, else by the key, else by the outside address: AWS's own order is no contract. */
export function namedTunnels(spec: SiteVpnSpec, { keys }: Pick<Observed, 'keys'>, connection: VpnConnection): Named[] {
  const [a, b] = connection.tunnels.toSorted((one, other) => (one.outsideIP < other.outsideIP ? -1 : 1));
  if (!a || !b) return [];
  const { tunnel1, tunnel2 } = spec.tunnels;
  const inside = (first: Tunnel, second: Tunnel) =>
    (tunnel1.insideCIDR !== undefined && first.insideCIDR === tunnel1.insideCIDR) ||
    (tunnel2.insideCIDR !== undefined && second.insideCIDR === tunnel2.insideCIDR);
  const keyed = (first: Tunnel, second: Tunnel) => isOn(keys.tunnel1, first) || isOn(keys.tunnel2, second);
  const turned = !inside(a, b) && (inside(b, a) || (!keyed(a, b) && keyed(b, a)));
  const [first, second] = turned ? [b, a] : [a, b];
  return [
    { name: 'tunnel1', tunnel: first },
    { name: 'tunnel2', tunnel: second },
  ];
}

/** Carries traffic: with BGP a tunnel without a route carries none. */
export function isUp({ telemetry }: Tunnel, { staticRoutesOnly }: VpnConnection): boolean {
  return telemetry.status === 'UP' && (staticRoutesOnly || telemetry.acceptedRoutes > 0);
}
