// SPDX-License-Identifier: GPL-3.0-or-later
import { randomText } from '../../kernel/random.ts';
import type { Reply } from '../call.ts';
import { records } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { lifecycleMembers, ruleOf } from './lifecycle-input.ts';
import type { LifecycleRule } from './lifecycle-rules.ts';
import { checkRules } from './lifecycle-checks.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { settingsOf } from './permission.ts';
import { emptyReply, invalidArgument, xmlReply } from './reply.ts';
import { bodyOf, missing } from './settings-operations.ts';
import { changeSettings } from './settings.ts';

const minimumHeader = 'x-amz-transition-default-minimum-object-size';
const on = 'bucket';

export const lifecycleOperations: S3Operations = {
  GetBucketLifecycleConfiguration: {
    on,
    effect: 'read',
    method: 'GET',
    sub: 'lifecycle',
    permission: 's3:GetLifecycleConfiguration',
    run: getLifecycle,
  },
  PutBucketLifecycleConfiguration: {
    on,
    effect: 'write',
    method: 'PUT',
    sub: 'lifecycle',
    checksum: true,
    headers: [minimumHeader],
    permission: 's3:PutLifecycleConfiguration',
    run: putLifecycle,
  },
  DeleteBucketLifecycle: {
    on,
    effect: 'write',
    method: 'DELETE',
    sub: 'lifecycle',
    permission: 's3:PutLifecycleConfiguration',
    run: (call) => (
      changeSettings(call, call.bucket, { lifecycle: undefined, lifecycleSince: call.now }), emptyReply(204)
    ),
  },
};

function getLifecycle(call: BucketCall): Reply {
  const { lifecycle, transitionMinimum } = settingsOf(call, call.bucket);
  if (!lifecycle) throw missing(call, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist');
  return xmlReply('LifecycleConfiguration', { Rule: lifecycle.map(ruleXml) }, { [minimumHeader]: transitionMinimum });
}

/** API_PutBucketLifecycleConfiguration: replaces all rules. */
function putLifecycle(call: BucketCall): Reply {
  const fields = bodyOf(call, 'LifecycleConfiguration', lifecycleMembers);
  const newID = (): string =>
    randomText(call.world.state.random, 48, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
  const lifecycle = records(fields, 'Rule').map((rule) => ruleOf(rule, newID));
  checkRules(lifecycle);
  const transitionMinimum = call.incoming.headers.get(minimumHeader) ?? 'all_storage_classes_128K';
  if (!['all_storage_classes_128K', 'varies_by_storage_class'].includes(transitionMinimum))
    throw invalidArgument('Invalid transition default minimum object size', minimumHeader, transitionMinimum);
  changeSettings(call, call.bucket, { lifecycle, transitionMinimum, lifecycleSince: call.now });
  return emptyReply(200, { [minimumHeader]: transitionMinimum });
}

function ruleXml(rule: LifecycleRule): Xml {
  return {
    ID: rule.id,
    ...(rule.oldForm ? { Prefix: rule.prefix } : { Filter: filterXml(rule) }),
    Status: rule.enabled ? 'Enabled' : 'Disabled',
    Transition: rule.transitions.map(({ days, date, storageClass }) => ({
      Days: days,
      Date: date,
      StorageClass: storageClass,
    })),
    NoncurrentVersionTransition: rule.noncurrentTransitions.map((transition) => ({
      NoncurrentDays: transition.days,
      StorageClass: transition.storageClass,
      NewerNoncurrentVersions: transition.newerNoncurrentVersions,
    })),
    Expiration: some({
      Days: rule.expirationDays,
      Date: rule.expirationDate,
      ExpiredObjectDeleteMarker: rule.expiredObjectDeleteMarker,
    }),
    NoncurrentVersionExpiration: some({
      NoncurrentDays: rule.noncurrentDays,
      NewerNoncurrentVersions: rule.newerNoncurrentVersions,
    }),
    AbortIncompleteMultipartUpload: some({ DaysAfterInitiation: rule.abortUploadDays }),
  };
}

function filterXml(rule: LifecycleRule): Xml {
  const tags = rule.tags.map(([Key, Value]) => ({ Key, Value }));
  const sizes = { ObjectSizeGreaterThan: rule.sizeGreaterThan, ObjectSizeLessThan: rule.sizeLessThan };
  if (rule.and) return { And: { Prefix: rule.prefix || undefined, Tag: tags, ...sizes } };
  const single = tags.length > 0 || rule.sizeGreaterThan !== undefined || rule.sizeLessThan !== undefined;
  return { Prefix: single ? undefined : rule.prefix, Tag: tags, ...sizes };
}

function some(fields: Record<string, Xml>): Xml {
  return Object.values(fields).some((value) => value !== undefined) ? fields : undefined;
}
