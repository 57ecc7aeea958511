// SPDX-License-Identifier: GPL-3.0-or-later
/** `status.usage` of a BackupTarget: what the bucket holds, as CloudWatch has it once a day. */
import { z } from 'zod';
import { text, time } from '../status.ts';

const whole = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const usage = z
  .object({
    checkedAt: time('When CloudWatch was last asked.'),
    at: time('The day that was measured: S3 measures at midnight UTC and delivers a day or two later.').optional(),
    sizeBytes: whole
      .optional()
      .meta({ description: 'Bytes, with old versions and unfinished uploads, e.g. 1649267441664.' }),
    size: text(32, 'The same for people, e.g. 1.5 TiB.').optional(),
    objects: whole.optional().meta({
      description: 'Objects, with old versions, delete markers and parts of unfinished uploads, e.g. 412300.',
    }),
    monthlyEstimate: z
      .object({
        amount: text(32, 'A month of this storage, without requests, transfer and taxes, e.g. 38.40.'),
        currency: text(8, 'Currency of the amount, e.g. USD.'),
        pricesAsOf: text(16, 'The day of the price list, e.g. 2026-07-04.'),
        summary: text(48, 'Both for people, e.g. 38.40 USD.'),
      })
      .optional()
      .meta({ description: 'About what the storage costs. Unset where a price is not known.' }),
    message: text(512, 'Why there is nothing newer, with what to do.').optional(),
  })
  .optional()
  .meta({ description: 'What the bucket holds, and about what that costs; asked for three times a day.' });
