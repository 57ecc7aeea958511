// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteWish } from './wanted.ts';

export interface SiteToSee {
  readonly name: string;
  readonly region: string;
  /** Absent: the site is not in the spec any more. */
  readonly wish?: SiteWish;
  readonly vpc?:
    | { readonly id?: string | undefined; readonly tag?: Readonly<Record<string, string>> | undefined }
    | undefined;
  readonly subnets?: readonly string[] | undefined;
  /** All of it stays, without a mark. */
  readonly stays?: true;
  /** By what the status remembers, of a site that is not in the spec. */
  readonly loadBalancer?: string;
  readonly targetGroup?: string;
}
