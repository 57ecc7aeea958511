// SPDX-License-Identifier: GPL-3.0-or-later
/** What AWS would refuse half way, because something is full: found before the first step. Pure. */
import type { Counted } from '../../../clouds/aws/room.ts';
import type { Hold } from '../../../core/plan.ts';
import type { Observed } from '../observed.ts';
import type { BackupTargetStep } from '../steps.ts';
import { blocked } from './part.ts';

/** IAM and AWS STS quotas: all inline policies of a user together, white space not counted. */
const userPolicyCharacters = 2048;
/** S3 User Guide, "Policies and permissions in Amazon S3". */
const bucketPolicyBytes = 20 * 1024;
/** S3 User Guide, "Using cost allocation S3 bucket tags"; IAM User Guide, "Tags for IAM resources". */
const mostTags = 50;

function reached(message: string, by: { readonly kind: string; readonly id: string }): Hold {
  return blocked('QuotaReached', `${message} Nothing was changed.`, by);
}

function full(counted: Counted | undefined): counted is Counted {
  return counted !== undefined && counted.have >= counted.most;
}

function tagsOver(tags: object, what: string): Hold | undefined {
  const count = Object.keys(tags).length;
  if (count <= mostTags) return undefined;
  const message = `${what} would have ${count} tags, and AWS allows ${mostTags}: take ${count - mostTags} away, from bucket.tags or from what others put there.`;
  return reached(message, { kind: 'Tags', id: what });
}

/** UTF-8, as S3 counts. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

function sizeOver(step: BackupTargetStep, { user }: Observed): Hold | undefined {
  if (step.do === 'SetUserPolicy') {
    const others = Object.entries(user?.policies ?? {}).filter(([name]) => name !== step.policyName);
    const size = [...others.map(([, text]) => text), step.document].join('').replace(/\s/g, '').length;
    if (size <= userPolicyCharacters) return undefined;
    const message = `The inline policies of user ${step.user} would have ${size} characters, and IAM allows ${userPolicyCharacters} together: take away ${others.map(([name]) => name).join(', ') || 'some of the prefix'}, or make them managed policies.`;
    return reached(message, { kind: 'User', id: step.user });
  }
  if (step.do !== 'RequireTLS' || bytesOf(step.policy) <= bucketPolicyBytes) return undefined;
  const message = `The policy of bucket ${step.bucket} would have ${bytesOf(step.policy)} bytes with the statement that asks for TLS, and S3 allows ${bucketPolicyBytes}: shorten the statements of others.`;
  return reached(message, { kind: 'Bucket', id: step.bucket });
}

function roomOver(step: BackupTargetStep, { room, account }: Observed): Hold | undefined {
  const by = { kind: 'Account', id: account };
  if (step.do === 'CreateBucket' && full(room?.buckets)) {
    const { have, most } = room.buckets;
    return reached(
      `Account ${account} has ${have} buckets, and ${most} are allowed: delete some, or ask AWS to raise the quota and tell the operator (--bucket-quota).`,
      by,
    );
  }
  if (step.do === 'CreateUser' && full(room?.users)) {
    const { have, most } = room.users;
    return reached(
      `Account ${account} has ${have} IAM users, and ${most} are allowed: delete some, or ask AWS to raise the quota (Service Quotas, "Users per account").`,
      by,
    );
  }
  return undefined;
}

function tagHold(step: BackupTargetStep, { user }: Observed): Hold | undefined {
  if (step.do === 'AdoptUser') return tagsOver({ ...user?.tags, ...step.tags }, `user ${step.user}`);
  return 'bucket' in step && 'tags' in step ? tagsOver(step.tags, `bucket ${step.bucket}`) : undefined;
}

/** The first of the steps that would not get through, in words for a person. */
export function quotaHold(steps: readonly BackupTargetStep[], observed: Observed): Hold | undefined {
  for (const step of steps) {
    const hold = roomOver(step, observed) ?? tagHold(step, observed) ?? sizeOver(step, observed);
    if (hold) return hold;
  }
  return undefined;
}
