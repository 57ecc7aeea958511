// SPDX-License-Identifier: GPL-3.0-or-later
/** The VPN connection: made once, found by its mark, moved where AWS can, replaced where it cannot. Pure. */
import type { CustomerGateway, VpnConnection, VpnGateway } from '../../../clouds/aws/ec2/vpn.ts';
import { ownershipOf } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { ignores } from '../../../core/ignoring.ts';
import { mayDisrupt } from '../../../core/maintenance.ts';
import { carriesTraffic, howToAllow } from '../disruption.ts';
import { adopting, byID, hasTags, isAdopting, isLive, isMine, namedMark, tagsOn } from '../marks.ts';
import type { ConnectionStep } from '../steps.ts';
import { ownOptions, wantedOptions } from '../tunnels.ts';
import { blocked, done, waiting, type Context, type Part } from './part.ts';

export interface Ends {
  readonly gateway: VpnGateway;
  readonly customerGateway: CustomerGateway;
}

export function titleOf({ spec, name }: Context): string {
  return `VPN connection ${spec.connection.name ?? name}`;
}

function concerns(one: VpnConnection, { observed, annotations }: Context): boolean {
  return isMine(one, observed.owner) || isAdopting(annotations, ownershipOf(one.tags, observed.owner), one.id);
}

/** Of several of ours: one that is as the spec wants it, then the first by id. */
export function connectionFor(context: Context, ends?: Ends): VpnConnection | undefined {
  const { spec, observed } = context;
  const rank = (one: VpnConnection) =>
    (one.staticRoutesOnly === (spec.routing === 'Static') ? 0 : 4) +
    (!ends || one.gateway === ends.gateway.id ? 0 : 2) +
    (!ends || one.customerGateway === ends.customerGateway.id ? 0 : 1);
  return observed.connections
    .filter((one) => isLive(one) && concerns(one, context))
    .toSorted((a, b) => rank(a) - rank(b) || byID(a, b))[0];
}

export function deleteConnection(found: VpnConnection, effect: 'delete' | 'replace' = 'delete'): ConnectionStep {
  const { id, customerGateway } = found;
  return {
    do: 'DeleteVpnConnection',
    effect,
    target: `VPN connection ${id}`,
    connection: id,
    customerGateway,
    ...(carriesTraffic(found) ? ({ risk: 'disrupts' } as const) : {}),
  };
}

/** Somebody else's connection between the same site and the same gateway: two would compete for its traffic. */
export function strangerHold({ spec, observed, annotations }: Context, gateway: VpnGateway): Hold | undefined {
  const ofSite = new Set(observed.customerGateways.filter(({ ip }) => ip === spec.site.publicIP).map(({ id }) => id));
  const stranger = observed.connections
    .filter((one) => isLive(one) && one.gateway === gateway.id && ofSite.has(one.customerGateway))
    .filter((one) => !isMine(one, observed.owner))
    .toSorted(byID)[0];
  if (!stranger) return undefined;
  const { id, customerGateway } = stranger;
  const ownership = ownershipOf(stranger.tags, observed.owner);
  const by = [{ kind: 'VpnConnection', id }];
  if (typeof ownership === 'object')
    return blocked(
      'OwnedByOther',
      `VPN connection ${id} to ${spec.site.publicIP} belongs to ${ownership.other}; it was not changed. Delete that object first; if it is gone already, annotate this object with hybridcloud.dev/take-over: ${ownership.uid}.`,
      by,
    );
  return blocked(
    'NotOurs',
    `VPN connection ${id} to ${spec.site.publicIP} exists and was not made by this object; it was not changed. To take it over, annotate this object with hybridcloud.dev/adopt: ${adopting(annotations, id, customerGateway)}; else delete it.`,
    by,
  );
}

function create(context: Context, ends: Ends): Part {
  const { spec, observed, name } = context;
  const leaving = observed.connections.filter((one) => one.state === 'deleting' && isMine(one, observed.owner));
  const [old] = leaving.toSorted(byID);
  // AWS could answer a create with the one that is on its way out
  if (old) return done(leavingHold(old.id));
  const hold = strangerHold(context, ends.gateway);
  if (hold) return done(hold);
  const step: ConnectionStep = {
    do: 'CreateVpnConnection',
    effect: 'create',
    target: spec.gateway.id === undefined ? titleOf(context) : `${titleOf(context)} on ${spec.gateway.id}`,
    gateway: ends.gateway.id,
    customerGateway: ends.customerGateway.id,
    staticRoutesOnly: spec.routing === 'Static',
    localCIDR: spec.connection.localCIDR,
    remoteCIDR: spec.connection.remoteCIDR,
    options: wantedOptions(spec),
    own: [ownOptions(spec, 'tunnel1'), ownOptions(spec, 'tunnel2')],
    tags: namedMark(observed.owner, spec.connection.name ?? name),
    once: `vpn-connection:${observed.owner.uid}`,
  };
  return { steps: [step] };
}

export function leavingHold(id: string): Hold {
  return waiting('VpnConnectionDeleting', 'The VPN connection is being deleted', {
    happens: 'VpnConnectionDeleted',
    id,
  });
}

export function pendingHold(id: string): Hold {
  return waiting('VpnConnectionPending', 'The VPN connection is being made or changed', {
    happens: 'VpnConnectionAvailable',
    id,
  });
}

/** Makes it, or brings it to the right ends; a hold while AWS is at it. */
export function planConnection(context: Context, ends: Ends): Part {
  const { spec, observed, name } = context;
  const found = connectionFor(context, ends);
  if (!found) return create(context, ends);
  const { id } = found;
  const target = titleOf(context);
  const named = { text: spec.connection.name ?? name, ignored: ignores(spec, 'connection.name') };
  const tags = tagsOn(observed.owner, named);
  if (!isMine(found, observed.owner)) {
    const on = { effect: 'update', connection: id, target: `VPN connection ${id}`, tags } as const;
    return { steps: [{ do: 'AdoptVpnConnection', ...on, needs: 'approval' }] };
  }
  if (found.staticRoutesOnly !== (spec.routing === 'Static') || found.gateway !== ends.gateway.id)
    return { steps: [deleteConnection(found, 'replace')] };
  if (!hasTags(found, tags))
    return { steps: [{ do: 'TagVpnConnection', effect: 'update', target, connection: id, tags }] };
  if (found.state !== 'available') return done(pendingHold(id));
  if (found.customerGateway !== ends.customerGateway.id)
    return {
      steps: [
        {
          do: 'MoveVpnConnection',
          effect: 'replace',
          target,
          connection: id,
          customerGateway: ends.customerGateway.id,
          ...(carriesTraffic(found) ? ({ risk: 'disrupts' } as const) : {}),
          // a second one, sent because the first does not show yet, would take both tunnels down again
          once: `move:${id}`,
        },
      ],
    };
  return planSelectors(context, found);
}

/** AWS replaces the ends of both tunnels for it, at once. */
function planSelectors(context: Context, found: VpnConnection): Part {
  const { spec, observed, annotations, withholds } = context;
  const { localCIDR, remoteCIDR } = spec.connection;
  if (found.localCIDR === localCIDR && found.remoteCIDR === remoteCIDR) return done();
  const { id } = found;
  const interrupts = carriesTraffic(found);
  if (interrupts && withholds) return done();
  // a spec that says when it may be done allows it then
  if (interrupts && !spec.maintenance && !mayDisrupt(annotations, observed.now))
    return done(
      blocked(
        'DisruptionNotAllowed',
        `To set connection.localCIDR and connection.remoteCIDR to ${localCIDR} and ${remoteCIDR} takes both tunnels of VPN connection ${id} down for minutes, and nothing is changed before that is allowed: ${howToAllow}.`,
        [{ kind: 'Annotation', id: 'hybridcloud.dev/allow-disruption-until' }],
      ),
    );
  const risk = interrupts ? ({ risk: 'disrupts' } as const) : {};
  const on = { effect: 'update', target: titleOf(context), connection: id, ...risk } as const;
  return { steps: [{ do: 'SetTrafficSelectors', ...on, localCIDR, remoteCIDR, once: `selectors:${id}` }] };
}

/** Copies of ours: what a lost answer left. */
export function surplusConnections({ observed }: Context, kept: VpnConnection): ConnectionStep[] {
  return observed.connections
    .filter((one) => one.id !== kept.id && isLive(one) && isMine(one, observed.owner))
    .toSorted(byID)
    .map((one) => deleteConnection(one));
}
