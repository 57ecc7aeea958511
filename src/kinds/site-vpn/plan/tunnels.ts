// SPDX-License-Identifier: GPL-3.0-or-later
/** Changes of tunnels: all of one in one go, one after the other, and one that carries traffic only while the other does, too, or a person takes it. Pure. */
import type { VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import { mayDisrupt } from '../../../core/maintenance.ts';
import { howToAllow } from '../disruption.ts';
import type { ConnectionStep } from '../steps.ts';
import { isUp, namedTunnels, ownOptions, optionsFor, sameOptions, type Named } from '../tunnels.ts';
import { done, waiting, type Context, type Part } from './part.ts';
import { titleOf } from './connection.ts';

/** The change that this tunnel needs. */
function change({ name, tunnel }: Named, context: Context, connection: VpnConnection): ConnectionStep | undefined {
  const { spec, observed } = context;
  const options = optionsFor(spec, tunnel);
  const { insideCIDR, presharedKeySecret } = ownOptions(spec, name);
  const key = observed.keys[name];
  const keyed = presharedKeySecret === undefined || key?.found !== 'here' || key.on.includes(tunnel.outsideIP);
  const inside = insideCIDR === undefined || insideCIDR === tunnel.insideCIDR;
  if (keyed && inside && sameOptions(options, tunnel.options)) return undefined;
  return {
    do: 'ModifyTunnel',
    effect: 'update',
    target: `${name} of ${titleOf(context)}`,
    connection: connection.id,
    tunnel: name,
    outsideIP: tunnel.outsideIP,
    options,
    ...(inside ? {} : { insideCIDR }),
    ...(keyed ? {} : { presharedKeySecret }),
    ...(isUp(tunnel, connection) ? ({ risk: 'disrupts' } as const) : {}),
    // a second one, sent because the first does not show yet, would take the tunnel down again
    once: `tunnel:${tunnel.outsideIP}`,
  };
}

export function planTunnels(context: Context, connection: VpnConnection): Part {
  const both = namedTunnels(context.spec, context.observed, connection);
  const up = ({ tunnel }: Named) => isUp(tunnel, connection);
  const pending = both.flatMap((one) => {
    const step = change(one, context, connection);
    const other = both.find(({ name }) => name !== one.name);
    return step && other ? [{ one, other, step }] : [];
  });
  // what is down loses nothing
  if (context.withholds)
    return {
      steps: pending
        .filter(({ one }) => !up(one))
        .map(({ step }) => step)
        .slice(0, 1),
    };
  const next = pending.find(({ one }) => !up(one)) ?? pending.find(({ other }) => up(other));
  if (next) return { steps: [next.step] };
  const [held] = pending;
  if (!held) return done();
  if (mayDisrupt(context.annotations, context.observed.now)) return { steps: [held.step] };
  const { one, other } = held;
  const hold = waiting(
    'OtherTunnelDown',
    `${one.name} has to be changed, which interrupts it, and ${other.name} (${other.tunnel.outsideIP}) carries no traffic: bring that up first; or, to have it changed now, ${howToAllow}`,
    { happens: 'TunnelUp', id: other.tunnel.outsideIP },
  );
  // a person may be at it for days
  return done({ ...hold, lookAgainAfterMs: context.spec.telemetry.intervalSeconds * 1000 });
}

/** With static routing: one for each of site.cidrs, and no others, as the connection is ours. */
export function planStaticRoutes(context: Context, connection: VpnConnection): Part {
  if (!connection.staticRoutesOnly) return done();
  const { spec } = context;
  const on = (cidr: string) =>
    ({ target: `static route ${cidr} of ${titleOf(context)}`, connection: connection.id, cidr }) as const;
  const leaving = connection.routes.find(({ cidr, state }) => state === 'deleting' && spec.site.cidrs.includes(cidr));
  const have = new Map(connection.routes.map((route) => [route.cidr, route]));
  const steps: ConnectionStep[] = [
    ...spec.site.cidrs
      .filter((cidr) => !have.has(cidr))
      .toSorted()
      .map((cidr) => ({ do: 'CreateStaticRoute', effect: 'create', ...on(cidr) }) as const),
    ...connection.routes
      .filter(({ cidr, state }) => !spec.site.cidrs.includes(cidr) && state !== 'deleting')
      .map(({ cidr }) => cidr)
      .toSorted()
      .map((cidr) => ({ do: 'DeleteStaticRoute', effect: 'delete', ...on(cidr), risk: 'disrupts' }) as const),
  ];
  if (steps.length > 0) return { steps };
  if (leaving)
    return done(
      waiting('StaticRouteDeleting', `The static route ${leaving.cidr} is being deleted, and made again then`, {
        happens: 'StaticRouteDeleted',
        id: leaving.cidr,
      }),
    );
  const coming = connection.routes.find(({ state }) => state === 'pending');
  if (!coming) return done();
  return done(
    waiting('StaticRoutePending', `The static route ${coming.cidr} is being made`, {
      happens: 'StaticRouteAvailable',
      id: coming.cidr,
    }),
  );
}
