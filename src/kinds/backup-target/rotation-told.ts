// SPDX-License-Identifier: GPL-3.0-or-later
/** The rotation in words, for people: a condition of its own, as a rotation that is stuck is no outage. */
import { annotations as names } from '../../api/annotations.ts';
import type { Verdict } from '../../core/conditions.ts';
import { milliseconds } from '../../core/time.ts';
import type { Rotation, RotationContext } from './plan/rotation.ts';

type Told = readonly [status: Verdict['status'], reason: string, message: string];

function scheduled({ spec, annotations }: RotationContext): Told {
  const asked = annotations[names.rotateAfter];
  if (asked !== undefined && Number.isNaN(milliseconds(asked)))
    return [
      'False',
      'BadRotateAfter',
      `The annotation ${names.rotateAfter} is no time. Write it as RFC 3339, e.g. 2026-01-31T09:00:00Z.`,
    ];
  const { rotationPeriodDays: days } = spec.accessKey;
  return days > 0
    ? ['True', 'Scheduled', `The access key is replaced every ${days} days; status.accessKey.nextRotation says when`]
    : [
        'True',
        'SwitchedOff',
        `The access key is not replaced by the calendar (accessKey.rotationPeriodDays: 0); the annotation ${names.rotateAfter} replaces it`,
      ];
}

function proving({ key, fresh, trial }: Extract<Rotation, { stage: 'proving' }>, secret: string): Told {
  const still = `the key in Secret ${secret} stays in use`;
  if (fresh || trial?.outcome !== 'Failed')
    return ['True', 'Proving', `A new access key, ${key}, was made and is tried; until it works ${still}`];
  return [
    'False',
    'NewKeyFails',
    `The new access key, ${key}, does not work, and ${still}. ${trial.message ?? 'The reason is not known'}. It is tried again by itself.`,
  ];
}

const retiring = (id: string): Told => [
  'True',
  'Retiring',
  `The access key was replaced; the old one, ${id}, is inactive, and is deleted once the new one was seen to work without it`,
];

function due(works: boolean): Told {
  return works
    ? ['True', 'Due', 'The access key is being replaced']
    : [
        'False',
        'WaitsForKey',
        'The access key is due to be replaced. That waits until the one in use works; see Ready.',
      ];
}

/** Stable while nothing changes; ends with what to do, where somebody has to. */
function tell(rotation: Rotation, context: RotationContext, works: boolean): Told {
  const { secretRef } = context.spec.accessKey;
  const user = context.spec.user.name;
  switch (rotation.stage) {
    case 'none':
      return ['Unknown', 'NoAccessKey', 'There is no access key that could be replaced'];
    case 'scheduled':
      return scheduled(context);
    case 'due':
      return due(works);
    case 'slotsTaken':
      return [
        'False',
        'KeySlotsTaken',
        `The access key is due to be replaced, and user ${user} has a second one, ${rotation.by.join(', ')}, that this object did not make: IAM allows two. Delete it if it is not used; the key in use works on.`,
      ];
    case 'refused':
      return [
        'False',
        'RotationRefused',
        `The access key could not be replaced, and the one in use works on: ${rotation.message}`,
      ];
    case 'proving':
      return proving(rotation, secretRef.name);
    case 'hopeless':
      return ['False', 'NewKeyFails', `AWS never accepted the new access key, ${rotation.key.id}; another one is made`];
    case 'proven':
      return [
        'True',
        'Proven',
        `The new access key, ${rotation.key}, works; it is put into Secret ${secretRef.name} now`,
      ];
    case 'overlap':
      return [
        'True',
        'Overlap',
        `Secret ${secretRef.name} has a new access key; the old one, ${rotation.previous.id}, works until status.accessKey.previous.deactivateAt`,
      ];
    case 'reactivated':
      return [
        'False',
        'OldKeyReactivated',
        `Access key ${rotation.previous.id} was replaced and made inactive, and somebody made it active again: something still uses it. It stays. Have its user read Secret ${secretRef.name}, then make it inactive or delete it; until then no further key is made.`,
      ];
    default:
      return retiring(rotation.previous.id);
  }
}

export function keyRotation(rotation: Rotation, context: RotationContext, works: boolean): Verdict {
  const [status, reason, message] = tell(rotation, context, works);
  return { type: 'KeyRotation', status, reason, message };
}
