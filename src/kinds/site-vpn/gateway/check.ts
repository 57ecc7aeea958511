// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The one door to the renderers: every value is of its type, or nothing is rendered. A value that passes holds no quote, space, control
 * character or anything else that a configuration file's grammar knows, so no renderer has to escape.
 */
import { cidr, ipv4 } from './address.ts';
import type { GatewayModel, GatewayTunnel, Phase } from './model.ts';
import { refusal } from './refusal.ts';

/** Reserved by AWS (EC2 API, CreateVpnConnection, TunnelInsideCidr). */
const reservedInside = new Set([...[0, 1, 2, 3, 4, 5].map((third) => `169.254.${third}.0/30`), '169.254.169.252/30']);

type Check = (field: string, value: unknown) => void;

function must(holds: boolean, field: string, rule: string): void {
  if (!holds) throw refusal(`${field} must be ${rule}. Correct it.`);
}

const address: Check = (field, value) =>
  must(typeof value === 'string' && ipv4(value) !== undefined, field, 'an IPv4 address');

const network: Check = (field, value) =>
  must(typeof value === 'string' && cidr(value) !== undefined, field, 'an IPv4 CIDR without host bits');

function integer(low: number, high: number): Check {
  const holds = (value: unknown) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
  return (field, value) => must(holds(value), field, `an integer from ${low} to ${high}`);
}

function text(pattern: RegExp, rule: string): Check {
  return (field, value) => must(typeof value === 'string' && pattern.test(value), field, rule);
}

function oneOf(...values: readonly string[]): Check {
  return (field, value) => must(typeof value === 'string' && values.includes(value), field, values.join(' or '));
}

const asn = integer(1, 4_294_967_295);

function networks(field: string, value: unknown): void {
  must(Array.isArray(value) && value.length > 0 && value.length <= 100, field, 'a list of 1 to 100 CIDRs');
  const list = value as readonly unknown[];
  for (const [index, item] of list.entries()) network(`${field}[${index}]`, item);
  must(new Set(list).size === list.length, field, 'free of duplicates');
}

function phase(field: string, value: Phase, longest: number): void {
  oneOf('AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16')(`${field}.encryption`, value.encryption);
  oneOf('SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512')(`${field}.integrity`, value.integrity);
  integer(900, longest)(`${field}.lifetimeSeconds`, value.lifetimeSeconds);
  const { dhGroup } = value;
  const known = dhGroup === 2 || dhGroup === 5 || (dhGroup >= 14 && dhGroup <= 24);
  must(Number.isInteger(dhGroup) && known, `${field}.dhGroup`, '2, 5 or 14 to 24');
}

function inside(field: string, tunnel: GatewayTunnel): void {
  network(`${field}.insideCIDR`, tunnel.insideCIDR);
  const net = cidr(tunnel.insideCIDR);
  const good = net?.prefix === 30 && tunnel.insideCIDR.startsWith('169.254.') && !reservedInside.has(tunnel.insideCIDR);
  must(good, `${field}.insideCIDR`, 'a /30 in 169.254.0.0/16 that AWS does not reserve');
  const ends = [tunnel.awsInsideIP, tunnel.customerInsideIP];
  const hosts = net && [net.first + 1, net.first + 2];
  for (const [index, name] of ['awsInsideIP', 'customerInsideIP'].entries()) {
    address(`${field}.${name}`, ends[index]);
    must(hosts?.includes(ipv4(ends[index] ?? '') ?? 0) === true, `${field}.${name}`, 'a host of insideCIDR');
  }
  must(ends[0] !== ends[1], `${field}.customerInsideIP`, 'another address than awsInsideIP');
}

function checkTunnel(field: string, tunnel: GatewayTunnel, routing: GatewayModel['routing']): void {
  address(`${field}.outsideIP`, tunnel.outsideIP);
  inside(field, tunnel);
  text(/^(?!0)[A-Za-z0-9._]{8,64}$/, '8 to 64 letters, digits, periods and underscores, not beginning with 0')(
    `${field}.presharedKey`,
    tunnel.presharedKey,
  );
  oneOf('ikev1', 'ikev2')(`${field}.ikeVersion`, tunnel.ikeVersion);
  phase(`${field}.phase1`, tunnel.phase1, 28_800);
  phase(`${field}.phase2`, tunnel.phase2, 3600);
  must(tunnel.phase1.dhGroup !== 5, `${field}.phase1.dhGroup`, 'another than 5, which AWS has for phase 2 only');
  const gcm = tunnel.ikeVersion === 'ikev1' && /GCM/.test(tunnel.phase1.encryption);
  must(!gcm, `${field}.phase1.encryption`, 'AES128 or AES256 with ikev1: GCM in phase 1 needs ikev2 (RFC 5282)');
  integer(1, 3600)(`${field}.dpd.intervalSeconds`, tunnel.dpd.intervalSeconds);
  integer(1, 3600)(`${field}.dpd.timeoutSeconds`, tunnel.dpd.timeoutSeconds);
  integer(536, 1460)(`${field}.mss`, tunnel.mss);
  if (routing === 'Static' && tunnel.bgp === undefined) return;
  asn(`${field}.bgp.asn`, tunnel.bgp?.asn);
  integer(3, 65_535)(`${field}.bgp.holdSeconds`, tunnel.bgp?.holdSeconds);
}

/** Throws a Failure, class Invalid, that names the first field that is not of its type. */
export function check(model: GatewayModel): void {
  text(/^vpn-[0-9a-f]{8,17}$/, 'the id of a VPN connection')('connectionID', model.connectionID);
  oneOf('Static', 'BGP')('routing', model.routing);
  address('site.publicIP', model.site.publicIP);
  if (model.site.localIP !== undefined) address('site.localIP', model.site.localIP);
  networks('site.cidrs', model.site.cidrs);
  networks('vpc.cidrs', model.vpc.cidrs);
  must(
    model.vpc.cidrs.every((item) => cidr(item)?.prefix !== 0),
    'vpc.cidrs',
    'narrower than all of the Internet',
  );
  network('selectors.site', model.selectors.site);
  network('selectors.vpc', model.selectors.vpc);
  if (model.routing === 'BGP' || model.site.asn !== undefined) asn('site.asn', model.site.asn);
  must(Array.isArray(model.tunnels) && model.tunnels.length === 2, 'tunnels', 'two');
  for (const [index, tunnel] of model.tunnels.entries()) checkTunnel(`tunnels[${index}]`, tunnel, model.routing);
  for (const field of ['outsideIP', 'insideCIDR'] as const)
    must(model.tunnels[0][field] !== model.tunnels[1][field], `tunnels[1].${field}`, 'another than that of tunnels[0]');
}
