// SPDX-License-Identifier: GPL-3.0-or-later
import { may, must, records, required, text, type Fields, type Members, type Structure } from '../protocol/model.ts';
import type { LifecycleRule, Transition } from './lifecycle-rules.ts';
import { malformedXml } from './reply.ts';
import { checkedTags, tagMembers } from './tags.ts';

const number = { is: 'whole' } as const;
const tag: Structure = { is: 'structure', members: tagMembers };
const sizes: Members = { ObjectSizeGreaterThan: number, ObjectSizeLessThan: number };
const storageClass = required(
  text({ oneOf: ['GLACIER', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'DEEP_ARCHIVE', 'GLACIER_IR'] }),
);

const filter: Members = {
  Prefix: text(),
  Tag: tag,
  ...sizes,
  And: { is: 'structure', members: { Prefix: text(), Tag: { is: 'list', of: tag }, ...sizes } },
};

const rule: Members = {
  ID: text(),
  Prefix: text(),
  Filter: { is: 'structure', members: filter },
  Status: required(text({ oneOf: ['Enabled', 'Disabled'] })),
  Expiration: { is: 'structure', members: { Days: number, Date: text(), ExpiredObjectDeleteMarker: { is: 'flag' } } },
  NoncurrentVersionExpiration: {
    is: 'structure',
    members: { NoncurrentDays: number, NewerNoncurrentVersions: number },
  },
  AbortIncompleteMultipartUpload: { is: 'structure', members: { DaysAfterInitiation: number } },
  Transition: {
    is: 'list',
    of: { is: 'structure', members: { Days: number, Date: text(), StorageClass: storageClass } },
  },
  NoncurrentVersionTransition: {
    is: 'list',
    of: {
      is: 'structure',
      members: { NoncurrentDays: number, StorageClass: storageClass, NewerNoncurrentVersions: number },
    },
  },
};

/** API_PutBucketLifecycleConfiguration: up to 1,000 rules. */
export const lifecycleMembers: Members = {
  Rule: { is: 'list', required: true, max: 1000, of: { is: 'structure', members: rule } },
};

function part(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}

function count(fields: Fields | undefined, name: string): number | undefined {
  const value = fields && may(fields, name);
  return value === undefined ? undefined : Number(value);
}

export function ruleOf(fields: Fields, newID: () => string): LifecycleRule {
  const expiration = part(fields, 'Expiration');
  const noncurrent = part(fields, 'NoncurrentVersionExpiration');
  const marker = expiration && may(expiration, 'ExpiredObjectDeleteMarker');
  return {
    id: may(fields, 'ID') || newID(),
    enabled: must(fields, 'Status') === 'Enabled',
    ...scopeOf(fields),
    expirationDays: count(expiration, 'Days'),
    expirationDate: expiration && may(expiration, 'Date'),
    expiredObjectDeleteMarker: marker === undefined ? undefined : marker === 'true',
    noncurrentDays: count(noncurrent, 'NoncurrentDays'),
    newerNoncurrentVersions: count(noncurrent, 'NewerNoncurrentVersions'),
    abortUploadDays: count(part(fields, 'AbortIncompleteMultipartUpload'), 'DaysAfterInitiation'),
    transitions: records(fields, 'Transition').map((transition) => transitionOf(transition, 'Days')),
    noncurrentTransitions: records(fields, 'NoncurrentVersionTransition').map((transition) =>
      transitionOf(transition, 'NoncurrentDays'),
    ),
  };
}

function transitionOf(fields: Fields, days: string): Transition {
  return {
    days: count(fields, days),
    date: may(fields, 'Date'),
    storageClass: must(fields, 'StorageClass'),
    newerNoncurrentVersions: count(fields, 'NewerNoncurrentVersions'),
  };
}

type Scope = Pick<LifecycleRule, 'prefix' | 'oldForm' | 'tags' | 'sizeGreaterThan' | 'sizeLessThan' | 'and'>;

/** Filter with one condition, or several inside And; or the old Prefix. Both, or neither, is malformed. */
function scopeOf(fields: Fields): Scope {
  const given = part(fields, 'Filter');
  const old = may(fields, 'Prefix');
  if ((given === undefined) === (old === undefined)) throw malformedXml();
  if (!given)
    return {
      prefix: old ?? '',
      oldForm: true,
      tags: [],
      sizeGreaterThan: undefined,
      sizeLessThan: undefined,
      and: false,
    };
  const and = part(given, 'And');
  const conditions = Object.keys(given).length;
  if (conditions > 1 || (and && conditionsIn(and) < 2)) throw malformedXml();
  const from = and ?? given;
  const single = part(from, 'Tag');
  return {
    prefix: may(from, 'Prefix') ?? '',
    oldForm: false,
    tags: checkedTags(single ? [single] : records(from, 'Tag')),
    sizeGreaterThan: count(from, 'ObjectSizeGreaterThan'),
    sizeLessThan: count(from, 'ObjectSizeLessThan'),
    and: and !== undefined,
  };
}

function conditionsIn(and: Fields): number {
  return Object.keys(and).length - (and['Tag'] === undefined ? 0 : 1) + records(and, 'Tag').length;
}
