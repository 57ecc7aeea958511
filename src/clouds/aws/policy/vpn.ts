// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How the policy limits what may be done to gateways, connections and route tables: what is made has to bear the cluster's mark, what is
 * changed has to have it, route tables are told by their VPC. Which keys and resources an action takes: Service Authorization Reference,
 * "Actions, resources, and condition keys for Amazon EC2". Reads take none.
 */
import { clusterTag } from '../../../core/owner-mark.ts';
import { recordedPermissions, type RecordedPermission } from './recorded-permissions.ts';

export interface VpnWish {
  /** UID of the namespace kube-system, or a pattern: `*` is any cluster's mark, but a mark. */
  readonly cluster: string;
  /** Ids of VPCs, or patterns. */
  readonly vpcs: readonly string[];
  /** Ids of virtual private gateways of others that specs name, or patterns. */
  readonly gateways: readonly string[];
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

type On = RecordedPermission['on'];

export function isOfEC2(on: On): boolean {
  return on === 'vpc' || on === 'route-table' || on.includes(' ');
}

const tails: Readonly<Record<string, string>> = {
  account: 'Look',
  vpc: 'Vpcs',
  'route-table': 'RouteTables',
  our: 'Ours',
  any: 'Others',
};

/** The end of the statement's name. */
export function vpnStatement({ on, action }: Pick<RecordedPermission, 'on' | 'action'>): string {
  const [word = '', type] = on.split(' ');
  if (word !== 'new') return tails[word] ?? '';
  if (action === 'ec2:CreateTags') return 'Mark';
  // apart: a request's tags say nothing about the gateways that a connection is made of
  return type === 'vpn-connection' ? 'MakeConnections' : 'MakeGateways';
}

export function vpnResources(on: On, { partition, vpn }: { partition: string; vpn: VpnWish }, adopting: boolean) {
  const arns = (type: string, ids: readonly string[]) => ids.map((id) => `arn:${partition}:ec2:*:*:${type}/${id}`);
  if (on === 'vpc') return arns('vpc', vpn.vpcs);
  const [word = '', type = on] = on.split(' ');
  return arns(type, word === 'any' && !adopting ? vpn.gateways : ['*']);
}

/** Creates with tags that the policy knows by the name that EC2 gives to `ec2:CreateAction`. */
const makes = recordedPermissions
  .filter(({ kind }) => kind === 'SiteVpn')
  .filter(({ on, action }) => on.startsWith('new ') && action !== 'ec2:CreateTags')
  .map(({ action }) => action.slice('ec2:'.length));

/** @param name the end of the statement's name. */
export function vpnCondition(
  name: string,
  { partition, vpn }: { partition: string; vpn: VpnWish },
  adopting: boolean,
): Condition | undefined {
  const asked = { StringLike: { [`aws:RequestTag/${clusterTag}`]: vpn.cluster } };
  if (name.startsWith('Make')) return asked;
  if (name === 'Mark') return { ...asked, StringEquals: { 'ec2:CreateAction': makes } };
  if (name === 'Ours') return { StringLike: { [`aws:ResourceTag/${clusterTag}`]: vpn.cluster } };
  // nobody's: what another cluster has marked stays
  if (adopting) return { ...asked, Null: { [`aws:ResourceTag/${clusterTag}`]: 'true' } };
  if (name !== 'RouteTables') return undefined;
  return { ArnLike: { 'ec2:Vpc': vpn.vpcs.map((id) => `arn:${partition}:ec2:*:*:vpc/${id}`) } };
}
