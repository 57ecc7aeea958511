// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.accessKey` of a BackupTarget: where its key is delivered, and how often it is replaced by a new one. */
import { z } from 'zod';
import { immutable, withRules } from '../rules.ts';
import { secretRef } from '../shared.ts';
import { text, time } from '../status.ts';

const rotationPeriodDays = z.int().min(0).max(3650).default(90).meta({
  description:
    'A key that is this old is replaced: a second one is made, proven, and put into the Secret; the old one works on for rotationOverlapHours. 1 to 3650 days; 0: keys are not replaced by the calendar. Default: 90. Example: 30.',
});

const rotationOverlapHours = z.int().min(0).max(720).default(24).meta({
  description:
    'How long the old key works on after the new one was put into the Secret: the time in which every program has to read the Secret again. 0 to 720 hours; 0: it is made inactive at once. Shorter than rotationPeriodDays. Default: 24. Example: 48.',
});

export const accessKey = withRules(
  z.object({
    secretRef: secretRef(
      'accessKey.secretRef',
      'Secret that the operator makes, with the keys accessKeyID, secretAccessKey, bucket, region and endpoint. Cannot be changed.',
      [
        immutable(
          'accessKey.secretRef.name',
          'what reads the old Secret would keep a key that is gone; create another BackupTarget, or copy the Secret',
        ),
      ],
    ),
    rotationPeriodDays,
    rotationOverlapHours,
  }),
  [
    {
      rule: 'self.rotationPeriodDays == 0 || int(self.rotationOverlapHours) < int(self.rotationPeriodDays) * 24',
      message:
        'accessKey.rotationOverlapHours must be shorter than rotationPeriodDays: the old key has to be gone before the next one is made; lower it, or raise rotationPeriodDays',
      holds: ({ rotationPeriodDays: days, rotationOverlapHours: hours }) => days === 0 || hours < days * 24,
      fieldPath: '.rotationOverlapHours',
    },
  ],
  { description: "The user's access key." },
);

const id = text(128, 'Id of the key, e.g. AKIAIOSFODNN7EXAMPLE. Not secret.');

const trial = z.object({
  lastTime: time('When it was last tried.'),
  outcome: z.enum(['Succeeded', 'Failed']).meta({ description: 'How that ended.' }),
  reason: text(128, 'Why it failed, in one word, e.g. CredentialsRejected.').optional(),
  message: text(512, 'Why it failed, in a sentence.').optional(),
  consecutiveFailures: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .meta({ description: 'How often in a row it failed; 0 after a success.' }),
});

const pending = z.object({
  id,
  createdAt: time('When it was made.').optional(),
  trial: trial.optional().meta({ description: 'The last try to write backups with it.' }),
});

const previous = z.object({
  id,
  createdAt: time('When it was made.'),
  deactivateAt: time('When it stops to work.').optional(),
  deleteAt: time('When it is deleted, at the earliest.').optional(),
});

/** In the status. */
export const accessKeyFound = z
  .object({
    id: text(128, 'Id of the key in the Secret, e.g. AKIAIOSFODNN7EXAMPLE. Not secret.'),
    createdAt: time('When it was made.'),
    nextRotation: time('When it is replaced by a new one. Unset when nothing is planned.').optional(),
    pending: pending
      .optional()
      .meta({ description: 'The key that shall replace it, while it is being proven; no program uses it yet.' }),
    previous: previous
      .optional()
      .meta({ description: 'The key that it replaced, until that one is deleted; programs may still use it.' }),
  })
  .optional()
  .meta({ description: 'The access key that the Secret holds, and what replaces it or was replaced by it.' });
