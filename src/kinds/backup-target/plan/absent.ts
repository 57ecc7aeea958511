// SPDX-License-Identifier: GPL-3.0-or-later
/** Deletion: first the access, then, only where the user asked for it and named the loss, the data. */
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import { unmarked } from '../../../core/owner-mark.ts';
import type { Observed } from '../observed.ts';
import type { BackupTargetStep } from '../steps.ts';
import { byID, deleteKey, knownKeys, type Remembered } from './keys.ts';
import { blocked, waiting, type Part } from './part.ts';
import { lagMs } from './reservation.ts';
import { isOurPolicy, isTheirPolicy } from './wanted.ts';
import type { Words } from './words.ts';

interface Context {
  readonly spec: BackupTargetSpec;
  readonly observed: Observed;
  readonly words: Words;
  readonly remembered: readonly Remembered[];
}

function absentUser({ spec, observed, words, remembered }: Context): Part<BackupTargetStep> {
  const { user } = observed;
  const { name } = spec.user;
  // what is not ours stays as it is
  if (!user || words.ownershipOf(user.tags) !== 'mine') return { steps: [] };
  const on = { user: name, target: `user ${name}` } as const;
  const ours = knownKeys(observed, remembered);
  const strange = observed.keys.filter((key) => !ours.has(key.id)).map((key) => key.id);
  const { policyName: named } = spec.user;
  const policies = Object.entries(user.policies)
    .filter(([policy, text]) => (policy === named ? isTheirPolicy(user.policies, policy) : !isOurPolicy(text)))
    .map(([policy]) => `policy ${policy}`);
  const foreign = [...strange.map((id) => `access key ${id}`), ...policies, ...user.attached];
  if (foreign.length > 0) {
    return {
      steps: [],
      hold: blocked(
        'UserInUse',
        `User ${name} has ${foreign.sort().join(', ')}, which this object did not make. Take these away from the user; then it is deleted.`,
        { kind: 'User', id: name },
      ),
    };
  }
  return {
    steps: [
      ...[...observed.keys].sort(byID).map((key): BackupTargetStep => {
        const step = deleteKey(spec, key, 'deleting');
        // known by its time alone: that nobody uses it is made sure of here, too
        return ours.get(key.id) === 'lost' ? { ...step, because: 'lost' } : step;
      }),
      ...Object.keys(user.policies)
        .sort()
        .map((policyName) => ({ do: 'RemoveUserPolicy', effect: 'delete', ...on, policyName }) as const),
      { do: 'DeleteUser', effect: 'delete', ...on },
    ],
  };
}

function absentSecret({ spec, observed }: Context): BackupTargetStep[] {
  const secret = spec.accessKey.secretRef.name;
  return observed.secret.found === 'ours'
    ? [{ do: 'RemoveSecret', effect: 'delete', secret, target: `secret ${secret}` }]
    : [];
}

function inOrder(versions: NonNullable<Observed['contents']>): NonNullable<Observed['contents']> {
  const name = ({ key, version }: { key: string; version: string }) => `${key}\n${version}`;
  return [...versions].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

function absentBucket({ spec, observed, words }: Context): BackupTargetStep[] {
  const { bucket, account, contents } = observed;
  const { name } = spec.bucket;
  if (bucket.found !== 'here' || words.ownershipOf(bucket.settings.tags) !== 'mine') return [];
  const on = { bucket: name, account, target: `bucket ${name}` } as const;
  if (spec.deletionPolicy === 'Retain')
    return [{ do: 'ReleaseBucket', effect: 'update', ...on, tags: unmarked(bucket.settings.tags) }];
  const loss = { risk: 'destroysData', loses: name } as const;
  const empty: BackupTargetStep[] = contents?.length
    ? [{ do: 'EmptyBucket', effect: 'delete', ...on, ...loss, versions: inOrder(contents) }]
    : [];
  return [...empty, { do: 'DeleteBucket', effect: 'delete', ...on, ...loss }];
}

/**
 * The Secret is what tells that a key is ours. While a key that was made, or may have been, does not show yet, it stays: else the key
 * would show up later as nobody's, and keep the user from being deleted.
 */
function settling({ spec, observed }: Context): Part<BackupTargetStep>['hold'] {
  const { secret, keys, now } = observed;
  if (secret.found !== 'ours') return undefined;
  const { delivered, reserved, pending } = secret;
  const open = [{ delivered, reserved }, ...(pending ? [pending] : [])].some((place) => {
    const since = place.delivered?.at ?? place.reserved.at;
    const shows = keys.some(({ id }) =>
      place.delivered ? id === place.delivered.key : !place.reserved.besides.includes(id),
    );
    return !shows && now - since < lagMs;
  });
  if (!open) return undefined;
  return waiting(
    'KeyNotVisible',
    `A key of user ${spec.user.name} was made a moment ago and IAM may not show it yet; it is waited for, so that it is not left behind`,
    10_000,
  );
}

export function planAbsent(context: Context): Part<BackupTargetStep> {
  const hold = settling(context);
  if (hold) return { steps: [], hold };
  const user = absentUser(context);
  if (user.hold) return user;
  return { steps: [...user.steps, ...absentSecret(context), ...absentBucket(context)] };
}
