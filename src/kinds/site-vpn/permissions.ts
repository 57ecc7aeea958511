// SPDX-License-Identifier: GPL-3.0-or-later
/** What the identity is asked about: what is to be made, what bears the cluster's mark, the VPC and its chosen tables. */
import { rightsOf, type Rights, type RightsWish } from '../../clouds/aws/iam/rights.ts';
import type { RouteTable } from '../../clouds/aws/ec2/vpn.ts';
import { clusterTag } from '../../core/owner-mark.ts';
import type { Clouds } from './connect.ts';
import { chosen } from './plan/tables.ts';

/** `*`: what a call that makes one asks for, and what a policy that goes by marks allows (Service Authorization Reference, "Amazon EC2"). */
const any = ['*'];

interface There {
  readonly vpc: string;
  /** All of the VPC. */
  readonly tables: readonly RouteTable[];
}

/** What is made in one question, what is there in another: tags that a request brings are no tags of a thing, and a policy asks for the one or the other. */
function wishesOf(
  { session, spec }: Clouds,
  { vpc, tables }: There,
): { readonly made: RightsWish; readonly there: RightsWish } {
  const { partition, region, account } = session;
  const arns = (type: string, ids: readonly string[]) =>
    ids.map((id) => `arn:${partition}:ec2:${region}:${account}:${type}/${id}`);
  const [customers, connections, gateways] = [
    arns('customer-gateway', any),
    arns('vpn-connection', any),
    arns('vpn-gateway', any),
  ];
  // one that is named is used as it is
  const named = spec.gateway.id;
  const features = [
    ...(spec.deletionPolicy === 'Retain' ? ['deletionPolicy: Retain'] : []),
    ...(named === undefined ? [] : ['gateway.id']),
    ...(spec.routeTables.routes === 'Static' ? ['routeTables.routes: Static'] : []),
  ];
  return {
    made: {
      resources: {
        'new customer-gateway': customers,
        'new vpn-connection': connections,
        ...(named === undefined ? { 'new vpn-gateway': gateways } : {}),
      },
      features,
    },
    there: {
      resources: {
        'our customer-gateway': customers,
        'our vpn-connection': connections,
        'route-table': arns(
          'route-table',
          chosen(spec.routeTables, tables).map(({ id }) => id),
        ),
        ...(named === undefined
          ? { 'our vpn-gateway': gateways, vpc: arns('vpc', [vpc]) }
          : { 'any vpn-gateway': arns('vpn-gateway', [named]) }),
      },
      features,
    },
  };
}

/** Has to be given: of a policy that asks for a key without a value the answer says nothing. */
const none = '-';

/** Asked while something is being made, never at rest; what stands is not asked for again. */
export async function rightsIn(clouds: Clouds, there: There): Promise<Rights> {
  const { session, outside, owner } = clouds;
  const { partition, region, account } = session;
  const asked = (brought: string, has: string) =>
    rightsOf(session, outside.clock, {
      kind: 'SiteVpn',
      context: {
        [`aws:RequestTag/${clusterTag}`]: brought,
        [`aws:ResourceTag/${clusterTag}`]: has,
        [`ec2:ResourceTag/${clusterTag}`]: has,
        'ec2:Vpc': `arn:${partition}:ec2:${region}:${account}:vpc/${there.vpc}`,
      },
    });
  const wishes = wishesOf(clouds, there);
  const made = await asked(owner.cluster, none).read(wishes.made);
  if (!made.asked) return made;
  const kept = await asked(none, owner.cluster).read(wishes.there);
  return kept.asked ? { asked: true, missing: [...made.missing, ...kept.missing], excess: [] } : kept;
}
