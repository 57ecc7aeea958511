// SPDX-License-Identifier: GPL-3.0-or-later
/** What each call needs. Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2". */
import { authorize, requestTagKeys, tagKeys } from '../authorize.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, texts, type Fields } from '../protocol/model.ts';
import type { Tag } from '../tag.ts';
import { arnOf, kindOf, seen, type Kind } from './entities.ts';
import type { Ec2Operation } from './protocol.ts';

type Authorize = Ec2Operation['authorize'];
type Context = Record<string, string | readonly string[] | undefined>;

/** Reads know no resources. */
export function onAll(action: string): Authorize {
  return (call) => permit(call, { action, resource: '*', context: {} });
}

/** Things that are there, each by the parameter that names it. An optional one that is not named needs nothing. */
export function on(action: string, fields: Readonly<Record<string, Kind>>): Authorize {
  return (call, input) => {
    for (const [field, kind] of Object.entries(fields)) {
      const id = may(input, field);
      if (id !== undefined) permit(call, { action, ...existing(call, kind, id) });
    }
  };
}

/** A thing to be made, with the tags that it gets, and the things that it is made of. */
export function onNew(action: string, kind: Kind, fields: Readonly<Record<string, Kind>> = {}): Authorize {
  return (call, input) => {
    const given = specified(input, kind);
    const resource = arnOf(call, kind, '*');
    permit(call, { action, resource, context: requestTagKeys(given) });
    on(action, fields)(call, input);
    // tags at creation need the tagging permission too (EC2 User Guide, "Grant permission to tag resources during creation")
    const context = { ...requestTagKeys(given), 'ec2:CreateAction': action.slice('ec2:'.length) };
    if (given.length > 0) permit(call, { action: 'ec2:CreateTags', resource, context });
  };
}

/** Every thing that a list names. */
export function onEach(action: string, field: string, kind: Kind): Authorize {
  return (call, input) => {
    for (const id of texts(input, field)) permit(call, { action, ...existing(call, kind, id) });
  };
}

export function all(...every: readonly Authorize[]): Authorize {
  return (call, input) => {
    for (const one of every) one(call, input);
  };
}

/** RunInstances needs its right on all that it makes and all that it makes it of. */
export function permitLaunch(
  call: Call,
  input: Fields,
  { image, subnet, groups }: { image: string; subnet: string | undefined; groups: readonly string[] },
): void {
  const action = 'ec2:RunInstances';
  onNew(action, 'instance')(call, input);
  const { region } = call.route;
  const { account } = call.principal;
  for (const kind of ['volume', 'network-interface']) {
    const resource = `arn:aws:ec2:${region}:${account}:${kind}/*`;
    const given = specified(input, kind);
    permit(call, { action, resource, context: requestTagKeys(given) });
    // each type that is tagged needs the tagging permission (EC2 User Guide, "Grant permission to tag resources during creation")
    const context = { ...requestTagKeys(given), 'ec2:CreateAction': 'RunInstances' };
    if (given.length > 0) permit(call, { action: 'ec2:CreateTags', resource, context });
  }
  permit(call, { action, ...existing(call, 'image', image) });
  if (subnet !== undefined) permit(call, { action, ...existing(call, 'subnet', subnet) });
  for (const group of groups) permit(call, { action, ...existing(call, 'security-group', group) });
}

export function onTagged(action: string): Authorize {
  return (call, input) => {
    const given = pairs(records(input, 'Tag'));
    for (const id of texts(input, 'ResourceId')) {
      const kind = kindOf(id);
      if (!kind) continue;
      const { resource, context } = existing(call, kind, id);
      permit(call, { action, resource, context: { ...context, ...requestTagKeys(given) } });
    }
  };
}

/** What this type of resource gets. */
function specified(input: Fields, type: string): Tag[] {
  return records(input, 'TagSpecification')
    .filter((specification) => may(specification, 'ResourceType') === type)
    .flatMap((specification) => pairs(records(specification, 'Tag')));
}

function pairs(list: readonly Fields[]): Tag[] {
  return list.map((tag) => [must(tag, 'Key'), must(tag, 'Value')] as const);
}

/**
 * What is not visible has no tags, so that a policy which asks for them refuses it where another one lets NotFound through
 * (hashicorp/terraform-provider-aws#6055).
 */
function existing(call: Call, kind: Kind, id: string): { resource: string; context: Context } {
  const thing = seen(call, kind, id);
  const tags = thing?.tags ?? [];
  const context = {
    ...tagKeys('aws:ResourceTag', tags),
    ...tagKeys('ec2:ResourceTag', tags),
    ...(thing && 'vpcID' in thing ? { 'ec2:Vpc': arnOf(call, 'vpc', thing.vpcID) } : {}),
  };
  return { resource: arnOf(call, kind, id), context };
}

function permit(
  call: Call,
  { action, resource, context }: { action: string; resource: string; context: Context },
): void {
  try {
    const all = { ...context, 'ec2:Region': call.route.region };
    authorize(call, { action, resource, owner: call.principal.account, context: all });
  } catch (error) {
    throw error instanceof AwsError ? unauthorized(error) : error;
  }
}

/** EC2 API reference, "Common client error codes": UnauthorizedOperation; the sentence is the one that all services share. */
function unauthorized({ message }: AwsError): AwsError {
  const why = message.replace(' on resource: * ', ' ');
  return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${why}`, 403);
}
