// SPDX-License-Identifier: GPL-3.0-or-later
/** Deletion, in the order that AWS takes: what leads there, the connection, the customer gateway; the last one out takes the gateway. Pure. */
import type { VpnGateway } from '../../../clouds/aws/ec2/vpn.ts';
import { ownerTag } from '../../../core/owner-mark.ts';
import { byID, gatewayOwner, isLive, isMine, markIn } from '../marks.ts';
import { absentRouters } from '../openstack/plan.ts';
import type { SiteVpnStep } from '../steps.ts';
import { deleteConnection, leavingHold } from './connection.ts';
import { deleteCustomerGateway } from './customer-gateway.ts';
import { removeFiles } from './files.ts';
import { installationsGateway } from './gateway.ts';
import { absentPush, releasePush } from '../push/absent.ts';
import { blocked, done, waiting, type Context, type Part } from './part.ts';
import { absentTables, disable, isOurRoute } from './tables.ts';

function vpcOf({ observed, last, spec }: Context): string | undefined {
  return spec.vpc.id ?? last.vpcID ?? observed.vpcs[0]?.id;
}

export function planAbsent(context: Context): Part {
  const { spec } = context;
  const vpc = vpcOf(context);
  const gateway = vpc === undefined ? undefined : installationsGateway(context.observed, vpc);
  if (spec.deletionPolicy === 'Retain') return release(context, gateway, vpc);
  const routers = absentRouters(context);
  if (routers) return routers;
  const push = absentPush(context);
  if (push.steps.length > 0 || push.hold) return push;
  const ways = leading(context);
  if (ways.length > 0) return { steps: ways };
  const connection = absentConnection(context);
  if (connection) return connection;
  const rest = absentRest(context);
  if (rest) return rest;
  // one that the spec names is never taken away, though it was made for another SiteVpn
  if (!gateway || vpc === undefined || gateway.id === spec.gateway.id) return done();
  return lastOut(context, gateway, vpc);
}

/** Propagation and routes, to whichever gateway the connection is on: the spec may name another by now, or none any more. */
function leading(context: Context): SiteVpnStep[] {
  const { observed, spec } = context;
  const vpc = vpcOf(context);
  const ours = vpc === undefined ? undefined : installationsGateway(observed, vpc)?.id;
  const mine = observed.connections.filter((one) => isMine(one, observed.owner)).map((one) => one.gateway);
  const all = new Set([spec.gateway.id, ours, ...mine].filter((one) => one !== undefined));
  return [...all].toSorted().flatMap((on) => absentTables(context, on, on === ours && on !== spec.gateway.id));
}

function absentConnection({ observed }: Context): Part | undefined {
  const mine = observed.connections.filter((one) => isMine(one, observed.owner)).toSorted(byID);
  const live = mine.filter(isLive);
  if (live.length > 0) return { steps: live.map((one) => deleteConnection(one)) };
  const [leaving] = mine.filter(({ state }) => state === 'deleting');
  return leaving && done(leavingHold(leaving.id));
}

function absentRest({ observed }: Context): Part | undefined {
  const { files, connections, customerGateways } = observed;
  const mine = customerGateways.filter((one) => isLive(one) && isMine(one, observed.owner)).toSorted(byID);
  const users = (id: string) =>
    connections.filter(({ customerGateway, state }) => customerGateway === id && state !== 'deleted');
  const used = mine.find(({ id }) => users(id).length > 0);
  if (used) {
    const ids = users(used.id)
      .map(({ id }) => id)
      .toSorted();
    return done(
      blocked(
        'CustomerGatewayInUse',
        `VPN connection ${ids.join(', ')}, which this object did not make, uses customer gateway ${used.id}: delete it, or move it to another customer gateway; then this one is deleted.`,
        ids.map((id) => ({ kind: 'VpnConnection', id })),
      ),
    );
  }
  const steps = [...(files.found === 'ours' ? [removeFiles(files.secret)] : []), ...mine.map(deleteCustomerGateway)];
  return steps.length > 0 ? { steps } : undefined;
}

/** The gateway goes with the last of those that share it. */
function lastOut(context: Context, gateway: VpnGateway, vpc: string): Part {
  const { observed } = context;
  const { id } = gateway;
  if (observed.siblings.some(({ absent }) => !absent)) return done();
  const others = observed.connections.filter((one) => one.gateway === id && one.state !== 'deleted').toSorted(byID);
  const leaving = observed.siblings.map(({ uid }) => uid);
  const strangers = others.filter(({ tags, state }) => state !== 'deleting' && !leaving.includes(tags[ownerTag] ?? ''));
  const routes = observed.tables
    .filter((table) => table.routes.some((one) => isOurRoute(one, id)))
    .map((table) => table.id)
    .toSorted();
  if (strangers.length > 0 || (routes.length > 0 && others.length === 0 && leaving.length === 0))
    return done(
      blocked(
        'VpnGatewayInUse',
        `Virtual private gateway ${id} was made by this installation and is still used, by ${[...strangers.map((one) => `VPN connection ${one.id}`), ...routes.map((table) => `a route in route table ${table}`)].join(', ')}: take that away; then the gateway is deleted. To keep it, take its tags hybridcloud.dev/… off.`,
        [
          ...strangers.map((one) => ({ kind: 'VpnConnection', id: one.id })),
          ...routes.map((table) => ({ kind: 'RouteTable', id: table })),
        ],
      ),
    );
  if (others.length > 0 || routes.length > 0)
    return done(
      waiting('OthersLeaving', 'Other SiteVpns of the VPC are being deleted, too; the last one takes the gateway', {
        happens: 'VpnConnectionsLeft',
        id,
      }),
    );
  return takeDown(context, gateway, vpc);
}

function takeDown({ observed }: Context, { id, attachments, state }: VpnGateway, vpc: string): Part {
  const target = `virtual private gateway ${id}`;
  const propagating = observed.tables.filter((table) => table.propagating.includes(id)).toSorted(byID);
  if (propagating.length > 0) return { steps: propagating.map((table) => disable(table.id, id)) };
  if (state === 'pending')
    return done(
      waiting('VpnGatewayPending', 'The virtual private gateway is being made', { happens: 'VpnGatewayAvailable', id }),
    );
  const [attachment] = attachments.filter((one) => one.state !== 'detached');
  if (!attachment) return { steps: [{ do: 'DeleteVpnGateway', effect: 'delete', target, gateway: id }] };
  if (attachment.vpc !== vpc)
    return done(
      blocked(
        'VpnGatewayElsewhere',
        `Virtual private gateway ${id} is attached to ${attachment.vpc}, which is not the VPC that it was made for: detach it, or take its tags hybridcloud.dev/… off.`,
        [{ kind: 'VpnGateway', id }],
      ),
    );
  if (attachment.state === 'attached')
    return {
      steps: [{ do: 'DetachVpnGateway', effect: 'update', target, gateway: id, vpc, risk: 'disrupts' }],
    };
  const happens = attachment.state === 'detaching' ? 'VpnGatewayDetached' : 'VpnGatewayAttached';
  return done(waiting('VpnGatewayDetaching', 'The virtual private gateway is leaving its VPC', { happens, id }));
}

/** Everything stays, and is the user's alone from then on. The Secret with the files goes with its owner, as Kubernetes has it. */
function release(context: Context, gateway: VpnGateway | undefined, vpc: string | undefined): Part {
  const { observed } = context;
  const { owner, siblings } = observed;
  const connections = observed.connections.filter((one) => isLive(one) && isMine(one, owner)).toSorted(byID);
  const customers = observed.customerGateways.filter((one) => isLive(one) && isMine(one, owner)).toSorted(byID);
  // of several that leave at once none would wait for the others
  const last = gateway && vpc !== undefined && siblings.every(({ absent }) => absent);
  return {
    steps: [
      ...releasePush(context),
      ...connections.map(
        ({ id, tags }) =>
          ({
            do: 'ReleaseVpnConnection',
            effect: 'update',
            target: `VPN connection ${id}`,
            connection: id,
            tags: markIn(tags, owner),
          }) as const,
      ),
      ...customers.map(
        ({ id, tags }) =>
          ({
            do: 'ReleaseCustomerGateway',
            effect: 'update',
            target: `customer gateway ${id}`,
            customerGateway: id,
            tags: markIn(tags, owner),
          }) as const,
      ),
      ...(last
        ? [
            {
              do: 'ReleaseVpnGateway',
              effect: 'update',
              target: `virtual private gateway ${gateway.id}`,
              gateway: gateway.id,
              tags: markIn(gateway.tags, gatewayOwner(owner, vpc)),
            } as const,
          ]
        : []),
    ],
  };
}
