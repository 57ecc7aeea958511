// SPDX-License-Identifier: GPL-3.0-or-later
/** What a connection looks like once a step on it is done. AWS is at it for a while after most of them: `pending`. Pure. */
import type { Tunnel, VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import { ownerTag } from '../../core/owner-mark.ts';
import { shown } from '../shown.ts';
import { edited, retagged, untagged } from './edits.ts';
import { isLive } from './marks.ts';
import type { KeyFound, Observed } from './observed.ts';
import { sameOptions } from './tunnels.ts';
import type { ConnectionStep } from './steps.ts';

type Creation = Extract<ConnectionStep, { do: 'CreateVpnConnection' }>;
type Modification = Extract<ConnectionStep, { do: 'ModifyTunnel' }>;

/** AWS chooses them; nobody knows them before. */
const outside = ['<outside address 1>', '<outside address 2>'] as const;

function afterCreate(world: Observed, step: Creation): Observed {
  const { connections } = world;
  const { gateway, customerGateway, staticRoutesOnly, localCIDR, remoteCIDR, options, own, tags } = step;
  const there = connections.find((one) => isLive(one) && one.tags[ownerTag] === tags[ownerTag]);
  if (there) return shown(world, there);
  const tunnels: Tunnel[] = outside.map((outsideIP, index) => {
    const { insideCIDR } = own[index] ?? {};
    const telemetry = { status: 'DOWN', message: '', acceptedRoutes: 0 } as const;
    return { outsideIP, ...(insideCIDR === undefined ? {} : { insideCIDR }), options, telemetry };
  });
  const made: VpnConnection = {
    id: '<VPN connection>',
    state: 'pending',
    gateway,
    customerGateway,
    staticRoutesOnly,
    localCIDR,
    remoteCIDR,
    routes: [],
    tunnels,
    tags,
  };
  const on = (index: 0 | 1): KeyFound => ({ found: 'here', on: [outside[index]] });
  const keys = {
    ...(own[0].presharedKeySecret === undefined ? {} : { tunnel1: on(0) }),
    ...(own[1].presharedKeySecret === undefined ? {} : { tunnel2: on(1) }),
  };
  return { ...world, connections: [...connections, made], keys: { ...world.keys, ...keys } };
}

/** The tunnel falls, and comes up again by itself where the site has the right options. */
function modified(tunnel: Tunnel, { options, insideCIDR }: Modification): Tunnel {
  const telemetry = { ...tunnel.telemetry, status: 'DOWN', acceptedRoutes: 0 } as const;
  return { ...tunnel, options, ...(insideCIDR === undefined ? {} : { insideCIDR }), telemetry };
}

function shows(world: Observed, tunnel: Tunnel, step: Modification): boolean {
  const key = world.keys[step.tunnel];
  const keyed = step.presharedKeySecret === undefined || (key?.found === 'here' && key.on.includes(step.outsideIP));
  const inside = step.insideCIDR === undefined || step.insideCIDR === tunnel.insideCIDR;
  return keyed && inside && sameOptions(tunnel.options, step.options);
}

function afterModify(world: Observed, step: Modification): Observed {
  const { outsideIP, tunnel: name } = step;
  const connections = edited(world.connections, step.connection, (one) => {
    const tunnel = one.tunnels.find((found) => found.outsideIP === outsideIP);
    if (!tunnel || shows(world, tunnel, step)) return one;
    const tunnels = one.tunnels.map((found) => (found === tunnel ? modified(found, step) : found));
    return { ...one, state: 'pending' as const, tunnels };
  });
  if (connections === world.connections) return world;
  const { files } = world;
  const rekeyed = step.presharedKeySecret !== undefined;
  const before = world.keys[name];
  const on = before?.found === 'here' ? before.on : [];
  return {
    ...world,
    connections,
    ...(rekeyed ? { keys: { ...world.keys, [name]: { found: 'here', on: [...on, outsideIP].toSorted() } } } : {}),
    ...(rekeyed && files.found === 'ours' ? { files: { ...files, intact: false } } : {}),
  };
}

function onOne(one: VpnConnection, step: Exclude<ConnectionStep, Creation | Modification>): VpnConnection {
  switch (step.do) {
    case 'AdoptVpnConnection':
    case 'TagVpnConnection':
      return retagged<VpnConnection>(step.tags)(one);
    case 'ReleaseVpnConnection':
      return untagged<VpnConnection>(step.tags)(one);
    case 'MoveVpnConnection': {
      const { customerGateway } = step;
      return one.customerGateway === customerGateway ? one : { ...one, customerGateway, state: 'pending' };
    }
    case 'SetTrafficSelectors': {
      const { localCIDR, remoteCIDR } = step;
      const there = one.localCIDR === localCIDR && one.remoteCIDR === remoteCIDR;
      return there ? one : { ...one, localCIDR, remoteCIDR, state: 'pending' };
    }
    case 'CreateStaticRoute': {
      const { cidr } = step;
      if (one.routes.some((route) => route.cidr === cidr)) return one;
      return { ...one, routes: [...one.routes, { cidr, state: 'available' }] };
    }
    case 'DeleteStaticRoute': {
      const routes = one.routes.filter(({ cidr }) => cidr !== step.cidr);
      return routes.length === one.routes.length ? one : { ...one, routes };
    }
    case 'DeleteVpnConnection':
      return one.state === 'deleting' ? one : { ...one, state: 'deleting' };
  }
}

export function afterConnection(world: Observed, step: ConnectionStep): Observed {
  if (step.do === 'CreateVpnConnection') return afterCreate(world, step);
  if (step.do === 'ModifyTunnel') return afterModify(world, step);
  const connections = edited(world.connections, step.connection, (one) => onOne(one, step));
  return connections === world.connections ? world : { ...world, connections };
}
