// SPDX-License-Identifier: GPL-3.0-or-later
/** The VPC's virtual private gateway: somebody else's by its id, or the installation's: found, made by the oldest sibling, attached. Pure. */
import type { VpnGateway } from '../../../clouds/aws/ec2/vpn.ts';
import { ownershipOf } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { adopting, byID, gatewayOwner, isAdopting, isLive, namedMark } from '../marks.ts';
import type { Observed } from '../observed.ts';
import type { GatewayStep } from '../steps.ts';
import { blocked, done, waiting, type InVpc, type Part } from './part.ts';

export function isOn({ attachments }: VpnGateway, vpc: string): boolean {
  return attachments.some((one) => one.vpc === vpc && one.state !== 'detached');
}

export function isInstallations(gateway: VpnGateway, { owner }: Pick<Observed, 'owner'>, vpc: string): boolean {
  return ownershipOf(gateway.tags, gatewayOwner(owner, vpc)) === 'mine';
}

/** Of several with the mark: the one that is attached, then one with connections, then the first by id. */
export function installationsGateway(observed: Observed, vpc: string): VpnGateway | undefined {
  const used = ({ id }: VpnGateway) => observed.connections.some((one) => one.gateway === id && isLive(one));
  const rank = (one: VpnGateway) => (isOn(one, vpc) ? 0 : 2) - (used(one) ? 1 : 0);
  return observed.gateways
    .filter((one) => isLive(one) && isInstallations(one, observed, vpc))
    .toSorted((a, b) => rank(a) - rank(b) || byID(a, b))[0];
}

/** The gateway that the connection shall be on, whoever's it is; absent while there is none. */
export function gatewayFor({ spec, observed, vpc }: InVpc): VpnGateway | undefined {
  const { id } = spec.gateway;
  if (id !== undefined) return observed.gateways.find((one) => one.id === id && isLive(one));
  const attached = observed.gateways.filter((one) => isLive(one) && isOn(one, vpc.id)).toSorted(byID);
  return attached[0] ?? installationsGateway(observed, vpc.id);
}

function older({ observed }: InVpc): boolean {
  const { siblings, createdAt, owner } = observed;
  return siblings.some(
    (one) =>
      !one.absent && one.makes && (one.createdAt < createdAt || (one.createdAt === createdAt && one.uid < owner.uid)),
  );
}

function strangerHold(gateway: VpnGateway, { observed, annotations, vpc }: InVpc): Hold | undefined {
  const ownership = ownershipOf(gateway.tags, gatewayOwner(observed.owner, vpc.id));
  if (ownership === 'mine' || isAdopting(annotations, ownership, gateway.id)) return undefined;
  const by = [{ kind: 'VpnGateway', id: gateway.id }];
  const use = `To use it as it is, set gateway: {id: ${gateway.id}}`;
  return ownership === 'nobodys'
    ? blocked(
        'NotOurs',
        `VPC ${vpc.id} has the virtual private gateway ${gateway.id}, which was not made by this installation; it was not changed. ${use}; to take it over, and have it deleted with the last SiteVpn, annotate this object with hybridcloud.dev/adopt: ${adopting(annotations, gateway.id)}.`,
        by,
      )
    : blocked(
        'OwnedByOther',
        `VPC ${vpc.id} has the virtual private gateway ${gateway.id}, which belongs to ${ownership.other}; it was not changed. ${use}; if that cluster is gone, annotate this object with hybridcloud.dev/take-over: ${ownership.uid}.`,
        by,
      );
}

function named(context: InVpc, id: string): Part {
  const { vpc } = context;
  const gateway = gatewayFor(context);
  const by = [{ kind: 'VpnGateway', id }];
  if (!gateway)
    return done(
      blocked('VpnGatewayNotFound', `There is no virtual private gateway ${id}: correct gateway.id, or remove it.`, by),
    );
  if (!gateway.attachments.some((one) => one.vpc === vpc.id && one.state === 'attached'))
    return done(
      blocked(
        'VpnGatewayNotAttached',
        `Virtual private gateway ${id} is not attached to VPC ${vpc.id}, and one that gateway.id names is never changed: attach it, or remove gateway.id.`,
        by,
      ),
    );
  return done();
}

function asnHold(gateway: VpnGateway, { spec }: InVpc): Hold | undefined {
  const { amazonASN } = spec.gateway;
  const by = [{ kind: 'VpnGateway', id: gateway.id }];
  if (amazonASN !== undefined && amazonASN !== gateway.amazonASN)
    return blocked(
      'AmazonASNDiffers',
      `Virtual private gateway ${gateway.id} has the ASN ${gateway.amazonASN}, which cannot be changed, and gateway.amazonASN says ${amazonASN}: correct or remove it.`,
      by,
    );
  if (spec.site.bgpASN !== gateway.amazonASN) return undefined;
  return blocked(
    'SameASN',
    `site.bgpASN is the ASN of virtual private gateway ${gateway.id}, and routes would not be taken: give the site another.`,
    by,
  );
}

/** Makes, marks and attaches; a hold while it is not there yet. */
export function planGateway(context: InVpc): Part {
  const { spec, observed, name, vpc } = context;
  const gateway = gatewayFor(context);
  const hold = gateway && asnHold(gateway, context);
  if (hold) return done(hold);
  if (spec.gateway.id !== undefined) return named(context, spec.gateway.id);
  const target = `virtual private gateway of ${vpc.id}`;
  const tags = namedMark(gatewayOwner(observed.owner, vpc.id), spec.gateway.name ?? name);
  if (!gateway) {
    if (older(context))
      return done(
        waiting('SiblingMakesGateway', `An older SiteVpn of VPC ${vpc.id} makes the virtual private gateway`, {
          happens: 'SiblingMadeVpnGateway',
          id: vpc.id,
        }),
      );
    const { amazonASN } = spec.gateway;
    const create: GatewayStep = {
      do: 'CreateVpnGateway',
      effect: 'create',
      target,
      vpc: vpc.id,
      ...(amazonASN === undefined ? {} : { amazonASN }),
      tags,
      once: `vpn-gateway:${vpc.id}`,
    };
    return { steps: [create] };
  }
  const stranger = strangerHold(gateway, context);
  if (stranger) return done(stranger);
  if (!isInstallations(gateway, observed, vpc.id))
    return {
      steps: [
        {
          do: 'AdoptVpnGateway',
          effect: 'update',
          target: `virtual private gateway ${gateway.id}`,
          gateway: gateway.id,
          tags: { ...tags, Name: gateway.tags['Name'] ?? tags['Name'] ?? name },
          needs: 'approval',
        },
      ],
    };
  return attaching(gateway, vpc.id, target);
}

function attaching({ id, state, attachments }: VpnGateway, vpc: string, target: string): Part {
  if (state === 'pending')
    return done(
      waiting('VpnGatewayPending', 'The virtual private gateway is being made', {
        happens: 'VpnGatewayAvailable',
        id,
      }),
    );
  const leaving = attachments.find((one) => one.state === 'detaching');
  if (leaving)
    return done(
      waiting('VpnGatewayDetaching', `The virtual private gateway is leaving VPC ${leaving.vpc}`, {
        happens: 'VpnGatewayDetached',
        id,
      }),
    );
  const elsewhere = attachments.find((one) => one.vpc !== vpc);
  if (elsewhere)
    return done(
      blocked(
        'VpnGatewayElsewhere',
        `Virtual private gateway ${id} has this installation's mark for VPC ${vpc} and is attached to ${elsewhere.vpc}: detach it, or take its tags hybridcloud.dev/… off.`,
        [{ kind: 'VpnGateway', id }],
      ),
    );
  const attachment = attachments.find((one) => one.vpc === vpc);
  if (!attachment) return { steps: [{ do: 'AttachVpnGateway', effect: 'update', target, gateway: id, vpc }] };
  if (attachment.state === 'attached') return done();
  return done(
    waiting('VpnGatewayAttaching', `The virtual private gateway is being attached to VPC ${vpc}`, {
      happens: 'VpnGatewayAttached',
      id,
    }),
  );
}

/** Copies that a lost answer left: with the mark, of no use to anybody. */
export function surplusGateways({ observed, vpc }: InVpc): GatewayStep[] {
  const kept = installationsGateway(observed, vpc.id);
  return observed.gateways
    .filter((one) => one !== kept && isLive(one) && isInstallations(one, observed, vpc.id))
    .filter((one) => one.attachments.length === 0 && !observed.connections.some(({ gateway }) => gateway === one.id))
    .toSorted(byID)
    .map(({ id }) => ({
      do: 'DeleteVpnGateway',
      effect: 'delete',
      target: `virtual private gateway ${id}`,
      gateway: id,
    }));
}
