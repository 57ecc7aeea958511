// SPDX-License-Identifier: GPL-3.0-or-later
/** What each call needs. Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Elastic Load Balancing V2". */
import { authorize, requestTagKeys, tagKeys } from '../authorize.ts';
import type { Call } from '../call.ts';
import { may, must, records, texts, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Tag } from '../tag.ts';
import { arnOf, seen, type Shelf } from './held.ts';

type Authorize = NonNullable<QueryOperation['authorize']>;
type Context = Record<string, string | readonly string[] | undefined>;

export function tagsIn(input: Fields): Tag[] {
  return records(input, 'Tags').map((tag) => [must(tag, 'Key'), may(tag, 'Value') ?? ''] as const);
}

function permit(call: Call, action: string, { resource, context }: { resource: string; context: Context }): void {
  authorize(call, { action: `elasticloadbalancing:${action}`, resource, owner: call.principal.account, context });
}

/** Looks know no resources. */
export function onAll(action: string): Authorize {
  return (call) => permit(call, action, { resource: '*', context: {} });
}

/** @param path Of the resource to be made, for example `loadbalancer/app/<name>/*`. Tags at creation need the right to tag, too. */
export function onNew(action: string, path: (input: Fields) => string): Authorize {
  return (call, input) => {
    const given = requestTagKeys(tagsIn(input));
    const resource = arnOf(call, path(input));
    permit(call, action, { resource, context: given });
    const context = { ...given, 'elasticloadbalancing:CreateAction': action };
    if (tagsIn(input).length > 0) permit(call, 'AddTags', { resource, context });
  };
}

/** The thing that the parameter names. */
export function on(action: string, field: string): Authorize {
  return (call, input) => permit(call, action, existing(call, must(input, field)));
}

/** CreateListener: judged on the load balancer that gets it, whose tags count. */
export function onListeners(action: string): Authorize {
  return (call, input) => {
    const balancer = existing(call, must(input, 'LoadBalancerArn'));
    const given = requestTagKeys(tagsIn(input));
    permit(call, action, { ...balancer, context: { ...balancer.context, ...given } });
    const resource = `${balancer.resource.replace(':loadbalancer/', ':listener/')}/*`;
    const context = { ...given, 'elasticloadbalancing:CreateAction': action };
    if (tagsIn(input).length > 0) permit(call, 'AddTags', { resource, context });
  };
}

export function onTagged(action: string): Authorize {
  return (call, input) => {
    for (const arn of texts(input, 'ResourceArns')) {
      const { resource, context } = existing(call, arn);
      permit(call, action, { resource, context: { ...context, ...requestTagKeys(tagsIn(input)) } });
    }
  };
}

/** By the sixth part of an ARN: `loadbalancer/…`, `targetgroup/…`, `listener/…`. */
export function shelfOf(arn: string): Shelf | undefined {
  const kinds: Readonly<Record<string, Shelf>> = {
    loadbalancer: 'loadBalancers',
    targetgroup: 'targetGroups',
    listener: 'listeners',
  };
  return kinds[arn.split(':')[5]?.split('/')[0] ?? ''];
}

function existing(call: Call, arn: string): { resource: string; context: Context } {
  const shelf = shelfOf(arn);
  const tags = shelf === undefined ? [] : (seen(call, shelf, arn)?.tags ?? []);
  return {
    resource: arn,
    context: { ...tagKeys('aws:ResourceTag', tags), ...tagKeys('elasticloadbalancing:ResourceTag', tags) },
  };
}
