// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Perl and Rust write what is a flag or a number in many ways: 1, "1", true; 4096, "4096" (memory is text since PVE 8.1). Each of these reads
 * all of them, and refuses what is none.
 */
import { z } from 'zod';

export const flag = z
  .union([z.boolean(), z.literal([0, 1, '0', '1', 'yes', 'no', 'on', 'off', 'true', 'false', ''])])
  .transform((value) => value === true || value === 1 || ['1', 'yes', 'on', 'true'].includes(String(value)));

export const count = z
  .union([z.number(), z.string().regex(/^\d{1,15}$/)])
  .transform(Number)
  .pipe(z.number().int().nonnegative());

export const text = z.union([z.string(), z.number()]).transform(String);
