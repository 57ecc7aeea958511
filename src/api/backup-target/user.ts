// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.user` of a BackupTarget: the IAM user whose only right is to keep backups in the bucket. */
import { z } from 'zod';
import { immutable, matches, withRules } from '../rules.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: names of users up to 64, of policies up to 128 characters. */
const name = withRules(
  z.string().min(1).max(64),
  [
    matches(
      '^[A-Za-z0-9_+=,.@-]+$',
      'user.name may hold letters, digits and _+=,.@- only (no spaces, no slashes), e.g. proxmox-backup-user',
    ),
    immutable(
      'user.name',
      'keys belong to a user and would have to move; create another BackupTarget for another user',
    ),
  ],
  {
    description:
      'Name of the IAM user, unique in the account whatever the case. 1 to 64 characters. Cannot be changed. Example: proxmox-backup-user.',
  },
);

const policyName = withRules(z.string().min(1).max(128), [
  matches(
    '^[A-Za-z0-9_+=,.@-]+$',
    'user.policyName may hold letters, digits and _+=,.@- only (no spaces, no slashes), e.g. Proxmox-S3-Backup-Policy',
  ),
]).default('Proxmox-S3-Backup-Policy');

/** It becomes part of the Resource of a policy, where `*`, `?` and `${` have a meaning of their own: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const prefix = withRules(z.string().max(256), [
  {
    rule: "!self.startsWith('/')",
    message: 'user.prefix must not begin with /: S3 would take that as a folder without a name; remove it',
    holds: (self) => !self.startsWith('/'),
  },
  {
    rule: "self == '' || self.endsWith('/')",
    message:
      'user.prefix must end with /: else backups-old would be open to the user of backups; add it, e.g. backups/',
    holds: (self) => self === '' || self.endsWith('/'),
  },
  {
    rule: "!self.contains('*') && !self.contains('?') && !self.contains('$')",
    message:
      'user.prefix must not contain *, ? or $: policies read these as wildcards and variables; use plain names, e.g. backups/',
    holds: (self) => !/[*?$]/.test(self),
  },
  matches(
    '^[A-Za-z0-9_.*?$/=+@-]*$',
    'user.prefix may hold letters, digits and _.=+@- between slashes only; rename it, e.g. backups/seoul/',
  ),
  {
    rule: "!self.split('/').exists(part, part == '.' || part == '..')",
    message: 'user.prefix must not contain the parts . or ..: programs read these as folders; remove them',
    holds: (self) => !self.split('/').some((part) => part === '.' || part === '..'),
  },
  {
    rule: "!self.contains('//')",
    message: 'user.prefix must not contain //: that is a folder without a name; use one slash',
    holds: (self) => !self.includes('//'),
  },
]).default('');

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html; path and name as in the policy's ARN. */
const permissionsBoundary = withRules(
  z.string().min(1).max(512),
  [
    matches(
      '^[A-Za-z0-9_+=,.@-][A-Za-z0-9_+=,.@/-]*$',
      'user.permissionsBoundary must be path and name of an IAM policy of the account, as its ARN has them after policy/, e.g. hybridcloud/backup-user',
    ),
  ],
  {
    description:
      "Path and name of the policy that bounds what the user's own policies can give. With the identity of the operator its configuration wins. Default: none. Example: hybridcloud/backup-user.",
  },
);

export const user = z
  .object({
    name,
    policyName: policyName.meta({
      ...policyName.meta(),
      description:
        "Name of the user's one policy: list the bucket; get, put and delete its objects. 1 to 128 characters. Default: Proxmox-S3-Backup-Policy. Example: seoul-backups.",
    }),
    prefix: prefix.meta({
      ...prefix.meta(),
      description:
        'Only objects below this prefix are open to the user. Ends with /. Default: empty, the whole bucket. Example: backups/seoul/.',
    }),
    permissionsBoundary: permissionsBoundary.optional(),
  })
  .meta({ description: 'The IAM user that backups are written as; it can do nothing else.' });
