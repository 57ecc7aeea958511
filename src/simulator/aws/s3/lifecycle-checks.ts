// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: API_PutBucketLifecycleConfiguration and S3 User Guide, "Lifecycle configuration elements"; messages as S3 gives them. */
import { AwsError } from '../errors.ts';
import type { LifecycleRule } from './lifecycle-rules.ts';
import { malformedXml } from './reply.ts';

function invalidArgument(message: string): AwsError {
  return new AwsError('InvalidArgument', message);
}

function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', message);
}

export function checkRules(rules: readonly LifecycleRule[]): void {
  if (new Set(rules.map(({ id }) => id)).size < rules.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for one or more rules');
  for (const rule of rules) {
    if (rule.id.length > 255) throw invalidArgument('ID length should not exceed allowed limit of 255');
    checkActions(rule);
    checkNumbers(rule);
    checkScope(rule);
  }
}

function checkActions(rule: LifecycleRule): void {
  const expirations = [rule.expirationDays, rule.expirationDate, rule.expiredObjectDeleteMarker].filter(
    (value) => value !== undefined,
  );
  if (expirations.length > 1) throw malformedXml();
  if (rule.newerNoncurrentVersions !== undefined && rule.noncurrentDays === undefined) throw malformedXml();
  if (rule.newerNoncurrentVersions !== undefined && rule.oldForm)
    throw invalidRequest('NewerNoncurrentVersions requires the Filter element');
  const actions = [...expirations, rule.noncurrentDays, rule.abortUploadDays].filter((value) => value !== undefined);
  if (actions.length + rule.transitions.length + rule.noncurrentTransitions.length === 0)
    throw invalidRequest('At least one action needs to be specified in a rule');
}

function checkNumbers(rule: LifecycleRule): void {
  positive(rule.expirationDays, "'Days' for Expiration action");
  positive(rule.noncurrentDays, "'NoncurrentDays' for NoncurrentVersionExpiration action");
  positive(rule.abortUploadDays, "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action");
  positive(rule.newerNoncurrentVersions, "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action", 100);
  midnight(rule.expirationDate);
  for (const transition of rule.transitions) {
    if ((transition.days === undefined) === (transition.date === undefined)) throw malformedXml();
    if (transition.days !== undefined && transition.days < 0)
      throw invalidArgument("'Days' in Transition action must be nonnegative");
    if (transition.storageClass.endsWith('_IA') && transition.days !== undefined && transition.days < 30)
      throw invalidArgument(
        `'Days' in Transition action must be greater than or equal to 30 for storageClass '${transition.storageClass}'`,
      );
    midnight(transition.date);
  }
}

function positive(value: number | undefined, what: string, max?: number): void {
  if (value === undefined) return;
  if (value < 1 || value > 2_147_483_647) throw invalidArgument(`${what} must be a positive integer`);
  if (max !== undefined && value > max)
    throw invalidArgument(`${what} must be a positive integer less than or equal to ${max}`);
}

function midnight(date: string | undefined): void {
  if (date === undefined) return;
  const at = Date.parse(date);
  if (Number.isNaN(at)) throw malformedXml();
  if (at % 86_400_000 !== 0) throw invalidArgument("'Date' must be at midnight GMT");
}

function checkScope(rule: LifecycleRule): void {
  const { sizeGreaterThan: greater, sizeLessThan: less } = rule;
  if (greater !== undefined && less !== undefined && greater >= less)
    throw invalidRequest("'ObjectSizeGreaterThan' must be less than 'ObjectSizeLessThan'");
  if (rule.prefix.length > 1024) throw invalidRequest('The maximum size of a prefix is 1024');
  if (rule.tags.length > 0 && rule.abortUploadDays !== undefined)
    throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Tags.');
  if (rule.tags.length > 0 && rule.expiredObjectDeleteMarker !== undefined)
    throw invalidRequest('ExpiredObjectDeleteMarker cannot be specified with Tags.');
  if ((greater !== undefined || less !== undefined) && rule.abortUploadDays !== undefined)
    throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Object Size.');
}
