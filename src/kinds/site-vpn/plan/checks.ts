// SPDX-License-Identifier: GPL-3.0-or-later
/** What would not work, found before the first call. Pure. */
import { overlaps } from '../../../api/site-vpn/cidr.ts';
import type { Counted } from '../../../clouds/aws/room.ts';
import type { Hold } from '../../../core/plan.ts';
import type { SiteVpnStep } from '../steps.ts';
import { isLive, isMine } from '../marks.ts';
import { tunnelNames } from '../tunnels.ts';
import { blocked, waiting, type Context, type InVpc } from './part.ts';

/** What was made for a VPC stays there, whatever its tag is on by now. */
function lostHold({ spec, observed, last }: Context, wanted: string): Hold | undefined {
  const { vpcID } = last;
  if (vpcID === undefined || observed.vpcs.some(({ id }) => id === vpcID)) return undefined;
  const made = observed.connections.some((one) => isLive(one) && isMine(one, observed.owner));
  if (spec.vpc.id !== undefined || (!made && last.vpnGatewayID === undefined)) return undefined;
  return blocked(
    'VpcTagMoved',
    `The VPN is one of VPC ${vpcID}, which has the tag ${wanted} no more: put the tag back there; or delete this object, which takes the VPN away, and make another.`,
    [{ kind: 'VPC', id: vpcID }],
  );
}

export function vpcHold(context: Context): Hold | undefined {
  const { spec, observed } = context;
  const { vpcs, account } = observed;
  const wanted = spec.vpc.id ?? Object.entries(spec.vpc.tag ?? {}).map(([key, value]) => `${key}=${value}`)[0] ?? '';
  const by = [{ kind: 'VPC', id: wanted }];
  const [vpc] = vpcs;
  const hold = lostHold(context, wanted);
  if (hold) return hold;
  if (!vpc)
    return blocked(
      'VpcNotFound',
      `There is no VPC ${wanted} in ${spec.aws.region}: correct vpc in a new SiteVpn, or make the VPC.`,
      by,
    );
  if (vpcs.length > 1)
    return blocked(
      'VpcAmbiguous',
      `VPCs ${vpcs
        .map(({ id }) => id)
        .toSorted()
        .join(' and ')} all have the tag ${wanted}: take it from all but one, or make a new SiteVpn with vpc.id.`,
      by,
    );
  if (vpc.account !== account)
    return blocked(
      'VpcOfOther',
      `VPC ${vpc.id} belongs to account ${vpc.account}, and only its owner can give it a gateway: use credentials of that account.`,
      by,
    );
  return vpc.state === 'available' ? undefined : waiting('VpcPending', `VPC ${vpc.id} is not available yet`);
}

function cidrHold({ spec, observed, vpc }: InVpc): Hold | undefined {
  for (const cidr of spec.site.cidrs.toSorted()) {
    const block = vpc.cidrs.toSorted().find((one) => overlaps(one, cidr));
    if (block !== undefined)
      return blocked(
        'OverlappingCIDRs',
        `${cidr} of site.cidrs overlaps ${block} of VPC ${vpc.id}, which always wins there: take it out of site.cidrs, or renumber one side.`,
        [{ kind: 'VPC', id: vpc.id }],
      );
    const other = observed.siblings
      .filter(({ absent, cidrs }) => !absent && cidrs.some((one) => overlaps(one, cidr)))
      .map(({ object }) => object)
      .toSorted()[0];
    if (other !== undefined)
      return blocked(
        'OverlappingCIDRs',
        `${cidr} of site.cidrs overlaps the site of ${other} on the same VPC, and packets would go to one of them only: take it out of one.`,
        [{ kind: 'SiteVpn', id: other }],
      );
  }
  return undefined;
}

/** AWS wants the addresses inside to be unique on a gateway. */
function insideHold({ spec, observed }: InVpc): Hold | undefined {
  for (const name of tunnelNames) {
    const { insideCIDR } = spec.tunnels[name];
    const other = observed.connections
      .filter((one) => isLive(one) && !isMine(one, observed.owner))
      .filter(({ tunnels }) => tunnels.some((tunnel) => insideCIDR !== undefined && tunnel.insideCIDR === insideCIDR))
      .map(({ id }) => id)
      .toSorted()[0];
    if (other !== undefined)
      return blocked(
        'InsideCIDRTaken',
        `tunnels.${name}.insideCIDR is that of a tunnel of VPN connection ${other} on the same gateway: take another.`,
        [{ kind: 'VpnConnection', id: other }],
      );
  }
  return undefined;
}

function keyHold({ spec, observed }: InVpc): Hold | undefined {
  for (const name of tunnelNames) {
    const secret = spec.tunnels[name].presharedKeySecretRef?.name;
    const found = observed.keys[name]?.found ?? 'absent';
    if (secret === undefined || found === 'here') continue;
    const what = found === 'absent' ? 'has no key presharedKey' : 'has a presharedKey that AWS does not take';
    return blocked(
      found === 'absent' ? 'PresharedKeyMissing' : 'PresharedKeyMalformed',
      `Secret ${secret} of tunnels.${name} ${what}: put one there, 8 to 64 letters, digits, '.' and '_', not beginning with 0.`,
      [{ kind: 'Secret', id: secret }],
    );
  }
  return undefined;
}

function filesHold({ spec, observed: { files } }: InVpc): Hold | undefined {
  if (!spec.device || files.found !== 'foreign') return undefined;
  return blocked(
    'SecretNotOurs',
    `Secret ${files.secret} of device.secretRef exists and was not made by this object; it was not changed. Delete it, or make a new SiteVpn with another name there.`,
    [{ kind: 'Secret', id: files.secret }],
  );
}

function selectorHold({ spec, vpc }: InVpc): Hold | undefined {
  const { remoteCIDR } = spec.connection;
  if (vpc.cidrs.length === 0 || vpc.cidrs.some((block) => overlaps(remoteCIDR, block))) return undefined;
  return blocked(
    'RemoteCIDROutsideVpc',
    `connection.remoteCIDR holds nothing of VPC ${vpc.id}, so nothing would pass: correct it, or leave it at 0.0.0.0/0.`,
    [{ kind: 'VPC', id: vpc.id }],
  );
}

export function checkHold(context: InVpc): Hold | undefined {
  return cidrHold(context) ?? selectorHold(context) ?? insideHold(context) ?? keyHold(context) ?? filesHold(context);
}

/** Site-to-Site VPN User Guide, "Quotas": connections on one virtual private gateway, routes of one connection. */
const mostOnGateway = 10;

function full(counted: Counted | undefined): counted is Counted {
  return counted !== undefined && counted.have >= counted.most;
}

function quota(message: string, by: { readonly kind: string; readonly id: string }): Hold {
  return blocked('QuotaReached', `${message} Nothing was changed.`, [by]);
}

/** The first of the steps that AWS would refuse because something is full. */
export function quotaHold(steps: readonly SiteVpnStep[], { observed, spec }: Context): Hold | undefined {
  const { room, account, connections } = observed;
  const kinds = {
    CreateVpnGateway: ['virtual private gateways', room?.gateways, '--vpn-gateway-quota'],
    CreateCustomerGateway: ['customer gateways', room?.customerGateways, '--customer-gateway-quota'],
    CreateVpnConnection: ['VPN connections', room?.connections, '--vpn-connection-quota'],
  } as const;
  for (const step of steps) {
    const [what, counted, flag] = step.do in kinds ? kinds[step.do as keyof typeof kinds] : [];
    if (what !== undefined && full(counted))
      return quota(
        `Account ${account} has ${counted.have} ${what} in ${spec.aws.region}, and ${counted.most} are allowed: delete some, or ask AWS to raise the quota and tell the operator (${flag}).`,
        { kind: 'Account', id: account },
      );
    if (step.do !== 'CreateVpnConnection') continue;
    const { gateway } = step;
    const on = connections.filter((one) => one.gateway === gateway && isLive(one)).length;
    if (on >= mostOnGateway)
      return quota(
        `Virtual private gateway ${gateway} has ${on} VPN connections, and AWS allows ${mostOnGateway}: delete some.`,
        { kind: 'VpnGateway', id: gateway },
      );
  }
  return undefined;
}
