// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { must, records, required, text, texts, type Fields, type Members } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import type { Tag } from '../tag.ts';
import { invalidInput } from './body.ts';
import { arnOf, permit } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { checkNamed, put, stateOf, zoneNamed } from './shelf.ts';

const tagMembers: Members = { Key: required(text({ min: 1, max: 128 })), Value: text({ max: 256 }) };
/** API_ChangeTagsForResource: at most ten a request. */
const ten = 10;

export const tagOperations: Route53Operations = {
  ChangeTagsForResource: {
    effect: 'write',
    method: 'POST',
    path: '/tags/{ResourceType}/{ResourceId}',
    body: {
      AddTags: { is: 'list', max: ten, of: { is: 'structure', members: tagMembers } },
      RemoveTagKeys: { is: 'list', max: ten, of: text({ max: 128 }) },
    },
    authorize: (call, input) => allowed(call, input, 'route53:ChangeTagsForResource'),
    run: change,
  },
  ListTagsForResource: {
    effect: 'read',
    method: 'GET',
    path: '/tags/{ResourceType}/{ResourceId}',
    authorize: (call, input) => allowed(call, input, 'route53:ListTagsForResource'),
    run: (call, input) => ({
      xml: { ResourceTagSet: tagSet(call, must(input, 'ResourceType'), must(input, 'ResourceId')) },
    }),
  },
  ListTagsForResources: {
    effect: 'read',
    method: 'POST',
    path: '/tags/{ResourceType}',
    body: { ResourceIds: { is: 'list', required: true, max: ten, of: text({ max: 64 }) } },
    authorize: (call, input) => {
      for (const ResourceId of texts(input, 'ResourceIds'))
        allowed(call, { ...input, ResourceId }, 'route53:ListTagsForResources');
    },
    run: (call, input) => {
      const sets = texts(input, 'ResourceIds').map((id) => tagSet(call, must(input, 'ResourceType'), id));
      return { xml: { ResourceTagSets: { ResourceTagSet: sets } } };
    },
  },
};

function allowed(call: Call, input: Fields, action: string): void {
  const type = kindOf(must(input, 'ResourceType'));
  permit(call, { action, resource: arnOf(type, must(input, 'ResourceId')) });
}

function kindOf(type: string): 'healthcheck' | 'hostedzone' {
  if (type === 'healthcheck' || type === 'hostedzone') return type;
  throw invalidInput(
    `1 validation error detected: Value '${type}' at 'resourceType' failed to satisfy constraint: Member must satisfy enum value set: [healthcheck, hostedzone]`,
  );
}

function tagsOf(call: Call, type: string, id: string): readonly Tag[] {
  return (kindOf(type) === 'healthcheck' ? checkNamed(call, id) : zoneNamed(call, id)).tags;
}

function tagSet(call: Call, type: string, id: string): Xml {
  const tags = tagsOf(call, type, id).map(([Key, Value]) => ({ Key, Value }));
  return { ResourceType: type, ResourceId: id, Tags: { Tag: tags } };
}

/** API_ChangeTagsForResource; 50 tags a resource (Tag Editor User Guide, "Tag naming limits and requirements"). */
function change(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const [type, id] = [must(input, 'ResourceType'), must(input, 'ResourceId')];
  const added = records(input, 'AddTags').map((tag): Tag => [must(tag, 'Key'), must(tag, 'Value')]);
  const removed = texts(input, 'RemoveTagKeys');
  if (added.length + removed.length === 0)
    throw invalidInput('At least one of AddTags and RemoveTagKeys must be specified');
  const own = added.find(([key]) => key.toLowerCase().startsWith('aws:'));
  if (own) throw invalidInput(`The tag key ${own[0]} is reserved for AWS use`);
  const tags = new Map(tagsOf(call, type, id));
  for (const key of removed) tags.delete(key);
  for (const [key, value] of added) tags.set(key, value);
  if (tags.size > 50) throw invalidInput('Number of tags exceeds the limit of 50');
  const kept = { tags: [...tags] };
  if (kindOf(type) === 'healthcheck') put(call, stateOf(call).checks, id, { ...checkNamed(call, id), ...kept });
  else put(call, stateOf(call).zones, id, { ...zoneNamed(call, id), ...kept });
  return { xml: {} };
}
