// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Lifecycle rules at work. Once a day, at midnight UTC: an age in days is added to the creation, and rounded up to the next midnight
 * (S3 User Guide, "Lifecycle configuration elements", "Based on an object's age"). Evaluated when the bucket is next looked at.
 */
import type { World } from '../call.ts';
import type { LifecycleRule } from './lifecycle-rules.ts';
import { trueSettings } from './settings.ts';
import { recordDays } from './storage-days.ts';
import type { BucketState, ObjectVersion } from './state.ts';
import { deleteCurrent, removeVersion } from './versions.ts';

const day = 86_400_000;

interface Action {
  readonly at: number;
  readonly run: () => void;
}

/** The midnight at or after a time. */
function midnightAfter(at: number): number {
  return Math.ceil(at / day) * day;
}

export function runLifecycle(world: World, bucket: BucketState, now: number): void {
  recordDays(bucket, now);
  const midnight = Math.floor(now / day) * day;
  if (midnight <= bucket.lifecycleRanAt) return;
  bucket.lifecycleRanAt = midnight;
  const { lifecycle, lifecycleSince } = trueSettings(bucket);
  const rules = (lifecycle ?? []).filter((rule) => rule.enabled);
  if (rules.length === 0) return;
  const earliest = midnightAfter(lifecycleSince);
  for (const rule of rules) abortUploads(bucket, rule, { earliest, midnight });
  for (const key of bucket.objects.keys()) {
    // one action may make the next one due: an expired object's versions, then its lone delete marker
    for (let next = nextAction(world, bucket, key, rules); next; next = nextAction(world, bucket, key, rules)) {
      if (Math.max(next.at, earliest) > midnight) break;
      next.run();
    }
  }
}

function abortUploads(
  bucket: BucketState,
  rule: LifecycleRule,
  { earliest, midnight }: { earliest: number; midnight: number },
): void {
  if (rule.abortUploadDays === undefined) return;
  for (const upload of bucket.uploads.values()) {
    const due = Math.max(earliest, midnightAfter(upload.at + rule.abortUploadDays * day));
    if (due <= midnight && upload.key.startsWith(rule.prefix)) bucket.uploads.delete(upload.id);
  }
}

/** The action on this key that is due first. */
function nextAction(
  world: World,
  bucket: BucketState,
  key: string,
  rules: readonly LifecycleRule[],
): Action | undefined {
  const versions = bucket.objects.get(key) ?? [];
  const actions = rules
    .filter((rule) => key.startsWith(rule.prefix))
    .flatMap((rule) => [
      ...expiry({ world, bucket, key }, versions.at(-1), rule),
      ...noncurrentExpiry(bucket, key, rule),
      ...loneMarker(bucket, key, rule),
      ...transitions(bucket, key, rule),
    ]);
  return actions.sort((a, b) => a.at - b.at)[0];
}

interface Place {
  readonly world: World;
  readonly bucket: BucketState;
  readonly key: string;
}

function expiry({ world, bucket, key }: Place, current: ObjectVersion | undefined, rule: LifecycleRule): Action[] {
  if (!current || current.deleteMarker || !inScope(rule, current)) return [];
  const { expirationDays: days, expirationDate: date } = rule;
  const at =
    days === undefined ? (date === undefined ? undefined : Date.parse(date)) : midnightAfter(current.at + days * day);
  const versioning = trueSettings(bucket).versioning;
  return at === undefined ? [] : [{ at, run: () => void deleteCurrent(world, bucket, { key, at, versioning }) }];
}

/** Both must hold: old enough, and enough newer noncurrent versions kept. */
function noncurrentExpiry(bucket: BucketState, key: string, rule: LifecycleRule): Action[] {
  const days = rule.noncurrentDays;
  if (days === undefined) return [];
  const noncurrent = (bucket.objects.get(key) ?? []).slice(0, -1).reverse();
  return noncurrent
    .filter((version, newer) => newer >= (rule.newerNoncurrentVersions ?? 0) && inScope(rule, version))
    .map((version) => ({
      // a locked version stays until its retention is over (S3 User Guide, "Object Lock", lifecycle)
      at: midnightAfter(Math.max((version.noncurrentSince ?? version.at) + days * day, version.lock?.until ?? 0)),
      run: () => void removeVersion(bucket, key, version.id),
    }));
}

/** A delete marker with nothing below it. */
function loneMarker(bucket: BucketState, key: string, rule: LifecycleRule): Action[] {
  const [marker, ...more] = bucket.objects.get(key) ?? [];
  if (!marker?.deleteMarker || more.length > 0) return [];
  const run = (): void => void removeVersion(bucket, key, marker.id);
  if (rule.expiredObjectDeleteMarker === true) return [{ at: midnightAfter(marker.at), run }];
  return rule.expirationDays === undefined ? [] : [{ at: midnightAfter(marker.at + rule.expirationDays * day), run }];
}

/** Only downwards (S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle", supported transitions). */
const order = ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'];

function transitions(bucket: BucketState, key: string, rule: LifecycleRule): Action[] {
  const versions = bucket.objects.get(key) ?? [];
  const current = versions.at(-1);
  const move = (version: ObjectVersion, storageClass: string, at: number): Action[] =>
    order.indexOf(storageClass) > order.indexOf(version.storageClass) && largeEnough(bucket, rule, version)
      ? [{ at, run: () => void (version.storageClass = storageClass) }]
      : [];
  return [
    ...rule.transitions.flatMap(({ days, date, storageClass }) =>
      current && !current.deleteMarker && inScope(rule, current)
        ? move(
            current,
            storageClass,
            date === undefined ? midnightAfter(current.at + (days ?? 0) * day) : Date.parse(date),
          )
        : [],
    ),
    ...rule.noncurrentTransitions.flatMap(({ days, storageClass }) =>
      versions
        .slice(0, -1)
        .filter((version) => !version.deleteMarker && inScope(rule, version))
        .flatMap((version) =>
          move(version, storageClass, midnightAfter((version.noncurrentSince ?? version.at) + (days ?? 0) * day)),
        ),
    ),
  ];
}

/** By default nothing below 128 KB moves; a filter by size says otherwise (S3 User Guide, "Constraints and considerations for transitions"). */
function largeEnough(bucket: BucketState, rule: LifecycleRule, { body }: ObjectVersion): boolean {
  if (rule.sizeGreaterThan !== undefined || rule.sizeLessThan !== undefined) return true;
  return trueSettings(bucket).transitionMinimum !== 'all_storage_classes_128K' || body.byteLength >= 128 * 1024;
}

function inScope(rule: LifecycleRule, version: ObjectVersion): boolean {
  const size = version.body.byteLength;
  if (rule.sizeGreaterThan !== undefined && size <= rule.sizeGreaterThan) return false;
  if (rule.sizeLessThan !== undefined && size >= rule.sizeLessThan) return false;
  return rule.tags.every(([key, value]) => version.tags.some(([name, given]) => name === key && given === value));
}
