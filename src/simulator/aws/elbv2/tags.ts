// SPDX-License-Identifier: GPL-3.0-or-later
/** Tags, at creation and later. Source: API_AddTags, API_RemoveTags, API_DescribeTags of ELB 2015-12-01. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { required, text, texts, type Fields, type List } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { Tag } from '../tag.ts';
import { named, notFound, save, type Shelf } from './held.ts';
import { onAll, onTagged, shelfOf, tagsIn } from './permission.ts';

export const tagList: List = {
  is: 'list',
  of: {
    is: 'structure',
    members: { Key: required(text({ min: 1, max: 128 })), Value: text({ max: 256 }) },
  },
};

/** @throws {AwsError} DuplicateTagKeys, TooManyTags */
export function merged(present: readonly Tag[], added: readonly Tag[]): Tag[] {
  if (new Set(added.map(([key]) => key)).size < added.length)
    throw new AwsError('DuplicateTagKeys', 'A tag key was specified more than once.');
  const all = new Map([...present, ...added]);
  if (all.size > 50)
    throw new AwsError('TooManyTags', "You've reached the limit on the number of tags for this resource.");
  return [...all];
}

function kindOf(arn: string): Shelf {
  const shelf = shelfOf(arn);
  if (!shelf) throw new AwsError('ValidationError', `'${arn}' is not a valid load balancer ARN`);
  return shelf;
}

/** All or nothing: every name is looked up before one is changed. */
function changeAll(call: Call, input: Fields, to: (tags: readonly Tag[]) => Tag[]): Xml {
  const arns = texts(input, 'ResourceArns');
  for (const arn of arns) to(named(call, kindOf(arn), arn).tags);
  for (const arn of arns) {
    const shelf = kindOf(arn);
    const thing = named(call, shelf, arn);
    save(call, shelf, { ...thing, tags: to(thing.tags) });
  }
  return {};
}

/** At most twenty at a time. */
function describe(call: Call, input: Fields): Xml {
  const arns = texts(input, 'ResourceArns');
  if (arns.length > 20) throw new AwsError('ValidationError', 'Up to 20 resource ARNs can be described at a time');
  return {
    TagDescriptions: {
      member: arns.map((arn) => {
        const shelf = shelfOf(arn);
        if (!shelf) throw notFound('loadBalancers', [arn]);
        const { tags } = named(call, shelf, arn);
        return { ResourceArn: arn, Tags: { member: tags.map(([Key, Value]) => ({ Key, Value })) } };
      }),
    },
  };
}

const arns = required<List>({ is: 'list', of: text() });

export const tagOperations: Record<string, QueryOperation> = {
  AddTags: {
    effect: 'write',
    input: { ResourceArns: arns, Tags: required(tagList) },
    authorize: onTagged('AddTags'),
    run: (call, input) => changeAll(call, input, (tags) => merged(tags, tagsIn(input))),
  },
  RemoveTags: {
    effect: 'write',
    input: { ResourceArns: arns, TagKeys: required<List>({ is: 'list', of: text() }) },
    authorize: onTagged('RemoveTags'),
    run: (call, input) => {
      const gone = new Set(texts(input, 'TagKeys'));
      return changeAll(call, input, (tags) => tags.filter(([key]) => !gone.has(key)));
    },
  },
  DescribeTags: { effect: 'read', input: { ResourceArns: arns }, authorize: onAll('DescribeTags'), run: describe },
};
