// SPDX-License-Identifier: GPL-3.0-or-later
/** A SiteVpn's worlds without what differs from run to run: generated ids, addresses and keys, times, and how often things were made. */
import type { NetworkView } from '../../../src/simulator/aws/ec2/view.ts';
import { account, region, type Worlds } from '../worlds.ts';
import { decoded, type SecretObject } from './canary.ts';
import { sitePicture } from './vpn-site.ts';

export interface VpnObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly finalizers?: readonly string[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly managementPolicy?: string;
    readonly deletionPolicy?: string;
    readonly site: { readonly publicIP: string };
    readonly readiness?: { readonly tunnelsUp?: number };
    readonly telemetry?: { readonly intervalSeconds?: number };
    readonly device?: { readonly secretRef: { readonly name: string } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
    readonly begun?: readonly { readonly key: string }[];
    readonly tunnelsUp?: string;
    readonly tunnels?: readonly { readonly name: string; readonly state: string }[];
    readonly plan?: { readonly hash?: string };
    readonly blockedBy?: readonly { readonly kind: string; readonly id: string }[];
    readonly drift?: readonly { readonly path: string; readonly want: string; readonly have: string }[];
    readonly device?: { readonly secretName: string };
    readonly approved?: unknown;
  };
}

export interface OwnedSecret extends SecretObject {
  readonly metadata: {
    readonly name: string;
    readonly ownerReferences?: readonly { readonly uid: string; readonly name: string }[];
  };
  readonly type?: string;
}

export function vpnIn(worlds: Worlds): VpnObject | undefined {
  return worlds.kube.objects('sitevpns')[0] as unknown as VpnObject | undefined;
}

export function secretsIn(worlds: Worlds): readonly OwnedSecret[] {
  return worlds.kube.objects('secrets', 'default');
}

export function networkIn(worlds: Worlds): NetworkView {
  return worlds.aws.account(account).network(region);
}

const ids = /\b(vgw|cgw|vpn|rtb|vpc)-[0-9a-f]{8,17}\b/g;

/** What was generated, by its kind: two runs make the same things, under other names. */
export function nameless(worlds: Worlds, text: string): string {
  const uids = worlds.kube.objects('sitevpns').map(({ metadata }) => metadata.uid);
  const tunnels = networkIn(worlds).vpnConnections.flatMap((one) => one.tunnels);
  const addresses = tunnels.map(({ outsideIP }) => outsideIP);
  const inside = tunnels.map(({ insideCidr }) => insideCidr);
  const generated: (readonly [string, string])[] = [
    ...uids.map((uid) => [uid, '<uid>'] as const),
    ...addresses.map((ip) => [ip, '<outside>'] as const),
    ...inside.map((cidr) => [cidr, '<inside>'] as const),
  ];
  return generated
    .reduce((words, [found, name]) => words.replaceAll(found, name), text)
    .replace(ids, '<$1>')
    .replace(/(approve=|"hash":"|approved":"|digest":")[0-9a-f]{16}/g, '$1<hash>');
}

function secretPicture(worlds: Worlds, secret: OwnedSecret): unknown {
  const { metadata, type, data = {} } = secret;
  const keys = networkIn(worlds)
    .vpnConnections.filter(({ state }) => state !== 'deleting')
    .flatMap(({ tunnels }) => tunnels)
    .filter(({ outsideIP }) => data[`${outsideIP}.psk`] !== undefined);
  return {
    name: metadata.name,
    type,
    owners: (metadata.ownerReferences ?? []).map(({ name }) => name),
    files: Object.keys(data).filter((name) => !name.endsWith('.psk')),
    keys: keys.length,
    theKeys: keys.every(({ outsideIP, psk }) => decoded(secret, `${outsideIP}.psk`) === psk),
  };
}

function objectPicture({ metadata, spec, status = {} }: VpnObject): unknown {
  return {
    name: metadata.name,
    finalizers: metadata.finalizers ?? [],
    annotations: metadata.annotations ?? {},
    deleting: metadata.deletionTimestamp !== undefined,
    spec,
    current: status.observedGeneration === metadata.generation,
    conditions: (status.conditions ?? []).map(({ type, status: is, reason, message }) => ({
      type,
      is,
      reason,
      message,
    })),
    begun: (status.begun ?? []).map(({ key }) => key),
    tunnelsUp: status.tunnelsUp,
    drift: (status.drift ?? []).map(({ path, want, have }) => ({ path, want, have })),
    approved: status.approved !== undefined,
    blockedBy: (status.blockedBy ?? []).map(({ kind, id }) => ({ kind, id })),
    secret: status.device?.secretName,
  };
}

/** The devices have dialled, and the status has it. */
export function tunnelsTold(worlds: Worlds): boolean {
  const { metadata, status = {} } = vpnIn(worlds) ?? {};
  const ours = networkIn(worlds).vpnConnections.filter(({ tags }) => tags['hybridcloud.dev/owner'] === metadata?.uid);
  if (!metadata || metadata.deletionTimestamp !== undefined || ours.length === 0) return true;
  return ours.every(({ tunnels }) => tunnels.every((one) => one.status === 'UP')) && status.tunnelsUp === '2/2';
}

/** In an order that no id decides. */
function sorted(list: readonly unknown[]): unknown[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

export function vpnPicture(worlds: Worlds): unknown {
  const { routeTables, vpnGateways, customerGateways, vpnConnections } = networkIn(worlds);
  const object = vpnIn(worlds);
  const hide = (value: unknown) => JSON.parse(nameless(worlds, JSON.stringify(value))) as unknown;
  const living = (state: string) => state !== 'deleting' && state !== 'deleted';
  return hide({
    tables: routeTables.map(({ routes, propagating, tags }) => ({ routes: sorted(routes), propagating, tags })),
    gateways: sorted(
      vpnGateways
        .filter(({ state }) => living(state))
        .map(({ asn, attachment, tags }) => ({ asn, attached: attachment?.state, tags })),
    ),
    customerGateways: sorted(
      customerGateways.filter(({ state }) => living(state)).map(({ ip, asn, tags }) => ({ ip, asn, tags })),
    ),
    connections: sorted(
      vpnConnections
        .filter(({ state }) => living(state))
        .map(({ state, staticRoutesOnly, localCidr, remoteCidr, tags, routes, tunnels }) => ({
          state,
          staticRoutesOnly,
          localCidr,
          remoteCidr,
          tags,
          routes: sorted(routes),
          tunnels: sorted(tunnels.map(({ settings, status }) => ({ settings, status }))),
        })),
    ),
    site: sitePicture(worlds),
    secrets: sorted(secretsIn(worlds).map((secret) => secretPicture(worlds, secret))),
    object: object && objectPicture(object),
  });
}
