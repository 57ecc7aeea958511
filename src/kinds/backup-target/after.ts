// SPDX-License-Identifier: GPL-3.0-or-later
/** What the world looks like once a step is done; the same object when it already shows. Pure. */
import type { BucketSettings } from '../../clouds/aws/s3/bucket-settings.ts';
import { canonical } from '../../core/digest.ts';
import { isStep, type Event } from '../../core/step.ts';
import type { FoundUser, Observed } from './observed.ts';
import { afterKey } from './after-key.ts';
import { newBucket } from './plan/new-bucket.ts';
import type { BackupTargetStep, BucketStep, ProbeStep, UserStep } from './steps.ts';

function settingOf(step: BucketStep): Partial<BucketSettings> | undefined {
  switch (step.do) {
    case 'AdoptBucket':
    case 'TagBucket':
    case 'ReleaseBucket':
      return { tags: step.tags };
    case 'BlockPublicAccess':
      return { publicAccessBlocked: true };
    case 'DisableACLs':
      return { objectOwnership: 'BucketOwnerEnforced' };
    case 'SetEncryption':
      return { encryption: step.encryption };
    case 'SetVersioning':
      return { versioning: step.versioning };
    case 'SetLifecycle':
      return { lifecycle: canonical({ rules: step.rules }) };
    case 'RequireTLS':
      return { policy: canonical(JSON.parse(step.policy)) };
    default:
      return undefined;
  }
}

function afterBucket(world: Observed, step: BucketStep): Observed {
  const { bucket } = world;
  if (step.do === 'CreateBucket') {
    return bucket.found === 'here'
      ? world
      : { ...world, bucket: { found: 'here', region: step.region, settings: { ...newBucket, tags: step.tags } } };
  }
  if (step.do === 'DeleteBucket') return bucket.found === 'here' ? { ...world, bucket: { found: 'absent' } } : world;
  if (step.do === 'EmptyBucket') return world.contents?.length ? { ...world, contents: [] } : world;
  const change = settingOf(step);
  if (!change || bucket.found !== 'here') return world;
  const settings = { ...bucket.settings, ...change };
  return canonical(settings) === canonical(bucket.settings) ? world : { ...world, bucket: { ...bucket, settings } };
}

function afterUser(world: Observed, step: UserStep): Observed {
  const { user } = world;
  const changed = (next: FoundUser): Observed =>
    canonical(next) === canonical(user) ? world : { ...world, user: next };
  switch (step.do) {
    case 'CreateUser': {
      const arn = `arn:${world.partition}:iam::${world.account}:user/hybridcloud/${step.user}`;
      const { tags, boundary } = step;
      const made = { arn, tags, policies: {}, attached: [], ...(boundary === undefined ? {} : { boundary }) };
      return user ? world : { ...world, user: made };
    }
    case 'AdoptUser':
      return user ? changed({ ...user, tags: { ...user.tags, ...step.tags } }) : world;
    case 'SetUserBoundary':
      return user ? changed({ ...user, boundary: step.boundary }) : world;
    case 'SetUserPolicy':
      return user ? changed({ ...user, policies: { ...user.policies, [step.policyName]: step.document } }) : world;
    case 'RemoveUserPolicy': {
      if (!user || user.policies[step.policyName] === undefined) return world;
      const { [step.policyName]: _gone, ...policies } = user.policies;
      return { ...world, user: { ...user, policies } };
    }
    case 'DeleteUser':
      return user ? { ...world, user: undefined } : world;
  }
}

function isProbe(step: BackupTargetStep): step is ProbeStep {
  return step.do === 'ValidateAccess' || step.do === 'ProveAccessKey';
}

function afterProbe(world: Observed, { do: what, key }: ProbeStep): Observed {
  const { now } = world;
  const place = what === 'ValidateAccess' ? 'validation' : 'proof';
  const before = world[place];
  if (before?.outcome === 'Succeeded' && before.lastTime === now && before.key === key) return world;
  return { ...world, [place]: { key, lastTime: now, outcome: 'Succeeded', consecutiveFailures: 0 } };
}

export function after(world: Observed, change: BackupTargetStep | Event): Observed {
  if (!isStep<BackupTargetStep>(change))
    return change.happens === 'Elapsed' && 'seconds' in change
      ? { ...world, now: world.now + change.seconds * 1000 }
      : world;
  if (isProbe(change)) return afterProbe(world, change);
  if ('bucket' in change) return afterBucket(world, change);
  if ('secret' in change) return afterKey(world, change);
  return afterUser(world, change);
}
