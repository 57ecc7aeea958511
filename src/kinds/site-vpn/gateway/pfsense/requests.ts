// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The package pfSense-pkg-RESTAPI, v2 (its models IPsecPhase1 and IPsecPhase2): pfSense itself has no API. A remote gateway is unique there,
 * so a second run stops at the first request.
 */
import { pfsenseAlgorithms } from '../algorithms.ts';
import type { GatewayModel } from '../model.ts';
import { refusal } from '../refusal.ts';
import { linksOf, type Link } from '../routed/links.ts';

type Value = string | number | boolean | readonly (string | Readonly<Record<string, string | number>>)[];

export interface PfsenseRequest {
  /** POST to this, below the firewall's address. */
  readonly path: string;
  /** JSON. `$ikeid_1` and `$interface_1` (and those of tunnel 2) stand for members of earlier answers' data. */
  readonly body: Readonly<Record<string, Value>>;
  /** What is kept of the answer's data, and under which name. */
  readonly keep?: { readonly member: 'ikeid' | 'id'; readonly name: string };
}

function phase1Request({ connectionID, site }: GatewayModel, { tunnel, name }: Link, index: number): PfsenseRequest {
  const { phase1, dpd } = tunnel;
  const { cipher, keylen, hash, dhGroup } = pfsenseAlgorithms(phase1);
  const body = {
    descr: `${connectionID} ${name}`,
    iketype: tunnel.ikeVersion,
    ...(tunnel.ikeVersion === 'ikev1' ? { mode: 'main' } : {}),
    protocol: 'inet',
    interface: 'wan',
    remote_gateway: tunnel.outsideIP,
    authentication_method: 'pre_shared_key',
    myid_type: 'address',
    myid_data: site.publicIP,
    peerid_type: 'address',
    peerid_data: tunnel.outsideIP,
    pre_shared_key: tunnel.presharedKey,
    encryption: [
      {
        encryption_algorithm_name: cipher,
        encryption_algorithm_keylen: keylen,
        hash_algorithm: hash,
        dhgroup: dhGroup,
      },
    ],
    lifetime: phase1.lifetimeSeconds,
    rekey_time: Math.floor(phase1.lifetimeSeconds * 0.9),
    rand_time: Math.floor(phase1.lifetimeSeconds * 0.1),
    reauth_time: 0,
    startaction: 'start',
    closeaction: 'start',
    mobike: false,
    dpd_delay: dpd.intervalSeconds,
    dpd_maxfail: Math.ceil(dpd.timeoutSeconds / dpd.intervalSeconds),
  };
  return { path: '/api/v2/vpn/ipsec/phase1', body, keep: { member: 'ikeid', name: `ikeid_${index + 1}` } };
}

/** Routed (VTI): the selectors are 0.0.0.0/0, the addresses those of the interface. */
function phase2Request({ tunnel, name }: Link, index: number): PfsenseRequest {
  const { phase2 } = tunnel;
  const { cipher, keylen, hash, dhGroup } = pfsenseAlgorithms(phase2);
  const body = {
    ikeid: `$ikeid_${index + 1}`,
    descr: name,
    mode: 'vti',
    localid_type: 'network',
    localid_address: tunnel.customerInsideIP,
    localid_netbits: 30,
    remoteid_type: 'address',
    remoteid_address: tunnel.awsInsideIP,
    protocol: 'esp',
    encryption_algorithm_option: [{ name: cipher, keylen }],
    hash_algorithm_option: [`hmac_${hash}`],
    pfsgroup: dhGroup,
    lifetime: phase2.lifetimeSeconds,
    rekey_time: Math.floor(phase2.lifetimeSeconds * 0.9),
    rand_time: Math.floor(phase2.lifetimeSeconds * 0.1),
    keepalive: true,
  };
  return { path: '/api/v2/vpn/ipsec/phase2', body };
}

/** pfSense names the interface after the phase 1, and clamps TCP to 40 bytes less than its `mss`. */
function interfaceRequest({ mtu }: Link, index: number): PfsenseRequest {
  const body = {
    if: `ipsec$ikeid_${index + 1}`,
    enable: true,
    descr: `AWSVPN${index + 1}`,
    typev4: 'none',
    mss: mtu,
  };
  return { path: '/api/v2/interface', body, keep: { member: 'id', name: `interface_${index + 1}` } };
}

function gatewayRequest({ tunnel, name }: Link, index: number): PfsenseRequest {
  const body = {
    name: `AWS_VPN_${index + 1}`,
    descr: name,
    ipprotocol: 'inet',
    interface: `$interface_${index + 1}`,
    gateway: tunnel.awsInsideIP,
    monitor: tunnel.awsInsideIP,
  };
  return { path: '/api/v2/routing/gateway', body };
}

/** One route for each network of the VPC, into the first tunnel: pfSense takes no second for the same network. */
function routeRequests({ vpc }: GatewayModel): readonly PfsenseRequest[] {
  return vpc.cidrs.map((network) => ({
    path: '/api/v2/routing/static_route',
    body: { network, gateway: 'AWS_VPN_1', descr: 'aws-tunnel-1' },
  }));
}

/** Applying is asynchronous unless it is told otherwise, and the interfaces are not there before. */
function apply(what: string): PfsenseRequest {
  return { path: `/api/v2/${what}/apply`, body: { async: false } };
}

/** Secret: the keys are in it. In this order. */
export function pfsenseRequests(model: GatewayModel): readonly PfsenseRequest[] {
  if (model.routing === 'BGP')
    throw refusal(
      'pfSense has BGP only with a package, which is not configured here. Choose routing Static, or Generic.',
    );
  const links = linksOf(model, 'vti');
  return [
    ...links.map((link, index) => phase1Request(model, link, index)),
    ...links.map(phase2Request),
    apply('vpn/ipsec'),
    ...links.map(interfaceRequest),
    apply('interface'),
    ...links.map(gatewayRequest),
    ...routeRequests(model),
    apply('routing'),
  ];
}
