// SPDX-License-Identifier: GPL-3.0-or-later
/** Tags, at creation and later. Source: EC2 User Guide, "Tag your Amazon EC2 resources"; API_CreateTags, API_DeleteTags. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, required, texts, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import type { Tag } from '../tag.ts';
import { kindOf, named, save, type Kind } from './entities.ts';
import { invalid, tags as tagList, texts as textList } from './input.ts';
import { onTagged } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';

export function tagsIn(list: readonly Fields[]): Tag[] {
  return list.map((tag) => [must(tag, 'Key'), must(tag, 'Value')] as const);
}

/**
 * The tags of `TagSpecification`, which must be for what is being made.
 * @param beside Other things that the call makes, too; they have tags of their own.
 */
export function newTags(input: Fields, kind: Kind, beside: readonly string[] = []): Tag[] {
  const tags = records(input, 'TagSpecification').flatMap((specification) => {
    const type = may(specification, 'ResourceType');
    if (type !== undefined && beside.includes(type)) return [];
    if (type !== kind)
      throw new AwsError(
        'InvalidParameterValue',
        `'${type ?? ''}' is not a valid taggable resource type for this operation.`,
      );
    return tagsIn(records(specification, 'Tag'));
  });
  return merge([], tags);
}

function merge(present: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(present);
  const given = new Set<string>();
  for (const [key, value] of added) {
    if (key.toLowerCase().startsWith('aws:'))
      throw new AwsError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    if (given.has(key)) throw new AwsError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    if (key.length > 128) throw invalid('Key', key, 'Tag keys may have at most 128 characters.');
    if (value.length > 256) throw invalid('Value', value, 'Tag values may have at most 256 characters.');
    given.add(key);
    merged.set(key, value);
  }
  if (merged.size > 50) throw new AwsError('TagLimitExceeded', 'More than 50 tags specified');
  return [...merged];
}

export function tagSet(tags: readonly Tag[]): Xml {
  return items(tags.map(([key, value]) => ({ key, value })));
}

function change(call: Call, id: string, to: (tags: readonly Tag[]) => readonly Tag[]): void {
  const kind = kindOf(id);
  if (!kind) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  const thing = named(call, kind, id);
  save(call, kind, { ...thing, tags: to(thing.tags) });
}

/** All or nothing: every id is looked up before one is changed. */
function changeAll(call: Call, input: Fields, to: (tags: readonly Tag[]) => readonly Tag[]): Record<string, Xml> {
  const ids = texts(input, 'ResourceId');
  for (const id of ids) {
    const kind = kindOf(id);
    if (kind) to(named(call, kind, id).tags);
  }
  for (const id of ids) change(call, id, to);
  return { return: true };
}

function createTags(call: Call, input: Fields): Record<string, Xml> {
  const added = tagsIn(records(input, 'Tag'));
  return changeAll(call, input, (tags) => merge(tags, added));
}

/** API_DeleteTags: a tag with a value goes only if it has that value; without any tag, all of them go. */
function deleteTags(call: Call, input: Fields): Record<string, Xml> {
  const wanted = records(input, 'Tag');
  const goes = ([key, value]: Tag): boolean =>
    wanted.length === 0 ||
    wanted.some((tag) => must(tag, 'Key') === key && (may(tag, 'Value') === undefined || may(tag, 'Value') === value));
  return changeAll(call, input, (tags) => tags.filter((tag) => !goes(tag)));
}

const input = { ResourceId: required(textList), Tag: tagList };

export const tagOperations: Record<string, Ec2Operation> = {
  CreateTags: {
    effect: 'write',
    input: { ...input, Tag: required(tagList) },
    authorize: onTagged('ec2:CreateTags'),
    run: createTags,
  },
  DeleteTags: { effect: 'write', input, authorize: onTagged('ec2:DeleteTags'), run: deleteTags },
};
