// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How the policy limits what may be done for sites: what is made has to bear the cluster's mark, what is changed has to have it. What instances are
 * made of (images of others, subnets, VPCs) has none. Which keys and resources an action takes: Service Authorization Reference, "Amazon EC2" and
 * "AWS Elastic Load Balancing V2".
 */
import { clusterTag } from '../../../core/owner-mark.ts';
import { recordedPermissions, type RecordedPermission } from './recorded-permissions.ts';
import type { Condition } from './vpn.ts';

type On = RecordedPermission['on'];
type Of = Pick<RecordedPermission, 'on' | 'action'>;

export function isOfSites(on: On): boolean {
  return on === 'vpc' || on.includes(' ');
}

const marks: Readonly<Record<string, string>> = {
  'ec2:CreateTags': 'Mark',
  'elasticloadbalancing:AddTags': 'MarkBalancing',
};

/** The end of the statement's name. */
export function sitesStatement({ on, action }: Of): string {
  const [word = '', type] = on.split(' ');
  if (word === 'our') return 'Ours';
  // an interface gets no tags
  return word === 'new' && type !== 'network-interface' ? (marks[action] ?? 'Make') : 'Use';
}

const balancing: Readonly<Record<string, string>> = {
  loadbalancer: 'loadbalancer/app/*',
  targetgroup: 'targetgroup/*',
  listener: 'listener/app/*',
};

export function sitesResources(on: On, partition: string): readonly string[] {
  const type = on.split(' ')[1] ?? on;
  const path = balancing[type];
  if (path !== undefined) return [`arn:${partition}:elasticloadbalancing:*:*:${path}`];
  // images and snapshots belong to no account there
  const account = type === 'image' || type === 'snapshot' ? '' : '*';
  return [`arn:${partition}:ec2:*:${account}:${type}/*`];
}

/** Creates with tags, by the name that the service gives to its key `CreateAction`. */
function makes(service: string): string[] {
  const all = recordedPermissions.filter(
    (one) => one.kind === 'GslbEndpoint' && isOfSites(one.on) && one.action.startsWith(`${service}:Create`),
  );
  const names = all.filter(({ action }) => !(action in marks)).map(({ action }) => action.slice(service.length + 1));
  return [...new Set(service === 'ec2' ? [...names, 'CopyImage', 'RunInstances'] : names)].toSorted();
}

/** @param name the end of the statement's name. @param cluster UID of the namespace kube-system, or a pattern. */
export function sitesCondition(name: string, cluster: string): Condition | undefined {
  const asked = { StringLike: { [`aws:RequestTag/${clusterTag}`]: cluster } };
  if (name === 'Make') return asked;
  if (name === 'Mark') return { ...asked, StringEquals: { 'ec2:CreateAction': makes('ec2') } };
  if (name === 'MarkBalancing')
    return { ...asked, StringEquals: { 'elasticloadbalancing:CreateAction': makes('elasticloadbalancing') } };
  return name === 'Ours' ? { StringLike: { [`aws:ResourceTag/${clusterTag}`]: cluster } } : undefined;
}
