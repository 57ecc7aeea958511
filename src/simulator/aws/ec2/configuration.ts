// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * `CustomerGatewayConfiguration`, as public dumps of it look (terraform-provider-aws's tests, Batfish's parser). Its algorithms are the lowest
 * that AWS has, whatever the tunnel options say (aws/aws-cli#9421), there is no IKE version, and the order of the tunnels is not that of the
 * options.
 */
import { escapeXml, type Xml } from '../protocol/xml.ts';
import { addressIn, parseCidr } from './cidr.ts';
import type { CustomerGateway, Tunnel, VpnConnection, VpnGateway } from './state.ts';

interface Ends {
  readonly customer: CustomerGateway;
  readonly gateway: VpnGateway;
}

export function configuration(connection: VpnConnection, ends: Ends): string {
  const { tunnels, reversed, staticRoutesOnly } = connection;
  const ordered = reversed.xml ? [...tunnels].reverse() : tunnels;
  const lines = [
    `<vpn_connection id="${connection.id}">`,
    ...element('customer_gateway_id', connection.customerGatewayID, 1),
    ...element('vpn_gateway_id', connection.vpnGatewayID, 1),
    ...element('vpn_connection_type', 'ipsec.1', 1),
    ...(staticRoutesOnly ? element('vpn_connection_attributes', 'NoBGPVPNConnection', 1) : []),
    ...ordered.flatMap((tunnel) => element('ipsec_tunnel', tunnelOf(connection, tunnel, ends), 1)),
    '</vpn_connection>',
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines.join('\n')}`;
}

function element(name: string, value: Xml, depth: number): string[] {
  const indent = '  '.repeat(depth);
  if (value === undefined) return [];
  if (typeof value !== 'object') return [`${indent}<${name}>${escapeXml(String(value))}</${name}>`];
  const inner = Object.entries(value as Record<string, Xml>).flatMap(([child, item]) =>
    element(child, item, depth + 1),
  );
  return [`${indent}<${name}>`, ...inner, `${indent}</${name}>`];
}

function tunnelOf({ staticRoutesOnly }: VpnConnection, tunnel: Tunnel, { customer, gateway }: Ends): Xml {
  const block = parseCidr(tunnel.insideCidr) ?? { base: 0, bits: 30 };
  const end = (outside: string, host: number, asn: string): Xml => ({
    tunnel_outside_address: { ip_address: outside },
    tunnel_inside_address: {
      ip_address: addressIn(block, host),
      network_mask: '255.255.255.252',
      network_cidr: 30,
    },
    bgp: staticRoutesOnly ? undefined : { asn, hold_time: 30 },
  });
  return {
    // the first host of the inside block is AWS's, the second the customer's
    customer_gateway: end(customer.ip, 2, customer.asn),
    vpn_gateway: end(tunnel.outsideIP, 1, String(gateway.asn)),
    ike: {
      authentication_protocol: 'sha1',
      encryption_protocol: 'aes-128-cbc',
      lifetime: 28_800,
      perfect_forward_secrecy: 'group2',
      mode: 'main',
      pre_shared_key: tunnel.psk,
    },
    ipsec: {
      protocol: 'esp',
      authentication_protocol: 'hmac-sha1-96',
      encryption_protocol: 'aes-128-cbc',
      lifetime: 3600,
      perfect_forward_secrecy: 'group2',
      mode: 'tunnel',
      clear_df_bit: true,
      fragmentation_before_encryption: true,
      tcp_mss_adjustment: 1379,
      dead_peer_detection: { interval: 10, retries: 3 },
    },
  };
}
