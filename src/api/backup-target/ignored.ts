// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.ignoreFields` of a BackupTarget: what is left to somebody else, e.g. to a bucket's own Terraform. */
import { ignoreFieldsOf } from '../ignored.ts';

/** What keeps the bucket closed, and what marks it as ours, is not among them. */
export const ignorable = ['bucket.encryption', 'bucket.lifecycle', 'bucket.tags', 'bucket.versioning'] as const;

export const ignoreFields = ignoreFieldsOf({
  paths: ignorable,
  never: 'what keeps the bucket closed',
  description: `Settings that the operator neither writes nor reports as drift, not even on a bucket that it makes: somebody else looks after them. Any of ${ignorable.join(', ')}. Without bucket.lifecycle nobody removes old versions, unless you do. Default: none. Example: [bucket.lifecycle].`,
});
