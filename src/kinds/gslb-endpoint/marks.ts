// SPDX-License-Identifier: GPL-3.0-or-later
import type { Tags } from '../../core/owner-mark.ts';

/** Of these tags the ones that are ours, to be taken off. Pure. */
export function markIn(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key.startsWith('hybridcloud.dev/')));
}
