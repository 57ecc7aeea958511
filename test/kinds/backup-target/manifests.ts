// SPDX-License-Identifier: GPL-3.0-or-later
import type { Manifest } from '../stage.ts';

export const region = 'ap-northeast-2';
export const bucketName = 'iksan-cloud-backup-20251129';
export const userName = 'proxmox-backup-user';

/** The part of a spec that a story varies. */
export interface Wish {
  readonly aws?: object;
  readonly bucket?: object;
  readonly user?: object;
  readonly accessKey?: object;
  readonly deletionPolicy?: 'Retain' | 'Delete';
}

/** Manifest number `n`: names differ by it, so that many fit into one account. */
export function manifestOf(wish: Wish = {}, n = 0): Manifest {
  const tail = n === 0 ? '' : `-${n}`;
  return {
    name: `vm-backups${tail}`,
    spec: {
      ...(wish.deletionPolicy === undefined ? {} : { deletionPolicy: wish.deletionPolicy }),
      aws: { region, ...wish.aws },
      bucket: { name: `${bucketName}${tail}`, ...wish.bucket },
      user: { name: `${userName}${tail}`, policyName: 'Proxmox-S3-Backup-Policy', ...wish.user },
      accessKey: { secretRef: { name: `vm-backups${tail}-s3` }, ...wish.accessKey },
    },
  };
}
