// SPDX-License-Identifier: GPL-3.0-or-later
import type { Tag } from '../tag.ts';

/** One rule as S3 keeps it; absent members were not given. */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  /** The rule was given in the old form, with Prefix outside of Filter. */
  readonly oldForm: boolean;
  readonly tags: readonly Tag[];
  readonly sizeGreaterThan: number | undefined;
  readonly sizeLessThan: number | undefined;
  /** True when the filter was given as And. */
  readonly and: boolean;
  readonly expirationDays: number | undefined;
  readonly expirationDate: string | undefined;
  readonly expiredObjectDeleteMarker: boolean | undefined;
  readonly noncurrentDays: number | undefined;
  readonly newerNoncurrentVersions: number | undefined;
  readonly abortUploadDays: number | undefined;
  readonly transitions: readonly Transition[];
  readonly noncurrentTransitions: readonly Transition[];
}

export interface Transition {
  readonly days: number | undefined;
  readonly date: string | undefined;
  readonly storageClass: string;
  readonly newerNoncurrentVersions: number | undefined;
}
