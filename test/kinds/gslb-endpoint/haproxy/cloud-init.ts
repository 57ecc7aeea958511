// SPDX-License-Identifier: GPL-3.0-or-later
/** The part of cloud-init's schema that is used (https://docs.cloud-init.io/en/latest/reference/modules.html): types, and no unknown key. */
import { z } from 'zod';

const file = z.strictObject({
  path: z.string().startsWith('/'),
  content: z.string(),
  permissions: z
    .string()
    .regex(/^0[0-7]{3}$/)
    .optional(),
  owner: z.string().optional(),
  encoding: z.enum(['b64', 'gzip', 'gz+b64', 'text/plain']).optional(),
  append: z.boolean().optional(),
  defer: z.boolean().optional(),
});

export const cloudConfig = z.strictObject({
  package_update: z.boolean().optional(),
  packages: z.array(z.string()).min(1).optional(),
  write_files: z.array(file).min(1).optional(),
  runcmd: z
    .array(z.union([z.string(), z.array(z.string())]))
    .min(1)
    .optional(),
});
