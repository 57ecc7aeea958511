// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The gateway's model from what AWS says: addresses, keys, BGP, MSS and the interval of dead peer detection from the customer gateway
 * configuration; IKE version, algorithms, lifetimes and the time-out from the tunnels' options, matched by outside address.
 */
import type {
  CustomerGatewayConfiguration,
  CustomerGatewayTunnel,
} from '../../../clouds/aws/ec2/customer-gateway-configuration.ts';
import type * as Aws from '../../../clouds/aws/ec2/vpn.ts';
import { capabilities } from './algorithms.ts';
import type { GatewayDevice, GatewayModel, GatewayTunnel, IkeVersion, Phase } from './model.ts';
import { refusal } from './refusal.ts';

/** Best first. AWS takes any that its options list, and the gateway offers one: the first of these that both have. */
const preferred = {
  encryption: ['AES256-GCM-16', 'AES256', 'AES128-GCM-16', 'AES128'],
  integrity: ['SHA2-512', 'SHA2-384', 'SHA2-256', 'SHA1'],
  // the curves and the middle groups before those that take seconds to compute
  dhGroup: [20, 21, 19, 16, 15, 14, 17, 18, 24, 23, 22, 5, 2],
  ikeVersion: ['ikev2', 'ikev1'],
} as const;

export interface FromAws {
  readonly device: GatewayDevice;
  readonly configuration: CustomerGatewayConfiguration;
  readonly connection: Pick<Aws.VpnConnection, 'localCIDR' | 'remoteCIDR' | 'tunnels'>;
  readonly site: { readonly publicIP: string; readonly localIP?: string; readonly cidrs: readonly string[] };
  readonly vpc: { readonly cidrs: readonly string[] };
}

function choose<Value>(
  what: string,
  best: readonly Value[],
  offered: readonly Value[],
  can: (value: Value) => boolean,
): Value {
  const chosen = best.find((value) => offered.includes(value) && can(value));
  if (chosen !== undefined) return chosen;
  throw refusal(
    `AWS takes ${offered.join(', ')} for ${what}, of which this device has none. Allow one of ${best.filter(can).join(', ')} in the options of the tunnels.`,
  );
}

/** Of a device without a list of its own, everything. */
function abilityOf({
  type,
}: GatewayDevice): (table: 'encryption' | 'integrity' | 'dhGroup', value: string | number) => boolean {
  if (type === 'Generic') return () => true;
  const tables: Record<'encryption' | 'integrity' | 'dhGroup', ReadonlyMap<unknown, string>> = capabilities[type];
  return (table, value) => tables[table].has(value);
}

function phaseOf(name: 'phase1' | 'phase2', device: GatewayDevice, options: Aws.Phase, ikeVersion: IkeVersion): Phase {
  const able = abilityOf(device);
  // RFC 5282: authenticated encryption of IKE itself is IKEv2's
  const noGCM = name === 'phase1' && ikeVersion === 'ikev1';
  return {
    encryption: choose<string>(
      `${name}.encryption`,
      preferred.encryption,
      options.encryption,
      (value) => able('encryption', value) && !(noGCM && value.includes('GCM')),
    ),
    integrity: choose<string>(`${name}.integrity`, preferred.integrity, options.integrity, (value) =>
      able('integrity', value),
    ),
    dhGroup: choose<number>(`${name}.dhGroups`, preferred.dhGroup, options.dhGroups, (value) => able('dhGroup', value)),
    lifetimeSeconds: options.lifetimeSeconds,
  };
}

function tunnelOf(
  device: GatewayDevice,
  said: CustomerGatewayTunnel,
  { options, insideCIDR }: Aws.Tunnel,
): GatewayTunnel {
  if (insideCIDR !== undefined && insideCIDR !== said.insideCIDR)
    throw refusal(`AWS says two inside networks for the tunnel of ${said.outsideIP}. Look at the connection in AWS.`);
  const versions: readonly IkeVersion[] = device.type === 'Openswan' ? ['ikev1'] : preferred.ikeVersion;
  const offered = options.ikeVersions as readonly IkeVersion[];
  const ikeVersion = choose<IkeVersion>('ikeVersions', versions, offered, () => true);
  const { outsideIP, customerInsideIP, awsInsideIP, presharedKey, mss, bgp } = said;
  return {
    outsideIP,
    insideCIDR: said.insideCIDR,
    customerInsideIP,
    awsInsideIP,
    presharedKey,
    ikeVersion,
    phase1: phaseOf('phase1', device, options.phase1, ikeVersion),
    phase2: phaseOf('phase2', device, options.phase2, ikeVersion),
    dpd: { intervalSeconds: said.dpd.intervalSeconds, timeoutSeconds: options.dpdTimeoutSeconds },
    mss,
    ...(bgp ? { bgp: { asn: bgp.awsAsn, holdSeconds: bgp.holdSeconds } } : {}),
  };
}

/** The site's ASN, which both tunnels have to agree on. */
function asnOf(tunnels: readonly CustomerGatewayTunnel[]): number | undefined {
  const [asn, ...others] = new Set(tunnels.map(({ bgp }) => bgp?.customerAsn));
  if (others.length > 0) throw refusal('AWS says two ASNs for the site. Look at the connection in AWS.');
  return asn;
}

/**
 * Tunnels in the order of their options, which AWS's adapter sorts by address. Throws a Failure, class Invalid, where both sources do not
 * fit together, or where AWS takes nothing that this device has.
 */
export function gatewayModel({ device, configuration, connection, site, vpc }: FromAws): GatewayModel {
  const { connectionID, routing, tunnels: said } = configuration;
  const [one, two, ...more] = connection.tunnels.map((tunnel) => {
    const its = said.get(tunnel.outsideIP);
    if (!its)
      throw refusal(
        `The customer gateway configuration has no tunnel ${tunnel.outsideIP}. Look at the connection in AWS.`,
      );
    return tunnelOf(device, its, tunnel);
  });
  if (!one || !two || more.length > 0)
    throw refusal('The connection does not have two tunnels. Look at the connection in AWS.');
  const all = [...said.values()];
  if (all.some((tunnel) => tunnel.customerOutsideIP !== site.publicIP))
    throw refusal(
      'site.publicIP is not the address that AWS has for the site. Correct it, or wait for the replacement of the customer gateway.',
    );
  const asn = asnOf(all);
  return {
    connectionID,
    site: { ...site, ...(asn === undefined ? {} : { asn }) },
    vpc,
    selectors: { site: connection.localCIDR, vpc: connection.remoteCIDR },
    routing,
    tunnels: [one, two],
  };
}
