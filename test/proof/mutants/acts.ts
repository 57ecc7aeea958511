// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs in the acts: what is sent, in what order, and what is looked at before. */
import { createBucket } from '../../../src/clouds/aws/s3/bucket-requests.ts';
import { createAccessKey, deleteAccessKey } from '../../../src/clouds/aws/iam/user-requests.ts';
import { bucketRequest, userRequest } from '../../../src/kinds/backup-target/calls.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import type { AnyKind } from '../../../src/kinds/index.ts';
import type { Mutant } from './mutant.ts';

type Kind = typeof backupTarget;
type Act = Kind['act'];

function acting(change: Partial<Act>, rest: Partial<Kind> = {}): { readonly kind: AnyKind } {
  return { kind: { ...backupTarget, ...rest, act: { ...backupTarget.act, ...change } } as unknown as AnyKind };
}

const { act } = backupTarget;

/** Makes the key first and looks for a place afterwards. */
const keyFirst: Act['CreateAccessKey'] = async (clouds, { user, secret }) => {
  const { AccessKey } = await clouds.users.write<{ AccessKey?: Record<string, string> }>(createAccessKey(user));
  const { AccessKeyId: key = '', SecretAccessKey: value = '' } = AccessKey ?? {};
  await act.ReserveSecret(clouds, {
    do: 'ReserveSecret',
    effect: 'create',
    secret,
    target: '',
    besides: [],
    supersedes: [],
  });
  const place = await clouds.outside.secrets.read(clouds.scope.namespace, secret);
  if (place)
    await clouds.outside.secrets.replace(place, {
      annotations: place.annotations,
      data: new Map([...place.data, ['accessKeyID', key], ['secretAccessKey', value]]),
    });
};

/** Believes that a delivery whose answer was lost did not happen, and takes the key away again. */
const cleansUp: Act['CreateAccessKey'] = async (clouds, step) => {
  let made = '';
  const users = Object.create(clouds.users) as typeof clouds.users;
  users.write = async (request) => {
    const answer = await clouds.users.write<{ AccessKey?: { AccessKeyId?: string } }>(request);
    made = answer.AccessKey?.AccessKeyId ?? made;
    return answer as never;
  };
  const secrets = { ...clouds.outside.secrets };
  secrets.replace = async (read, change) => {
    try {
      return await clouds.outside.secrets.replace(read, change);
    } catch (error) {
      await clouds.users.write(deleteAccessKey(step.user, made));
      throw error;
    }
  };
  const { keys, fresh, find } = clouds.users;
  Object.assign(users, {
    keys: keys.bind(clouds.users),
    fresh: fresh.bind(clouds.users),
    find: find.bind(clouds.users),
  });
  await act.CreateAccessKey({ ...clouds, users, outside: { ...clouds.outside, secrets } }, step);
};

const twice: Act['CreateAccessKey'] = async (clouds, step) => {
  await act.CreateAccessKey(clouds, step).catch(async () => {
    await clouds.users.write(createAccessKey(step.user));
    throw new Error('again');
  });
};

export const actMutants: readonly Mutant[] = [
  {
    name: 'key-before-place',
    bug: 'the key is made before its place in the Secret is reserved',
    change: acting(
      { CreateAccessKey: keyFirst },
      {
        plan: (desired, observed) => {
          const plan = backupTarget.plan(desired, observed);
          return { ...plan, steps: plan.steps.filter((step) => step.do !== 'ReserveSecret') };
        },
      },
    ),
    where: { scenario: 'create', faults: ['killedAfter'], action: 'CreateAccessKey' },
  },
  {
    name: 'delivery-not-read-again',
    bug: 'a delivery whose answer was lost is taken for failed, and the key deleted',
    change: acting({ CreateAccessKey: cleansUp }),
    where: { scenario: 'create', faults: ['answerLost'], action: 'patch secrets' },
  },
  {
    name: 'act-repeats',
    bug: 'a step that cannot be repeated is repeated after an error',
    change: acting({ CreateAccessKey: twice }),
    where: { scenario: 'secret-deleted', faults: ['answerLost'], action: 'CreateAccessKey' },
  },
  {
    name: 'mark-after-create',
    bug: 'the owner mark goes on after the bucket was made',
    change: acting({
      CreateBucket: async (clouds, step) => {
        await clouds.buckets.write(createBucket(step.bucket, step.region, { team: 'none' }));
        await act.TagBucket(clouds, { ...step, do: 'TagBucket', effect: 'update' });
      },
    }),
    where: { scenario: 'create', faults: ['killedAfter'], action: 'CreateBucket' },
  },
  {
    name: 'no-fresh-look',
    bug: 'a key is deleted on an old look',
    change: acting({
      DeleteAccessKey: async (clouds, step) => {
        await clouds.users.write(deleteAccessKey(step.user, step.key));
      },
      DeleteUser: async (clouds, step) => {
        await clouds.users.write(userRequest(step));
      },
      DeleteBucket: async (clouds, step) => {
        await clouds.buckets.write(bucketRequest(step));
      },
    }),
    where: { scenario: 'delete-data' },
  },
  {
    name: 'data-first',
    bug: 'the bucket is emptied and forgotten, not deleted',
    change: acting({ DeleteBucket: async () => undefined }),
    where: { scenario: 'delete-data' },
  },
];
