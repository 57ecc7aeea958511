// SPDX-License-Identifier: GPL-3.0-or-later
import type { HaproxyVerdict } from '../../../clouds/haproxy/installed-haproxy.ts';
import type { SealedFiles } from '../../sealed-files.ts';
import type { Passwords } from './secret-files.ts';

/** `Silent`: it is there, and gave no answer. */
export type VerdictFound = HaproxyVerdict | { readonly verdict: 'Silent'; readonly message: string };

export interface HaproxyFound {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The one of the spec. */
  readonly configMap: SealedFiles;
  /** Version of the HAProxy that accepted what is published; absent: none was asked. */
  readonly checkedBy?: string;
  readonly secret: SealedFiles;
  /** The Secret holds what the passwords, as they are now, make. */
  readonly holdsPasswords: boolean;
  readonly passwords: { readonly [Of in keyof Passwords]?: 'Here' | 'Absent' | 'Malformed' };
  /** Ours that the status remembers and the spec does not name any more. */
  readonly left: { readonly configMap?: string; readonly secret?: string };
  /** What HAProxy says of the configuration that is wanted; absent: none is. */
  readonly verdict?: VerdictFound;
}
