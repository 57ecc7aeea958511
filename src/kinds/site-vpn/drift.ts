// SPDX-License-Identifier: GPL-3.0-or-later
/** What is not as the spec says, setting by setting, in words for people. Pure. */
import type { SiteVpnSpec, SiteVpnStatus } from '../../api/site-vpn.ts';
import type { CustomerGateway, Phase, TunnelOptions, VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import type { Difference } from '../../core/drift.ts';
import { ignores } from '../../core/ignoring.ts';
import type { Desired } from '../../core/kind.ts';
import { isLive, isMine } from './marks.ts';
import type { Observed } from './observed.ts';
import { routerDrift } from './openstack/facts.ts';
import { connectionFor } from './plan/connection.ts';
import type { Context } from './plan/part.ts';
import { chosen } from './plan/tables.ts';
import { pushDrift } from './push/facts.ts';
import { namedTunnels, ownOptions, optionsFor, sameOptions, type Named } from './tunnels.ts';

const nothing = 'none';

/** Of what is ours, or named to become it; nobody else's settings are told. */
export function drift(
  { spec, name, annotations, last, absent }: Desired<SiteVpnSpec, SiteVpnStatus>,
  observed: Observed,
): readonly Difference[] {
  if (absent) return [];
  const context: Context = { spec, observed, name, annotations, last };
  const connection = connectionFor(context);
  // it takes minutes to make another
  const wasThere = last.vpnConnectionID !== undefined || last.drift?.some(({ path }) => path === 'connection');
  if (!connection) return wasThere ? [{ path: 'connection', want: spec.connection.name ?? name, have: 'absent' }] : [];
  return [
    ...connectionDrift(context, connection),
    ...routeDrift(context, connection),
    ...namedTunnels(spec, observed, connection).flatMap((one) => tunnelDrift(context, one)),
    ...tableDrift(context, connection),
    ...pushDrift(context, connection),
    ...routerDrift(context),
  ].filter(({ want, have }) => want !== have);
}

function connectionDrift({ spec, observed, name }: Context, connection: VpnConnection): Difference[] {
  const customer = observed.customerGateways.find(({ id }) => id === connection.customerGateway);
  const { owner } = observed;
  return [
    ...(isMine(connection, owner) ? [] : [{ path: 'connection.owner', want: owner.object, have: 'another' }]),
    ...(ignores(spec, 'connection.name')
      ? []
      : [
          {
            path: 'connection.name',
            want: spec.connection.name ?? name,
            have: connection.tags['Name'] ?? nothing,
          },
        ]),
    { path: 'connection.localCIDR', want: spec.connection.localCIDR, have: connection.localCIDR },
    { path: 'connection.remoteCIDR', want: spec.connection.remoteCIDR, have: connection.remoteCIDR },
    { path: 'routing', want: spec.routing, have: connection.staticRoutesOnly ? 'Static' : 'BGP' },
    ...(customer ? siteDrift(spec, customer, name) : []),
  ];
}

function siteDrift(spec: SiteVpnSpec, { ip, asn, tags }: CustomerGateway, name: string): Difference[] {
  const { site } = spec;
  return [
    { path: 'site.publicIP', want: site.publicIP, have: ip ?? nothing },
    ...(ignores(spec, 'site.name')
      ? []
      : [{ path: 'site.name', want: site.name ?? name, have: tags['Name'] ?? nothing }]),
    ...(site.bgpASN === undefined ? [] : [{ path: 'site.bgpASN', want: String(site.bgpASN), have: String(asn) }]),
  ];
}

function routeDrift({ spec }: Context, { staticRoutesOnly, routes }: VpnConnection): Difference[] {
  if (!staticRoutesOnly || spec.routing !== 'Static') return [];
  const have = routes.filter(isLive).map(({ cidr }) => cidr);
  return [{ path: 'site.cidrs', want: list(spec.site.cidrs), have: list(have) }];
}

function list(values: readonly (string | number)[]): string {
  return values.length === 0 ? nothing : values.map(String).toSorted().join(', ');
}

function phaseDrift(path: string, want: Phase, have: Phase): Difference[] {
  return [
    { path: `${path}.encryption`, want: list(want.encryption), have: list(have.encryption) },
    { path: `${path}.integrity`, want: list(want.integrity), have: list(have.integrity) },
    { path: `${path}.dhGroups`, want: list(want.dhGroups), have: list(have.dhGroups) },
    { path: `${path}.lifetimeSeconds`, want: String(want.lifetimeSeconds), have: String(have.lifetimeSeconds) },
  ];
}

function optionsDrift(path: string, want: TunnelOptions, have: TunnelOptions): Difference[] {
  if (sameOptions(want, have)) return [];
  const plain = [
    'rekeyMarginSeconds',
    'rekeyFuzzPercent',
    'replayWindowPackets',
    'dpdTimeoutSeconds',
    'dpdTimeoutAction',
    'startupAction',
  ] as const;
  const inSpec: Readonly<Record<string, string>> = { dpdTimeoutAction: 'dpdAction', startupAction: 'startup' };
  return [
    { path: `${path}.ikeVersions`, want: list(want.ikeVersions), have: list(have.ikeVersions) },
    ...phaseDrift(`${path}.phase1`, want.phase1, have.phase1),
    ...phaseDrift(`${path}.phase2`, want.phase2, have.phase2),
    ...plain.map((option) => ({
      path: `${path}.${inSpec[option] ?? option}`,
      want: String(want[option]),
      have: String(have[option]),
    })),
  ];
}

function tunnelDrift({ spec, observed }: Context, { name, tunnel }: Named): Difference[] {
  const path = `tunnels.${name}`;
  const { insideCIDR, presharedKeySecret } = ownOptions(spec, name);
  const key = observed.keys[name];
  const keyed = key?.found !== 'here' || key.on.includes(tunnel.outsideIP);
  return [
    ...optionsDrift(path, optionsFor(spec, tunnel), tunnel.options),
    ...(insideCIDR === undefined
      ? []
      : [{ path: `${path}.insideCIDR`, want: insideCIDR, have: tunnel.insideCIDR ?? 'not told' }]),
    ...(presharedKeySecret === undefined || keyed
      ? []
      : [{ path: `${path}.presharedKeySecretRef`, want: `that of Secret ${presharedKeySecret}`, have: 'another key' }]),
  ];
}

function tableDrift({ spec, observed }: Context, { gateway }: VpnConnection): Difference[] {
  if (gateway === undefined) return [];
  return chosen(spec.routeTables, observed.tables).map(({ id, propagating, routes }) => {
    const path = `routeTables.${id}`;
    if (spec.routeTables.routes === 'Propagated')
      return { path, want: 'propagated', have: propagating.includes(gateway) ? 'propagated' : 'not propagated' };
    const have = routes
      .filter(({ target, origin }) => target === gateway && origin === 'CreateRoute')
      .map(({ destination }) => destination)
      .filter((cidr) => spec.site.cidrs.includes(cidr));
    return { path, want: list(spec.site.cidrs), have: list(have) };
  });
}
