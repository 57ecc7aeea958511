// SPDX-License-Identifier: GPL-3.0-or-later
/** The archive tiers of S3 Intelligent-Tiering. Source: API_PutBucketIntelligentTieringConfiguration, API_Tiering. */
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { queryValue } from '../incoming.ts';
import { may, must, records, required, text, type Fields, type Members, type Structure } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { settingsOf } from './permission.ts';
import { emptyReply, invalidArgument, malformedXml, xmlReply } from './reply.ts';
import { changeSettings, trueSettings } from './settings.ts';
import { bodyOf } from './settings-operations.ts';
import type { TieringConfiguration } from './state.ts';
import { checkedTags, tagMembers } from './tags.ts';

const tag: Structure = { is: 'structure', members: tagMembers };
const filter: Members = {
  Prefix: text(),
  Tag: tag,
  And: { is: 'structure', members: { Prefix: text(), Tag: { is: 'list', of: tag } } },
};
const tiering: Members = {
  Days: required({ is: 'whole' }),
  AccessTier: required(text({ oneOf: ['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'] })),
};
const members: Members = {
  Id: required(text({ min: 1 })),
  Filter: { is: 'structure', members: filter },
  Status: required(text({ oneOf: ['Enabled', 'Disabled'] })),
  Tiering: { is: 'list', required: true, of: { is: 'structure', members: tiering } },
};
const common = { on: 'bucket', sub: 'intelligent-tiering' } as const;

export const tieringOperations: S3Operations = {
  ListBucketIntelligentTieringConfigurations: {
    ...common,
    effect: 'read',
    method: 'GET',
    permission: 's3:GetIntelligentTieringConfiguration',
    run: list,
  },
  PutBucketIntelligentTieringConfiguration: {
    ...common,
    effect: 'write',
    method: 'PUT',
    query: ['id'],
    permission: 's3:PutIntelligentTieringConfiguration',
    run: put,
  },
  DeleteBucketIntelligentTieringConfiguration: {
    ...common,
    effect: 'write',
    method: 'DELETE',
    query: ['id'],
    permission: 's3:PutIntelligentTieringConfiguration',
    run: remove,
  },
};

function list(call: BucketCall): Reply {
  return xmlReply('ListBucketIntelligentTieringConfigurationsResult', {
    IntelligentTieringConfiguration: settingsOf(call, call.bucket).tiering.map(written),
    IsTruncated: false,
  });
}

function written({ id, enabled, prefix, tags, and, tiers }: TieringConfiguration): Xml {
  const Tag = tags.map(([Key, Value]) => ({ Key, Value }));
  const scope = { Prefix: prefix, Tag };
  return {
    Id: id,
    Filter: prefix === undefined && tags.length === 0 ? undefined : and ? { And: scope } : scope,
    Status: enabled ? 'Enabled' : 'Disabled',
    Tiering: tiers.map(({ days, accessTier }) => ({ Days: days, AccessTier: accessTier })),
  };
}

/** Days until an archive tier: 90 at least for the first, 180 for the deep one, 730 at most (API_Tiering). */
const least: Readonly<Record<string, number>> = { ARCHIVE_ACCESS: 90, DEEP_ARCHIVE_ACCESS: 180 };

function put(call: BucketCall): Reply {
  const fields = bodyOf(call, 'IntelligentTieringConfiguration', members);
  const id = must(fields, 'Id');
  if (queryValue(call.incoming, 'id') !== id) throw invalidArgument('The Id does not match', 'id', id);
  const tiers = records(fields, 'Tiering').map((one) => ({
    days: Number(must(one, 'Days')),
    accessTier: must(one, 'AccessTier'),
  }));
  if (new Set(tiers.map(({ accessTier }) => accessTier)).size < tiers.length) throw malformedXml();
  for (const { days, accessTier } of tiers)
    if (days < (least[accessTier] ?? 0) || days > 730)
      throw new AwsError('InvalidArgument', `'Days' for ${accessTier} must be between ${least[accessTier]} and 730`);
  const given = fields['Filter'] as Fields | undefined;
  const one: TieringConfiguration = { id, enabled: must(fields, 'Status') === 'Enabled', ...scopeOf(given), tiers };
  const others = trueSettings(call.bucket).tiering.filter((other) => other.id !== id);
  // S3 API reference, error codes: at most 1,000 configurations a bucket
  if (others.length >= 1000)
    throw new AwsError(
      'TooManyConfigurations',
      'You are attempting to create a new configuration but have already reached the 1,000-configuration limit.',
    );
  changeSettings(call, call.bucket, { tiering: [...others, one] });
  return emptyReply(200);
}

function scopeOf(given: Fields | undefined): Pick<TieringConfiguration, 'prefix' | 'tags' | 'and'> {
  if (!given) return { prefix: undefined, tags: [], and: false };
  const and = given['And'] as Fields | undefined;
  const from = and ?? given;
  if (Object.keys(given).length > 1) throw malformedXml();
  const single = from['Tag'];
  const listed = Array.isArray(single) ? records(from, 'Tag') : single ? [single as Fields] : [];
  return { prefix: may(from, 'Prefix'), tags: checkedTags(listed), and: and !== undefined };
}

function remove(call: BucketCall): Reply {
  const id = queryValue(call.incoming, 'id') ?? '';
  const before = trueSettings(call.bucket).tiering;
  if (!before.some((one) => one.id === id))
    throw new AwsError('NoSuchConfiguration', 'The specified configuration does not exist.', 404);
  changeSettings(call, call.bucket, { tiering: before.filter((one) => one.id !== id) });
  return emptyReply(204);
}
