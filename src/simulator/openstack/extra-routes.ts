// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The rules of extra routes: https://docs.openstack.org/api-ref/network/v2/#add-extra-routes-to-router, with the messages and the order
 * of checks as the real service showed them (test/contract/openstack).
 */
import { BlockList, isIPv4 } from 'node:net';
import { networkError, type Refusal } from './reply.ts';
import type { ExtraRoute, Port, Subnet } from './state.ts';

interface At {
  readonly router: string;
  readonly maxRoutes: number;
  readonly ports: readonly Port[];
  readonly subnets: ReadonlyMap<string, Subnet>;
}

function same(a: ExtraRoute, b: ExtraRoute): boolean {
  return a.destination === b.destination && a.nexthop === b.nexthop;
}

/** By their text: one that is there already is not made again, and another next hop is another route. */
export function withRoutes(old: readonly ExtraRoute[], add: readonly ExtraRoute[]): readonly ExtraRoute[] {
  const routes = [...old];
  for (const { destination, nexthop } of add)
    if (!routes.some((one) => same(one, { destination, nexthop }))) routes.push({ destination, nexthop });
  return routes;
}

/** What is not there is no error. */
export function withoutRoutes(old: readonly ExtraRoute[], remove: readonly ExtraRoute[]): readonly ExtraRoute[] {
  return old.filter((one) => !remove.some((other) => same(one, other)));
}

/** An address is a prefix of length 32. */
function isPrefix(text: string): boolean {
  const [address = '', length = '32', ...more] = text.split('/');
  return more.length === 0 && isIPv4(address) && /^([12]?[0-9]|3[0-2])$/.test(length);
}

/** As Python prints a list. */
function shown(routes: readonly ExtraRoute[]): string {
  const all = routes.map(({ destination, nexthop }) => `{'destination': '${destination}', 'nexthop': '${nexthop}'}`);
  return `[${all.join(', ')}]`;
}

function holds({ cidr }: Subnet, address: string): boolean {
  const [network = '', length = ''] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(length));
  return list.check(address);
}

function nextHopTrouble({ ports, subnets }: At, nexthop: string): string | undefined {
  const connected = ports.some(({ subnet }) => {
    const known = subnets.get(subnet);
    return known !== undefined && holds(known, nexthop);
  });
  if (!connected) return 'the nexthop is not connected with router';
  return ports.some(({ address }) => address === nexthop) ? 'the nexthop is used by router' : undefined;
}

/** What is wrong with these routes as a whole, or `undefined`. */
export function refusalOf(at: At, routes: readonly ExtraRoute[]): Refusal | undefined {
  if (routes.length > at.maxRoutes)
    return networkError(
      400,
      'RoutesExhausted',
      `Unable to complete operation for ${at.router}. The number of routes exceeds the maximum ${at.maxRoutes}.`,
    );
  for (const { nexthop } of routes) {
    if (!isIPv4(nexthop))
      return networkError(400, 'AddrFormatError', `failed to detect a valid IP address from '${nexthop}'`);
    const trouble = nextHopTrouble(at, nexthop);
    if (trouble) return networkError(400, 'InvalidRoutes', `Invalid format for routes: ${shown(routes)}, ${trouble}`);
  }
  const wrong = routes.find(({ destination }) => !isPrefix(destination));
  return wrong && networkError(400, 'AddrFormatError', `invalid IPNetwork ${wrong.destination}`);
}

/** Whether a route leads over this subnet. */
export function needs(routes: readonly ExtraRoute[], subnet: Subnet): boolean {
  return routes.some(({ nexthop }) => holds(subnet, nexthop));
}
