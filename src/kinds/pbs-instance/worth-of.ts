// SPDX-License-Identifier: GPL-3.0-or-later
import type { PbsInstanceStatus } from '../../api/pbs-instance.ts';
import type { WorthStatus } from '../../api/pbs-instance/worth.ts';
import type { News } from '../../core/kind.ts';
import type { Observed } from './observed.ts';
import { worthWish } from './of-spec.ts';
import { restoreNews } from './restore/news.ts';
import type { PbsDesired } from './wish.ts';
import { worthNews } from './worth/news.ts';
import { worthOf as judged, type Worth } from './worth/worth.ts';

/** `undefined`: nothing can have been backed up yet, or nobody could look. Pure. */
export function worthOf(desired: PbsDesired, observed: Observed): Worth | undefined {
  const { worth } = observed;
  return worth && judged(worthWish(desired, observed), worth, desired.last as WorthStatus);
}

export function newsOf(before: PbsInstanceStatus, now: PbsInstanceStatus): readonly News[] {
  type Told = Parameters<typeof worthNews>[0];
  type Tests = Parameters<typeof restoreNews>[0];
  return [...worthNews(before as Told, now as Told), ...restoreNews(before as Tests, now as Tests)];
}
