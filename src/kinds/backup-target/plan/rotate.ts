// SPDX-License-Identifier: GPL-3.0-or-later
/** What to do next about a rotation. Consumers lose nothing at any step: a key is put before them once it is proven, and goes once it is replaced. */
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { Observed } from '../observed.ts';
import type { BackupTargetStep, KeyStep } from '../steps.ts';
import { createKey, deleteKey } from './keys.ts';
import { isNextReserved } from './reservation.ts';
import type { Rotation } from './rotation.ts';

export interface Turn {
  readonly steps: readonly BackupTargetStep[];
  /** What is waited for, until then. */
  readonly wait?: { readonly reason: string; readonly message: string };
  /** When there is something to do next, in milliseconds since the epoch. */
  readonly due?: number;
}

interface Context {
  readonly spec: BackupTargetSpec;
  readonly observed: Observed;
  /** The current key works, by its last validation. */
  readonly works: boolean;
}

export function planRotation(rotation: Rotation, context: Context): Turn {
  switch (rotation.stage) {
    case 'scheduled':
      return { steps: [], ...(rotation.at === undefined ? {} : { due: rotation.at }) };
    case 'due':
      return whenWorking(context, () => begin(context));
    case 'proving':
      return prove(rotation, context);
    case 'hopeless':
      return whenWorking(context, () => [deleteKey(context.spec, rotation.key, 'refused')]);
    case 'proven':
      return { steps: [promote(rotation, context.spec)] };
    case 'overlap':
    case 'refused':
      return { steps: [], due: rotation.until };
    case 'deactivating':
      return whenWorking(context, () => [deactivate(rotation, context.spec)]);
    case 'retiring': {
      const { id } = rotation.previous;
      const why = `Access key ${id} was replaced and made inactive; it is deleted once the new one was seen to work without it`;
      return { steps: [], wait: { reason: 'KeyRetiring', message: why }, due: rotation.until };
    }
    case 'deleting':
      return whenWorking(context, () => [deleteKey(context.spec, rotation.previous, 'replaced')]);
    default:
      return { steps: [] };
  }
}

/** Nothing is made or taken away while nobody knows that consumers have a key that works. */
function whenWorking({ works }: Context, steps: () => readonly KeyStep[]): Turn {
  return { steps: works ? steps() : [] };
}

function begin({ spec, observed }: Context): readonly KeyStep[] {
  const { name } = spec.accessKey.secretRef;
  const besides = observed.keys.map(({ id }) => id).sort();
  const target = `secret ${name}: a place for the next access key`;
  const place: KeyStep[] = isNextReserved(observed, besides)
    ? []
    : [{ do: 'ReserveNextKey', effect: 'update', secret: name, besides, target }];
  return [...place, createKey(spec, besides, 'pending')];
}

function prove(rotation: Extract<Rotation, { stage: 'proving' }>, { spec, observed }: Context): Turn {
  const { key, due, fresh } = rotation;
  const { name } = spec.accessKey.secretRef;
  if (observed.now < due) {
    const why = `Access key ${key} was made to replace the one in Secret ${name}, and AWS does not accept it everywhere yet`;
    return { steps: [], due, ...(fresh ? { wait: { reason: 'KeyPropagating', message: why } } : {}) };
  }
  const step: BackupTargetStep = {
    do: 'ProveAccessKey',
    effect: 'probe',
    bucket: spec.bucket.name,
    account: observed.account,
    secret: name,
    prefix: spec.user.prefix,
    key,
    target: `access key ${key}`,
  };
  return { steps: [step] };
}

function promote({ key, current }: Extract<Rotation, { stage: 'proven' }>, spec: BackupTargetSpec): KeyStep {
  const { name } = spec.accessKey.secretRef;
  return {
    do: 'PromoteAccessKey',
    effect: 'update',
    secret: name,
    key,
    replaces: { key: current.id, createdAt: current.createdAt },
    target: `secret ${name}: access key ${key} in place of ${current.id}`,
  };
}

function deactivate(
  { previous }: { readonly previous: { id: string; createdAt: number } },
  spec: BackupTargetSpec,
): KeyStep {
  return {
    do: 'DeactivateAccessKey',
    effect: 'update',
    user: spec.user.name,
    secret: spec.accessKey.secretRef.name,
    key: previous.id,
    createdAt: previous.createdAt,
    target: `access key ${previous.id}: inactive`,
    routine: true,
  };
}
