// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import type { Owner } from '../../../core/owner-mark.ts';
import type { SiteStep } from './steps.ts';
import type { SiteWish } from './wanted.ts';
import type { SiteFound } from './world.ts';

export interface SitePart {
  readonly steps: readonly SiteStep[];
  readonly hold?: Hold;
}

/** One site that is wanted, and what there is of it. */
export interface OneSite {
  readonly owner: Owner;
  readonly now: number;
  readonly wish: SiteWish;
  readonly found: SiteFound;
  /** See `Desired.withholds`. */
  readonly withholds?: true;
}

export const at = ({ wish: { name, region } }: OneSite) => ({ site: name, region });
export const rest: SitePart = { steps: [] };
