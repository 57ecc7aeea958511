// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The CustomerGatewayConfiguration of a VPN connection (DescribeVpnConnections): XML, and a secret, as the pre-shared keys are in it.
 *
 * Only addresses, keys, BGP, MSS and dead peer detection are read. The algorithms in it are those of the oldest devices whatever the
 * connection is set to, and an IKE version is not there at all: both come from the tunnel options. The order of the tunnels is no contract
 * either: they are keyed by AWS's outside address.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { Failure } from '../../../core/failure.ts';

export interface CustomerGatewayTunnel {
  /** AWS's end: the key, too. */
  readonly outsideIP: string;
  /** The site's end. */
  readonly customerOutsideIP: string;
  readonly insideCIDR: string;
  readonly customerInsideIP: string;
  readonly awsInsideIP: string;
  /** Secret. */
  readonly presharedKey: string;
  /** Bytes. */
  readonly mss: number;
  readonly dpd: { readonly intervalSeconds: number; readonly retries: number };
  /** Absent with static routing. */
  readonly bgp?: { readonly customerAsn: number; readonly awsAsn: number; readonly holdSeconds: number };
}

export interface CustomerGatewayConfiguration {
  readonly connectionID: string;
  readonly routing: 'Static' | 'BGP';
  /** Two, by outsideIP. */
  readonly tunnels: ReadonlyMap<string, CustomerGatewayTunnel>;
}

/** An element: its text, or its children in the order of the document. */
interface Element {
  readonly path: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly Element[];
}

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  processEntities: false,
});

/** What AWS sends has some four thousand characters. */
const longest = 65_536;

/** The message names the place and never what stands there: it could be a key. */
function unreadable(what: string): Failure {
  return new Failure({
    class: 'Invalid',
    reason: 'GatewayConfigurationUnreadable',
    message: `In the VPN connection's customer gateway configuration ${what}. Nothing is rendered from it; look at the connection in AWS.`,
  });
}

function elementOf(node: Node, above: string): Element | undefined {
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name.startsWith('#') || name.startsWith('?')) return undefined;
  const path = above === '' ? name : `${above}/${name}`;
  const inner = node[name] as readonly Node[];
  const children = inner.map((child) => elementOf(child, path)).filter((child) => child !== undefined);
  const text = inner.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('');
  return { path, text, children, attributes: (node[':@'] ?? {}) as Readonly<Record<string, unknown>> };
}

/** None where it is no sound XML. The validator lets pass what the parser throws on, and its error would quote the text. */
function rootsOf(xml: string): readonly Element[] {
  // a document type could bring entities; AWS sends none
  if (xml.length > longest || xml.includes('<!') || XMLValidator.validate(xml) !== true) return [];
  try {
    return (parser.parse(xml) as readonly Node[])
      .map((node) => elementOf(node, ''))
      .filter((node) => node !== undefined);
  } catch {
    return [];
  }
}

function read(xml: string): Element {
  const [root, ...more] = rootsOf(xml);
  if (!root || more.length > 0 || root.path !== 'vpn_connection') throw unreadable('there is no well-formed XML');
  return root;
}

function all(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.path === `${element.path}/${name}`);
}

/** The one element at a path below this one. */
function one(element: Element, path: string): Element {
  return path.split('/').reduce((place, name) => {
    const [found, ...more] = all(place, name);
    if (!found) throw unreadable(`${place.path}/${name} is missing`);
    if (more.length > 0) throw unreadable(`${found.path} is there more than once`);
    return found;
  }, element);
}

function textAt(element: Element, path: string, pattern: RegExp): string {
  const { text, path: place } = one(element, path);
  if (text === '') throw unreadable(`${place} is empty`);
  if (!pattern.test(text)) throw unreadable(`${place} is not what is known of it`);
  return text;
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const address = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

function numberAt(element: Element, path: string, low: number, high: number): number {
  const number = Number(textAt(element, path, /^\d{1,10}$/));
  if (number < low || number > high) throw unreadable(`${one(element, path).path} is not from ${low} to ${high}`);
  return number;
}

function bgpOf(tunnel: Element): NonNullable<CustomerGatewayTunnel['bgp']> {
  const holdSeconds = numberAt(tunnel, 'customer_gateway/bgp/hold_time', 3, 65_535);
  if (numberAt(tunnel, 'vpn_gateway/bgp/hold_time', 3, 65_535) !== holdSeconds)
    throw unreadable('the ends of a tunnel have different hold times');
  return {
    customerAsn: numberAt(tunnel, 'customer_gateway/bgp/asn', 1, 4_294_967_295),
    awsAsn: numberAt(tunnel, 'vpn_gateway/bgp/asn', 1, 4_294_967_295),
    holdSeconds,
  };
}

/** The network of both inside addresses. Only /30 is known. */
function insideCIDROf(ends: readonly string[]): string {
  const networks = ends.map((end) => {
    const [, front = '', last = ''] = /^(.*\.)(\d+)$/.exec(end) ?? [];
    return `${front}${Number(last) - (Number(last) % 4)}/30`;
  });
  const [network = ''] = networks;
  if (new Set(networks).size !== 1 || new Set(ends).size !== ends.length)
    throw unreadable('the inside addresses of a tunnel are not the two ends of one network');
  return network;
}

function tunnelOf(tunnel: Element, routing: CustomerGatewayConfiguration['routing']): CustomerGatewayTunnel {
  for (const end of ['customer_gateway', 'vpn_gateway']) {
    textAt(tunnel, `${end}/tunnel_inside_address/network_cidr`, /^30$/);
    if (routing === 'Static' && all(one(tunnel, end), 'bgp').length > 0)
      throw unreadable('BGP is there although the connection has static routing');
  }
  textAt(tunnel, 'ipsec/protocol', /^esp$/);
  textAt(tunnel, 'ipsec/mode', /^tunnel$/);
  const customerInsideIP = textAt(tunnel, 'customer_gateway/tunnel_inside_address/ip_address', address);
  const awsInsideIP = textAt(tunnel, 'vpn_gateway/tunnel_inside_address/ip_address', address);
  return {
    outsideIP: textAt(tunnel, 'vpn_gateway/tunnel_outside_address/ip_address', address),
    customerOutsideIP: textAt(tunnel, 'customer_gateway/tunnel_outside_address/ip_address', address),
    insideCIDR: insideCIDROf([customerInsideIP, awsInsideIP]),
    customerInsideIP,
    awsInsideIP,
    // EC2 API, CreateVpnConnection, PreSharedKey. Where keys are kept in Secrets Manager, none need be here
    presharedKey: textAt(tunnel, 'ike/pre_shared_key', /^(?!0)[A-Za-z0-9._]{8,64}$/),
    mss: numberAt(tunnel, 'ipsec/tcp_mss_adjustment', 536, 1460),
    dpd: {
      intervalSeconds: numberAt(tunnel, 'ipsec/dead_peer_detection/interval', 1, 3600),
      retries: numberAt(tunnel, 'ipsec/dead_peer_detection/retries', 1, 100),
    },
    ...(routing === 'BGP' ? { bgp: bgpOf(tunnel) } : {}),
  };
}

function routingOf(root: Element): CustomerGatewayConfiguration['routing'] {
  if (all(root, 'vpn_connection_attributes').length === 0) return 'BGP';
  textAt(root, 'vpn_connection_attributes', /^NoBGPVPNConnection$/);
  return 'Static';
}

/** Throws a Failure, class Invalid, that names the first element that is missing, empty or unknown, and never says what stands in it. */
export function parseCustomerGatewayConfiguration(xml: string): CustomerGatewayConfiguration {
  const root = read(xml);
  const connectionID = root.attributes['id'];
  if (typeof connectionID !== 'string' || !/^vpn-[0-9a-f]{8,17}$/.test(connectionID))
    throw unreadable('vpn_connection has no id');
  textAt(root, 'vpn_connection_type', /^ipsec\.1$/);
  const routing = routingOf(root);
  const tunnels = all(root, 'ipsec_tunnel').map((tunnel) => tunnelOf(tunnel, routing));
  const byAddress = new Map(tunnels.map((tunnel) => [tunnel.outsideIP, tunnel]));
  if (tunnels.length !== 2 || byAddress.size !== 2) throw unreadable('there are not two tunnels');
  return { connectionID, routing, tunnels: byAddress };
}
