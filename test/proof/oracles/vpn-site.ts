// SPDX-License-Identifier: GPL-3.0-or-later
/** What of a SiteVpn is at the site, on the truth: records of the firewall by their mark, routes of the router. */
import type { Worlds } from '../worlds.ts';

/** A route of others, which the scenarios put there. */
export const theirRoute = { destination: '10.99.0.0/16', nexthop: '192.168.0.99' };

const kinds = ['key', 'connection', 'local', 'remote', 'child', 'vti', 'gateway', 'route'] as const;

interface Found {
  readonly kind: (typeof kinds)[number];
  readonly uuid: string;
  readonly fields: Readonly<Record<string, string>>;
}

function records({ sites: { opnsense } }: Worlds): readonly Found[] {
  return kinds.flatMap((kind) => [...opnsense.records(kind)].map(([uuid, fields]) => ({ kind, uuid, fields })));
}

function isMarked({ fields: { description, descr } }: Found): boolean {
  return (description ?? descr ?? '').includes('hybridcloud');
}

const isTheirs = ({ destination }: { readonly destination: string }) => destination === theirRoute.destination;

/** Without a mark, byte for byte. */
export function othersAtSite(worlds: Worlds): readonly (readonly [string, string])[] {
  return [
    ...records(worlds)
      .filter((one) => !isMarked(one))
      .map(({ kind, uuid, fields }) => [`${kind} ${uuid} of the firewall`, JSON.stringify(fields)] as const),
    ['routes of others at the router', JSON.stringify(worlds.sites.router.routes().filter(isTheirs))],
  ];
}

/** With our mark, or a route to the VPC; what is in effect counts like what is saved. */
export function leftAtSite(worlds: Worlds): string[] {
  const { opnsense, router } = worlds.sites;
  const { ipsec, routes } = opnsense.applied;
  const marked = records(worlds).filter(isMarked);
  const inEffect =
    ipsec === 'stopped' ? [] : [...ipsec.connection.keys()].filter((uuid) => !opnsense.records('connection').has(uuid));
  return [
    ...marked.map(({ kind }) => `a ${kind} on the firewall`),
    ...inEffect.map(() => 'a connection in effect on the firewall'),
    ...[...routes.keys()]
      .filter((network) => network === '10.26.0.0/16')
      .map(() => 'a route in effect on the firewall'),
    ...router
      .routes()
      .filter((one) => !isTheirs(one))
      .map(({ destination }) => `a route to ${destination} at the router`),
  ];
}

/** More than one of a kind for each tunnel, or for a prefix and a next hop. */
export function twiceAtSite(worlds: Worlds): boolean {
  const marked = records(worlds).filter(isMarked);
  const many = kinds.some((kind) => marked.filter((one) => one.kind === kind).length > 2);
  const routes = worlds.sites.router.routes().map(({ destination, nexthop }) => `${destination} ${nexthop}`);
  return many || new Set(routes).size < routes.length;
}

export function secretsOfSite({ sites: { credentials } }: Worlds): readonly string[] {
  const { secret = '' } = credentials['home-opnsense'] ?? {};
  return [secret, credentials['office-openstack']?.['applicationCredentialSecret'] ?? ''];
}

export function sitePicture(worlds: Worlds): unknown {
  const { opnsense, router } = worlds.sites;
  const { ipsec, routes } = opnsense.applied;
  return {
    firewall: Object.fromEntries(kinds.map((kind) => [kind, opnsense.records(kind).size])),
    enabled: opnsense.ipsecEnabled,
    inEffect:
      ipsec === 'stopped' ? 'stopped' : [ipsec.connection.size, ipsec.child.size, ipsec.key.size, ipsec.vti.size],
    routes: [...routes.keys()].toSorted(),
    // a key that is saved and one that is in effect are the same
    keysInEffect:
      ipsec === 'stopped' ||
      [...opnsense.records('key')].every(([uuid, { Key }]) => ipsec.key.get(uuid)?.['Key'] === Key),
    router: router
      .routes()
      .map(({ destination, nexthop }) => `${destination} ${nexthop}`)
      .toSorted(),
  };
}
