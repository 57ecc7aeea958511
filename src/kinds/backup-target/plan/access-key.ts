// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The life of an access key: a place in a Secret is reserved, the key is made into it, and whatever was lost on the way goes.
 * Never three keys, never one that nobody can read, and never one deleted that is not known to be ours. How one key replaces another
 * is in rotation.ts.
 */
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { AccessKey } from '../../../clouds/aws/iam/users.ts';
import type { Observed, OurSecret } from '../observed.ts';
import type { KeyStep } from '../steps.ts';
import { byID, createKey, deleteKey, knownKeys, mostKeys, type KeyRole, type Remembered } from './keys.ts';
import { isReserved, lagMs } from './reservation.ts';
import { blocked, waiting, type Part } from './part.ts';

type Ours = ReadonlyMap<string, KeyRole>;

export function planAccessKey(
  spec: BackupTargetSpec,
  observed: Observed,
  remembered: readonly Remembered[],
): Part<KeyStep> {
  const name = spec.accessKey.secretRef.name;
  const { secret } = observed;
  const by = { kind: 'Secret', id: name };
  if (secret.found === 'foreign') {
    return {
      steps: [],
      hold: blocked(
        'SecretNotOurs',
        `Secret ${name} exists and was not made by this object; it was not changed. Delete it, or name another in accessKey.secretRef.`,
        by,
      ),
    };
  }
  const ours = knownKeys(observed, remembered);
  if (secret.found === 'absent' || !secret.delivered) return planNew(spec, observed, ours);
  if (!secret.intact) {
    return {
      steps: [],
      hold: blocked(
        'SecretEdited',
        `The key in Secret ${name} is not the one that was delivered: somebody edited it. Delete the Secret, and a new key is made.`,
        by,
      ),
    };
  }
  return planDelivered(spec, { ...secret, delivered: secret.delivered }, observed, ours);
}

/** Consumers have no key. What nobody ever used goes first; of two that were used the older one makes room. */
function planNew(spec: BackupTargetSpec, observed: Observed, ours: Ours): Part<KeyStep> {
  const { keys, secret } = observed;
  const name = spec.accessKey.secretRef.name;
  const role = (key: AccessKey) => ours.get(key.id);
  const unused = keys.flatMap((key) => {
    if (role(key) === 'lost') return [deleteKey(spec, key, 'lost')];
    return role(key) === 'pending' || role(key) === 'abandoned' ? [deleteKey(spec, key, 'abandoned')] : [];
  });
  if (unused.length > 0) return { steps: unused.sort((a, b) => (a.target < b.target ? -1 : 1)) };
  if (keys.length >= mostKeys) return makeRoom(spec, keys, ours);
  const besides = keys.map((key) => key.id).sort();
  const supersedes = [...ours.keys()].sort();
  const place: KeyStep[] = isReserved(observed, besides)
    ? []
    : [
        {
          do: 'ReserveSecret',
          effect: secret.found === 'absent' ? 'create' : 'update',
          secret: name,
          target: `secret ${name}`,
          besides,
          supersedes,
        },
      ];
  return { steps: [...place, createKey(spec, besides, 'current')] };
}

function makeRoom(spec: BackupTargetSpec, keys: readonly AccessKey[], ours: Ours): Part<KeyStep> {
  const [first] = [...keys].sort(
    (a, b) =>
      Number(ours.get(b.id) === 'previous') - Number(ours.get(a.id) === 'previous') ||
      a.createdAt - b.createdAt ||
      byID(a, b),
  );
  if (first && keys.every(({ id }) => ours.has(id))) return { steps: [deleteKey(spec, first, 'superseded')] };
  const ids = keys.map((key) => key.id).sort();
  return {
    steps: [],
    hold: blocked(
      'KeySlotsTaken',
      `User ${spec.user.name} has two access keys already (${ids.join(', ')}), the most that IAM allows. Delete one that is not used.`,
      { kind: 'User', id: spec.user.name },
    ),
  };
}

function planDelivered(
  spec: BackupTargetSpec,
  secret: OurSecret & { delivered: { key: string; at: number } },
  observed: Observed,
  ours: Ours,
): Part<KeyStep> {
  const name = spec.accessKey.secretRef.name;
  const { keys, now } = observed;
  const { delivered } = secret;
  const current = keys.find((key) => key.id === delivered.key);
  if (!current) {
    if (now >= delivered.at && now - delivered.at < lagMs) {
      return {
        steps: [],
        hold: waiting('KeyNotVisible', `Access key ${delivered.key} was made and IAM does not show it yet`, 10_000),
      };
    }
    return {
      steps: [],
      hold: blocked(
        'KeyGone',
        `Access key ${delivered.key} in Secret ${name} does not exist any more: somebody deleted it. Delete the Secret, and a new key is made.`,
        { kind: 'Secret', id: name },
      ),
    };
  }
  if (!current.active) {
    return {
      steps: [],
      hold: blocked(
        'KeyInactive',
        `Access key ${delivered.key} was made inactive by somebody. Make it active again, or delete Secret ${name} and a new key is made.`,
        { kind: 'AccessKey', id: delivered.key },
      ),
    };
  }
  const steps: KeyStep[] = [];
  if (!secret.describes) steps.push({ do: 'DescribeAccess', effect: 'update', secret: name, target: `secret ${name}` });
  for (const key of [...keys].sort(byID)) {
    const role = ours.get(key.id);
    if (role === 'lost' || role === 'abandoned' || role === 'superseded') steps.push(deleteKey(spec, key, role));
  }
  return { steps };
}
