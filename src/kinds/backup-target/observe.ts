// SPDX-License-Identifier: GPL-3.0-or-later
import { annotations } from '../../api/annotations.ts';
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import type { BucketFound } from '../../clouds/aws/s3/buckets.ts';
import { sideBySide } from '../../clouds/aws/side-by-side.ts';
import { readRareSettings } from '../../clouds/aws/s3/rare-settings.ts';
import { roomForUsers } from '../../clouds/aws/room.ts';
import type { AgeLimit, User } from '../../clouds/aws/iam/users.ts';
import type { Desired } from '../../core/kind.ts';
import { ownershipOf, type Tags } from '../../core/owner-mark.ts';
import { milliseconds } from '../../core/time.ts';
import { busyAgeMs, hurries, restingAge, sinceAsked } from '../answer-age.ts';
import { descriptionOf, readAccessSecret } from './access-secret.ts';
import type { Clouds } from './connect.ts';
import { proofIn } from './key-facts.ts';
import type { AccessSecret, FoundUser, Observed, Validation } from './observed.ts';
import { deliveredAt } from './plan/serving.ts';
import { isAdopting } from './plan/words.ts';
import { nameRights } from './permissions.ts';
import { usageOf } from './usage.ts';

/** What hardly ever changes: with the looks in between, once an hour. */
const rareAgeMs = 55 * 60_000;

function validationOf(last: BackupTargetStatus): Validation | undefined {
  const { validation } = last;
  return validation && { ...validation, lastTime: milliseconds(validation.lastTime) || 0 };
}

/** Nothing is being made, changed or taken away. A new generation is planned on what was just read. */
function atRest(desired: Desired<BackupTargetSpec, BackupTargetStatus>, secret: AccessSecret): boolean {
  if (desired.absent || hurries(desired)) return false;
  // while a key is being replaced, keys are listed anew
  if (secret.found === 'ours' && secret.pending) return false;
  return deliveredAt(secret) !== undefined && desired.last.validation?.outcome === 'Succeeded';
}

/** The first page of what is in a bucket that is to be deleted with its data. */
async function contentsOf(
  { buckets, session, owner }: Clouds,
  desired: Desired<BackupTargetSpec, BackupTargetStatus>,
  bucket: BucketFound,
) {
  const { spec, absent } = desired;
  if (!absent || spec.deletionPolicy !== 'Delete' || bucket.found !== 'here') return {};
  if (ownershipOf(bucket.settings.tags, owner) !== 'mine') return {};
  return { contents: await buckets.versions({ bucket: spec.bucket.name, account: session.account }) };
}

/** Ours, or named for adoption. */
function concernsUs(
  { owner, spec }: Clouds,
  { annotations }: Pick<Desired<unknown, unknown>, 'annotations'>,
  tags: Tags,
) {
  const ownership = ownershipOf(tags, owner);
  return ownership === 'mine' || isAdopting(annotations, ownership, spec.user.name);
}

/** Of a bucket that is ours or is to become it: hourly, and at once after a change of the spec or while a person has to act. */
async function rareOf(
  { session, scope, owner, spec, outside }: Clouds,
  desired: Desired<BackupTargetSpec, BackupTargetStatus>,
  bucket: BucketFound,
): Promise<Pick<Observed, 'rare'>> {
  if (desired.absent || bucket.found !== 'here' || bucket.region !== session.region) return {};
  const { name } = spec.bucket;
  const wanted = desired.annotations[annotations.adopt] ?? desired.annotations[annotations.takeOver];
  if (ownershipOf(bucket.settings.tags, owner) !== 'mine' && wanted === undefined) return {};
  const usual = hurries(desired) ? busyAgeMs : rareAgeMs;
  const maxAgeMs = Math.min(usual, sinceAsked(desired, outside.clock.now()));
  const rare = await readRareSettings(session, scope, { ref: { bucket: name, account: session.account }, maxAgeMs });
  return rare ? { rare } : {};
}

interface Making {
  readonly bucket: BucketFound;
  readonly found: User | undefined;
  readonly age: AgeLimit;
}

/** Asked before something is made, never at rest. */
async function roomFor(
  { outside, session, buckets }: Clouds,
  { absent }: Desired<BackupTargetSpec, BackupTargetStatus>,
  { bucket, found, age }: Making,
): Promise<Pick<Observed, 'room'>> {
  const makesBucket = bucket.found === 'absent';
  if (absent || (!makesBucket && found)) return {};
  const users = found ? undefined : await roomForUsers(session);
  const { bucketQuota: most } = outside;
  const have = makesBucket && most !== undefined ? await buckets.count(age) : undefined;
  return {
    room: {
      ...(users ? { users } : {}),
      ...(have === undefined || most === undefined ? {} : { buckets: { have, most } }),
    },
  };
}

function foundUser({ arn, tags, policies, attached, boundary }: User): FoundUser {
  return { arn, tags, policies, attached, ...(boundary === undefined ? {} : { boundary }) };
}

/** The status is written for a validation anyhow: what changes by itself waits for that, and costs no write of its own. */
function toldAnyhow({ spec, last }: Desired<BackupTargetSpec, BackupTargetStatus>, now: number): boolean {
  const validated = milliseconds(last.validation?.lastTime ?? '');
  return spec.managementPolicy !== 'Apply' || now >= validated + spec.validation.intervalSeconds * 1000;
}

/** Reads only. At rest: the shared lists, and this object's own settings and keys once per drift interval. */
export async function observe(
  clouds: Clouds,
  desired: Desired<BackupTargetSpec, BackupTargetStatus>,
): Promise<Observed> {
  const { outside, session, buckets, users, owner } = clouds;
  const { spec, namespace, last } = desired;
  const live = await outside.secrets.read(namespace, spec.accessKey.secretRef.name);
  const secret = readAccessSecret(live, owner.uid, descriptionOf(spec, session.partition));
  const settled = atRest(desired, secret);
  const age = {
    maxAgeMs: Math.min(
      settled ? restingAge * desired.driftIntervalMs : busyAgeMs,
      sinceAsked(desired, outside.clock.now()),
    ),
  };
  const rights = nameRights(clouds, { absent: desired.absent, settled });
  const [bucket, found] = await sideBySide([buckets.find(spec.bucket.name, age), users.find(spec.user.name, age)]);
  // before a key is made or deleted, keys are listed anew; those of a user that is not ours are none of our business, and not permitted
  const keys =
    found && concernsUs(clouds, desired, found.tags)
      ? await users.keys(spec.user.name, settled ? age : { maxAgeMs: 0 })
      : [];
  const usage =
    settled && bucket.found === 'here' && toldAnyhow(desired, outside.clock.now())
      ? await usageOf(clouds, desired)
      : undefined;
  const validation = validationOf(last);
  return {
    now: outside.clock.now(),
    account: session.account,
    partition: session.partition,
    owner,
    bucket,
    ...(await roomFor(clouds, desired, { bucket, found, age })),
    ...(await rights()),
    ...(clouds.boundary === undefined ? {} : { boundary: clouds.boundary }),
    user: found && foundUser(found),
    keys,
    secret,
    ...(await rareOf(clouds, desired, bucket)),
    ...(await contentsOf(clouds, desired, bucket)),
    ...(usage ? { usage } : {}),
    ...(validation ? { validation } : {}),
    ...proofIn(last),
  };
}
