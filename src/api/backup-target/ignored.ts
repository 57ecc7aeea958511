// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.ignoreFields` of a BackupTarget: what is left to somebody else, e.g. to a bucket's own Terraform. */
import { z } from 'zod';
import { withRules } from '../rules.ts';

/** As `status.drift` names them. What keeps the bucket closed, and what marks it as ours, is not among them. */
export const ignorable = ['bucket.encryption', 'bucket.lifecycle', 'bucket.tags', 'bucket.versioning'] as const;

export const ignoreFields = withRules(
  z
    .array(z.string().max(64).meta({ description: 'As status.drift names it, e.g. bucket.lifecycle.' }))
    .max(ignorable.length),
  [
    {
      rule: `self.all(field, field in [${ignorable.map((field) => `'${field}'`).join(', ')}])`,
      message: `ignoreFields may hold ${ignorable.join(', ')} only: what keeps the bucket closed is never left to others; remove the rest`,
      holds: (self) => self.every((field) => ignorable.some((one) => one === field)),
    },
  ],
  {
    description: `Settings that the operator neither writes nor reports as drift, not even on a bucket that it makes: somebody else looks after them. Any of ${ignorable.join(', ')}. Without bucket.lifecycle nobody removes old versions, unless you do. Default: none. Example: [bucket.lifecycle].`,
    'x-kubernetes-list-type': 'atomic',
  },
);
