// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs in how one key takes the place of another. */
import { createAccessKey, deactivateAccessKey } from '../../../src/clouds/aws/iam/user-requests.ts';
import { delivering } from '../../../src/kinds/backup-target/access-notes.ts';
import { seal } from '../../../src/kinds/backup-target/access-secret.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import type { AnyKind } from '../../../src/kinds/index.ts';
import type { Mutant } from './mutant.ts';

type Kind = typeof backupTarget;
type Act = Kind['act'];
type Observed = Parameters<Kind['plan']>[1];

const { act, plan } = backupTarget;

function kindWith(change: Partial<Kind>): { readonly kind: AnyKind } {
  return { kind: { ...backupTarget, ...change } as unknown as AnyKind };
}

function acting(change: Partial<Act>, rest: Partial<Kind> = {}): { readonly kind: AnyKind } {
  return kindWith({ ...rest, act: { ...act, ...change } });
}

function seeing(change: (observed: Observed) => Observed): { readonly kind: AnyKind } {
  return kindWith({ plan: (desired, observed) => plan(desired, change(observed)) });
}

/** What was made is believed to be there before IAM shows it. */
function credulous(observed: Observed): Observed {
  const { secret, keys, now } = observed;
  const id = secret.found === 'ours' ? secret.pending?.delivered?.key : undefined;
  if (id === undefined || keys.some((key) => key.id === id)) return observed;
  return { ...observed, keys: [...keys, { id, createdAt: now, active: true }] };
}

/** Whatever is delivered beside the current key counts as proven. */
function hopeful(observed: Observed): Observed {
  const { secret, now } = observed;
  const key = secret.found === 'ours' ? secret.pending?.delivered?.key : undefined;
  if (key === undefined) return observed;
  return { ...credulous(observed), proof: { key, lastTime: now, outcome: 'Succeeded', consecutiveFailures: 0 } };
}

/** The key that was replaced is as good as one of a Secret that is gone. */
function impatient(observed: Observed): Observed {
  const { secret } = observed;
  if (secret.found !== 'ours' || !secret.retiring) return observed;
  const { retiring, ...rest } = secret;
  return { ...observed, secret: { ...rest, reserved: { ...rest.reserved, supersedes: [retiring.key] } } };
}

/** Makes the second key without a place that was noted before. */
const unreserved: Act['CreateAccessKey'] = async (clouds, step) => {
  if (step.place === 'current') return act.CreateAccessKey(clouds, step);
  const { users, outside, owner, scope } = clouds;
  const { AccessKey } = await users.write<{ AccessKey?: Record<string, string> }>(createAccessKey(step.user));
  const { AccessKeyId: key = '', SecretAccessKey: value = '' } = AccessKey ?? {};
  const was = await outside.secrets.read(scope.namespace, step.secret);
  const made = { key, value, sealed: seal(owner.uid, key, value) };
  if (was) await outside.secrets.replace(was, delivering(was, outside.clock.now(), made, 'pending'));
};

/** Makes the key inactive that programs read. */
const wrongKey: Act['DeactivateAccessKey'] = async (clouds, step) => {
  const secret = await clouds.outside.secrets.read(clouds.scope.namespace, step.secret);
  await clouds.users.write(deactivateAccessKey(step.user, secret?.data.get('accessKeyID') ?? ''));
};

/** Tries the key that works already, and takes that for a proof of the other. */
const otherProof: Act['ProveAccessKey'] = async (clouds, step) => {
  const secret = await clouds.outside.secrets.read(clouds.scope.namespace, step.secret);
  const key = secret?.data.get('accessKeyID') ?? '';
  const found = await act.ValidateAccess(clouds, { ...step, do: 'ValidateAccess', key });
  return found && { ...found, of: step.key };
};

export const rotationMutants: readonly Mutant[] = [
  {
    name: 'promotes-unproven',
    bug: 'a new key is put before programs that nobody has tried',
    change: seeing(hopeful),
    where: { scenario: 'rotate', lagMs: 30_000 },
  },
  {
    name: 'proves-another',
    bug: 'the canary is written with the old key, and the new one is taken for proven',
    change: acting({ ProveAccessKey: otherProof }, { plan: (desired, observed) => plan(desired, credulous(observed)) }),
    where: { scenario: 'rotate', lagMs: 30_000 },
  },
  {
    name: 'no-overlap',
    bug: 'the old key goes as soon as the new one is delivered',
    change: seeing(impatient),
    where: { scenario: 'rotate' },
  },
  {
    name: 'overlap-cut',
    bug: 'the old key is made inactive before the overlap is over',
    change: kindWith({
      plan: (desired, observed) => {
        const accessKey = { ...desired.spec.accessKey, rotationOverlapHours: 0 };
        return plan({ ...desired, spec: { ...desired.spec, accessKey } }, observed);
      },
    }),
    where: { scenario: 'rotate' },
  },
  {
    name: 'wrong-key-inactive',
    bug: 'the key that programs read is made inactive',
    change: acting({ DeactivateAccessKey: wrongKey }),
    where: { scenario: 'rotate' },
  },
  {
    name: 'next-key-unreserved',
    bug: 'the second key is made without a place that was noted before',
    change: acting(
      { CreateAccessKey: unreserved },
      {
        plan: (desired, observed) => {
          const whole = plan(desired, observed);
          return { ...whole, steps: whole.steps.filter((step) => step.do !== 'ReserveNextKey') };
        },
      },
    ),
    where: { scenario: 'rotate', faults: ['killedAfter'] },
  },
  {
    name: 'replaced-key-kept',
    bug: 'the replaced key is made inactive and stays',
    change: kindWith({
      plan: (desired, observed) => {
        const whole = plan(desired, observed);
        const kept = whole.steps.filter((step) => !(step.do === 'DeleteAccessKey' && step.because === 'replaced'));
        return { ...whole, steps: kept };
      },
    }),
    where: { scenario: 'rotate' },
  },
];
