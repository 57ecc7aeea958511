// SPDX-License-Identifier: GPL-3.0-or-later
/** The customer gateway: always one of our own, told apart by our device name; one with our mark for each address and ASN. Pure. */
import type { CustomerGateway } from '../../../clouds/aws/ec2/vpn.ts';
import { ignores } from '../../../core/ignoring.ts';
import { ownershipOf, type Owner } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { adopting, byID, hasTags, isAdopting, isLive, isMine, namedMark, tagsOn } from '../marks.ts';
import type { CustomerGatewayStep } from '../steps.ts';
import { blocked, done, waiting, type Context, type Part } from './part.ts';

/** What AWS takes where no BGP is spoken (EC2 API reference, CreateCustomerGateway). */
const asnWithoutBGP = 65_000;

export function wantedASN({ spec }: Context): number {
  return spec.site.bgpASN ?? asnWithoutBGP;
}

function fits({ ip, asn }: CustomerGateway, context: Context): boolean {
  const { spec } = context;
  return ip === spec.site.publicIP && (spec.routing === 'Static' || asn === wantedASN(context));
}

function isUsed({ id }: CustomerGateway, { observed }: Context): boolean {
  return observed.connections.some((one) => one.customerGateway === id && isLive(one));
}

function adopted(one: CustomerGateway, { observed, annotations }: Context): boolean {
  return isAdopting(annotations, ownershipOf(one.tags, observed.owner), one.id);
}

/** The one to be used: ours, or named to become it; one that a connection uses comes first. */
export function customerGatewayFor(context: Context): CustomerGateway | undefined {
  const { observed } = context;
  const rank = (one: CustomerGateway) => (isUsed(one, context) ? 0 : 1);
  return observed.customerGateways
    .filter((one) => isLive(one) && fits(one, context))
    .filter((one) => isMine(one, observed.owner) || adopted(one, context))
    .toSorted((a, b) => rank(a) - rank(b) || byID(a, b))[0];
}

/** By it AWS tells customer gateways of one address and ASN apart. */
const deviceNameOf = ({ uid }: Owner) => `hybridcloud-${uid}`;

/** With one of our address, ASN and device name AWS would answer a create, mark or not. */
function strangerHold({ spec, observed, annotations }: Context, asn: number): Hold | undefined {
  const { owner, customerGateways } = observed;
  const stranger = customerGateways
    .filter((one) => isLive(one) && one.ip === spec.site.publicIP && one.asn === asn)
    .filter(({ deviceName }) => deviceName === deviceNameOf(owner))
    .toSorted(byID)[0];
  if (!stranger) return undefined;
  const { id } = stranger;
  const by = [{ kind: 'CustomerGateway', id }];
  const ownership = ownershipOf(stranger.tags, owner);
  return typeof ownership === 'object'
    ? blocked(
        'OwnedByOther',
        `Customer gateway ${id} is what AWS has for this object, and it is marked as that of ${ownership.other}; it was not changed. If that is gone, annotate this object with hybridcloud.dev/take-over: ${ownership.uid}; else delete it.`,
        by,
      )
    : blocked(
        'NotOurs',
        `Customer gateway ${id} is what AWS has for this object, and its owner mark is gone; it was not changed. To take it back, annotate this object with hybridcloud.dev/adopt: ${adopting(annotations, id)}; else delete it.`,
        by,
      );
}

export function planCustomerGateway(context: Context): Part {
  const { spec, observed, name } = context;
  const { publicIP: ip } = spec.site;
  const target = `customer gateway ${ip}`;
  const tags = namedMark(observed.owner, spec.site.name ?? name);
  const found = customerGatewayFor(context);
  if (!found) {
    const asn = wantedASN(context);
    const hold = strangerHold(context, asn);
    if (hold) return done(hold);
    const create: CustomerGatewayStep = {
      do: 'CreateCustomerGateway',
      effect: 'create',
      target,
      ip,
      asn,
      deviceName: deviceNameOf(observed.owner),
      tags,
      once: `customer-gateway:${ip}:${asn}`,
      repeatable: true,
    };
    return { steps: [create] };
  }
  const named = { text: spec.site.name ?? name, ignored: ignores(spec, 'site.name') };
  const kept = tagsOn(observed.owner, named);
  const on = { effect: 'update', customerGateway: found.id, tags: kept } as const;
  if (!isMine(found, observed.owner))
    return {
      steps: [{ do: 'AdoptCustomerGateway', ...on, target: `customer gateway ${found.id}`, needs: 'approval' }],
    };
  if (!hasTags(found, kept)) return { steps: [{ do: 'TagCustomerGateway', ...on, target }] };
  if (found.state === 'available') return done();
  return done(
    waiting('CustomerGatewayPending', 'The customer gateway is being made', {
      happens: 'CustomerGatewayAvailable',
      id: found.id,
    }),
  );
}

/** Those of an address that the site had before, and copies: ours, and nothing uses them. */
export function surplusCustomerGateways(context: Context): CustomerGatewayStep[] {
  const kept = customerGatewayFor(context);
  return context.observed.customerGateways
    .filter((one) => one.id !== kept?.id && isLive(one) && isMine(one, context.observed.owner))
    .filter((one) => !context.observed.connections.some(({ customerGateway }) => customerGateway === one.id))
    .toSorted(byID)
    .map(deleteCustomerGateway);
}

export function deleteCustomerGateway({ id, ip }: CustomerGateway): CustomerGatewayStep {
  return {
    do: 'DeleteCustomerGateway',
    effect: 'delete',
    target: `customer gateway ${id}`,
    customerGateway: id,
    ...(ip === undefined ? {} : { ip }),
  };
}
