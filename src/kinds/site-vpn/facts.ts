// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows. Pure. */
import type { SiteVpnSpec, SiteVpnStatus } from '../../api/site-vpn.ts';
import type { VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import type { Desired, Facts } from '../../core/kind.ts';
import { oneLine } from '../../core/one-line.ts';
import { rfc3339 } from '../../core/time.ts';
import { permissionsVerdict } from '../permissions.ts';
import { accountFact } from '../same-account.ts';
import { isLive, isMine } from './marks.ts';
import type { Observed } from './observed.ts';
import { routerFacts } from './openstack/facts.ts';
import { connectionFor } from './plan/connection.ts';
import { gatewayFor } from './plan/gateway.ts';
import type { Context } from './plan/part.ts';
import { chosen, isOurRoute } from './plan/tables.ts';
import { pushFacts } from './push/facts.ts';
import { dataPath } from './probe/told.ts';
import { isUp, namedTunnels, type Named } from './tunnels.ts';

type Verdict = NonNullable<Facts['conditions']>[number];

function tunnelFacts({ name, tunnel }: Named, staticRoutes: boolean): object {
  const { outsideIP, insideCIDR, telemetry } = tunnel;
  const { status, since, message, acceptedRoutes } = telemetry;
  return {
    name,
    outsideIP,
    ...(insideCIDR === undefined ? {} : { insideCIDR }),
    state: status === 'UP' ? 'Up' : 'Down',
    ...(since === undefined ? {} : { since: rfc3339(since) }),
    ...(message === '' ? {} : { message: oneLine(message) }),
    ...(staticRoutes ? {} : { acceptedRoutes }),
  };
}

/** Beside Ready, which one tunnel may be enough for: whether the other would take over. */
function redundancy(tunnels: readonly Named[], connection: VpnConnection): Verdict {
  const type = 'Redundant';
  const down = tunnels.filter(({ tunnel }) => !isUp(tunnel, connection));
  if (tunnels.length > 0 && down.length === 0)
    return { type, status: 'True', reason: 'BothTunnelsUp', message: 'Both tunnels carry traffic' };
  const names = down.map(({ name, tunnel }) => `${name} (${tunnel.outsideIP})`).join(' and ');
  return {
    type,
    status: 'False',
    reason: 'TunnelDown',
    message: `${names === '' ? 'No tunnel' : names} carries no traffic, so nothing would take over: look at the site's gateway`,
  };
}

/** What leads to the gateway in chosen tables, and in those that the status remembers and that still do. */
function tableFacts({ spec, observed, last }: Context, gateway: string): object[] {
  const now = new Set(chosen(spec.routeTables, observed.tables).map(({ id }) => id));
  const before = new Map((last.routeTables ?? []).map((one) => [one.id, one]));
  return observed.tables
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, propagating, routes }) => {
      const was = before.get(id);
      const mode = now.has(id) ? spec.routeTables.routes : undefined;
      const known = new Set([...(was?.cidrs ?? []), ...(mode === 'Static' ? spec.site.cidrs : [])]);
      const propagated = propagating.includes(gateway) && (was?.propagated === true || mode === 'Propagated');
      const cidrs = routes
        .filter((one) => isOurRoute(one, gateway) && known.has(one.destination))
        .map(({ destination }) => destination)
        .toSorted();
      return propagated || cidrs.length > 0 ? [{ id, propagated, cidrs }] : [];
    });
}

/** What is made for a VPC stays its own, though somebody takes its tag off or gives it to another. */
function vpcFacts({ observed: { vpcs }, last }: Context, absent: boolean): { readonly vpcID?: string } {
  const found = vpcs[0]?.id;
  const stays = absent || last.vpnGatewayID !== undefined;
  const vpcID = stays ? (last.vpcID ?? found) : (found ?? last.vpcID);
  return vpcID === undefined ? {} : { vpcID };
}

function hasOurs({ owner, connections, customerGateways }: Observed): boolean {
  return [...connections, ...customerGateways].some((one) => isLive(one) && isMine(one, owner));
}

export function facts(
  { spec, name, annotations, last, absent }: Desired<SiteVpnSpec, SiteVpnStatus>,
  observed: Observed,
): Facts {
  const context: Context = { spec, observed, name, annotations, last };
  const [vpc] = observed.vpcs;
  const connection = connectionFor(context);
  const gateway = connection?.gateway ?? (vpc && gatewayFor({ ...context, vpc })?.id);
  const tunnels = connection ? namedTunnels(spec, observed, connection) : [];
  const { files } = observed;
  const push = pushFacts(context, connection);
  return {
    fields: {
      ...accountFact(last, { account: observed.account, ours: hasOurs(observed) }),
      ...vpcFacts(context, absent),
      ...(gateway === undefined ? {} : { vpnGatewayID: gateway, routeTables: tableFacts(context, gateway) }),
      ...(connection
        ? {
            customerGatewayID: connection.customerGateway,
            vpnConnectionID: connection.id,
            tunnelsUp: `${tunnels.filter(({ tunnel }) => isUp(tunnel, connection)).length}/2`,
            tunnels: tunnels.map((one) => tunnelFacts(one, connection.staticRoutesOnly)),
            routes: connection.routes.map(({ cidr, state }) => ({ cidr, state })),
          }
        : {}),
      ...(files.found === 'ours'
        ? {
            device: {
              secretName: files.secret,
              digest: files.digest,
              deliveredAt: rfc3339(files.deliveredAt),
              ...push.fields,
            },
          }
        : {}),
      ...routerFacts(context, absent),
      ...(observed.probe ? { probe: observed.probe } : {}),
    },
    conditions: [
      ...(connection ? [redundancy(tunnels, connection), ...push.conditions] : []),
      ...dataPath(context),
      permissionsVerdict(last, observed.rights),
    ],
  };
}
