// SPDX-License-Identifier: GPL-3.0-or-later
/** A customer gateway configuration in the form that public dumps of AWS's show. */

function end(outsideIP: string, insideIP: string, asn: number | undefined): string {
  const bgp = asn === undefined ? '' : `<bgp><asn>${asn}</asn><hold_time>30</hold_time></bgp>`;
  return `<tunnel_outside_address><ip_address>${outsideIP}</ip_address></tunnel_outside_address>
      <tunnel_inside_address>
        <ip_address>${insideIP}</ip_address>
        <network_mask>255.255.255.252</network_mask>
        <network_cidr>30</network_cidr>
      </tunnel_inside_address>${bgp}`;
}

function tunnel(outsideIP: string, third: number, key: string, bgp: boolean): string {
  return `
  <ipsec_tunnel>
    <customer_gateway>${end('203.0.113.10', `169.254.${third}.2`, bgp ? 65_000 : undefined)}</customer_gateway>
    <vpn_gateway>${end(outsideIP, `169.254.${third}.1`, bgp ? 64_512 : undefined)}</vpn_gateway>
    <ike>
      <authentication_protocol>sha1</authentication_protocol>
      <encryption_protocol>aes-128-cbc</encryption_protocol>
      <lifetime>28800</lifetime>
      <perfect_forward_secrecy>group2</perfect_forward_secrecy>
      <mode>main</mode>
      <pre_shared_key>${key}</pre_shared_key>
    </ike>
    <ipsec>
      <protocol>esp</protocol>
      <authentication_protocol>hmac-sha1-96</authentication_protocol>
      <encryption_protocol>aes-128-cbc</encryption_protocol>
      <lifetime>3600</lifetime>
      <perfect_forward_secrecy>group2</perfect_forward_secrecy>
      <mode>tunnel</mode>
      <clear_df_bit>true</clear_df_bit>
      <fragmentation_before_encryption>true</fragmentation_before_encryption>
      <tcp_mss_adjustment>1379</tcp_mss_adjustment>
      <dead_peer_detection><interval>10</interval><retries>3</retries></dead_peer_detection>
    </ipsec>
  </ipsec_tunnel>`;
}

export const keys = ['first.key_0123', 'second.key_0123'] as const;

export function customerGatewayXml(routing: 'Static' | 'BGP'): string {
  const bgp = routing === 'BGP';
  return `<?xml version="1.0" encoding="UTF-8"?>
<vpn_connection id="vpn-0123456789abcdef0">
  <customer_gateway_id>cgw-0123456789abcdef0</customer_gateway_id>
  <vpn_gateway_id>vgw-0123456789abcdef0</vpn_gateway_id>
  <vpn_connection_type>ipsec.1</vpn_connection_type>${bgp ? '' : '\n  <vpn_connection_attributes>NoBGPVPNConnection</vpn_connection_attributes>'}${tunnel('198.51.100.17', 11, keys[0], bgp)}${tunnel('198.51.100.1', 10, keys[1], bgp)}
</vpn_connection>`;
}
