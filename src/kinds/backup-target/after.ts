// SPDX-License-Identifier: GPL-3.0-or-later
/** What the world looks like once a step is done; the same object when it already shows. Pure. */
import type { BucketSettings } from '../../clouds/aws/bucket-settings.ts';
import { canonical } from '../../core/digest.ts';
import { isStep, type Event } from '../../core/step.ts';
import type { FoundUser, Observed } from './observed.ts';
import { newBucket } from './plan/new-bucket.ts';
import type { BackupTargetStep, BucketStep, KeyStep, UserStep } from './steps.ts';

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
      return user ? world : { ...world, user: { arn, tags: step.tags, policies: {}, attached: [] } };
    }
    case 'AdoptUser':
      return user ? changed({ ...user, tags: { ...user.tags, ...step.tags } }) : world;
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

function afterKey(world: Observed, step: KeyStep): Observed {
  const { secret } = world;
  switch (step.do) {
    case 'ReserveSecret': {
      const { besides, supersedes } = step;
      if (
        secret.found === 'ours' &&
        secret.reserved.at > 0 &&
        canonical(secret.reserved.besides) === canonical(besides)
      )
        return world;
      return {
        ...world,
        secret: { found: 'ours', reserved: { at: world.now, besides, supersedes }, intact: true, describes: false },
      };
    }
    case 'CreateAccessKey': {
      if (world.keys.some((key) => !step.besides.includes(key.id))) return world;
      const key = `<access key of ${step.user}>`;
      const reserved =
        secret.found === 'ours' ? secret.reserved : { at: world.now, besides: step.besides, supersedes: [] };
      return {
        ...world,
        keys: [...world.keys, { id: key, createdAt: world.now, active: true }],
        secret: { found: 'ours', reserved, delivered: { key, at: world.now }, intact: true, describes: true },
      };
    }
    case 'DeleteAccessKey':
      return world.keys.some((key) => key.id === step.key)
        ? { ...world, keys: world.keys.filter((key) => key.id !== step.key) }
        : world;
    case 'DescribeAccess':
      return secret.found === 'ours' && !secret.describes
        ? { ...world, secret: { ...secret, describes: true } }
        : world;
    case 'RemoveSecret':
      return secret.found === 'absent' ? world : { ...world, secret: { found: 'absent' } };
  }
}

export function after(world: Observed, change: BackupTargetStep | Event): Observed {
  if (!isStep<BackupTargetStep>(change))
    return change.happens === 'Elapsed' && 'seconds' in change
      ? { ...world, now: world.now + change.seconds * 1000 }
      : world;
  if (change.do === 'ValidateAccess') {
    const { validation, now } = world;
    if (validation?.outcome === 'Succeeded' && validation.lastTime === now) return world;
    return { ...world, validation: { lastTime: now, outcome: 'Succeeded', consecutiveFailures: 0 } };
  }
  if ('bucket' in change) return afterBucket(world, change);
  if ('secret' in change) return afterKey(world, change);
  return afterUser(world, change);
}
