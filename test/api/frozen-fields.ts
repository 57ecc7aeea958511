// SPDX-License-Identifier: GPL-3.0-or-later
export interface Frozen {
  readonly field: string;
  readonly to: string;
  readonly message: string;
}

/** Changes that an update must not make. */
export const frozenFields: readonly Frozen[] = [
  {
    field: 'bucket.name',
    to: 'another-bucket',
    message: 'bucket.name cannot be changed: a bucket cannot be renamed; create another BackupTarget',
  },
  { field: 'user.name', to: 'another-user', message: 'user.name cannot be changed: keys belong to a user' },
  {
    field: 'aws.region',
    to: 'us-east-1',
    message: 'aws.region cannot be changed: what was made there would be left behind',
  },
  {
    field: 'accessKey.secretRef.name',
    to: 'another-secret',
    message: 'accessKey.secretRef.name cannot be changed: what reads the old Secret',
  },
];
