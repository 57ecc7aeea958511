// SPDX-License-Identifier: GPL-3.0-or-later
/** What of a VPN's world is whose: by marks alone, on the truth. */
import type { Worlds } from '../worlds.ts';
import { networkIn, secretsIn, vpnIn } from './vpn-picture.ts';
import { leftAtSite, othersAtSite } from './vpn-site.ts';

const ownerTag = 'hybridcloud.dev/owner';

interface Marked {
  readonly tags: Readonly<Record<string, string>>;
  readonly state: string;
}

/** There to stay, with the mark of that object; gateways with anybody's mark, as only one installation is in this world. */
export function holdings(worlds: Worlds, uid: string | undefined) {
  const { vpnGateways, customerGateways, vpnConnections } = networkIn(worlds);
  const mine = <T extends Marked>(all: readonly T[]) =>
    all.filter(({ tags, state }) => tags[ownerTag] === uid && state !== 'deleting');
  const connections = mine(vpnConnections);
  return {
    gateways: vpnGateways.filter(({ tags, state }) => tags[ownerTag] !== undefined && state !== 'deleting'),
    customerGateways: mine(customerGateways),
    connections,
    tunnels: connections.flatMap((one) => one.tunnels),
  };
}

/** Ids that the object names for adoption. */
export function named(worlds: Worlds): ReadonlySet<string> {
  return new Set((vpnIn(worlds)?.metadata.annotations?.['hybridcloud.dev/adopt'] ?? '').split(','));
}

/** Everything without a mark that nobody gave us, with the routes of others in every table, byte for byte. */
export function ofOthers(worlds: Worlds): ReadonlyMap<string, string> {
  const { routeTables, vpnGateways, customerGateways, vpnConnections } = networkIn(worlds);
  const strangers = [...vpnGateways, ...customerGateways, ...vpnConnections].filter(
    ({ tags }) => tags[ownerTag] === undefined,
  );
  return new Map([
    // states pass by themselves, and tunnels are told apart by telemetry
    ...strangers.map((one) => [one.id, JSON.stringify({ ...one, state: undefined, tunnels: undefined })] as const),
    ...routeTables.map(({ id, routes, tags }) => {
      const theirs = routes.filter(({ target }) => !target.startsWith('vgw-'));
      return [id, JSON.stringify([tags, theirs])] as const;
    }),
    ...othersAtSite(worlds),
    ...secretsIn(worlds)
      .filter(({ metadata }) => !metadata.ownerReferences?.length)
      .map((secret) => [`secret ${secret.metadata.name}`, JSON.stringify(secret.data)] as const),
  ]);
}

/** What a deletion should have taken. */
export function leftOver(worlds: Worlds, uid: string | undefined): string[] {
  const { gateways, customerGateways, connections } = holdings(worlds, uid);
  const ways = networkIn(worlds).routeTables.filter(
    ({ propagating, routes }) =>
      propagating.length > 0 ||
      routes.some(({ target, origin }) => target.startsWith('vgw-') && origin === 'CreateRoute'),
  );
  const ofUs = secretsIn(worlds).filter(({ metadata }) => metadata.ownerReferences?.length);
  return [
    ...(vpnIn(worlds) ? ['the object'] : []),
    ...[...gateways, ...customerGateways, ...connections].map(({ id }) => id),
    ...ways.map(({ id }) => `ways in ${id}`),
    ...ofUs.map(() => 'the Secret'),
    ...leftAtSite(worlds),
  ];
}

/** The delivered files have the keys of both tunnels, as AWS has them. */
export function holdsBothKeys(worlds: Worlds, uid: string | undefined, name: string | undefined): boolean {
  const secret = secretsIn(worlds).find(({ metadata }) => metadata.name === name);
  const { tunnels } = holdings(worlds, uid);
  const keyOf = (ip: string) => Buffer.from(secret?.data?.[`${ip}.psk`] ?? '', 'base64').toString();
  return tunnels.length === 2 && tunnels.every(({ outsideIP, psk }) => keyOf(outsideIP) === psk);
}
