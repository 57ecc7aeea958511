// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec } from '../../../api/backup-target.ts';

/** Whether somebody else looks after this setting: then it is neither written nor told. */
export function ignores({ ignoreFields = [] }: BackupTargetSpec, path: string): boolean {
  return ignoreFields.includes(path);
}
