// SPDX-License-Identifier: GPL-3.0-or-later
/** All stories, in the order in which they are recorded. */
import { apply, serverSide } from './stories/apply.ts';
import { look, permissions } from './stories/look.ts';
import { argoCd, fluxCd } from './stories/gitops.ts';
import { get, watch } from './stories/read.ts';
import { change, create } from './stories/write.ts';
import type { Story } from './story.ts';

export const stories: readonly Story[] = [
  apply,
  serverSide,
  get,
  watch,
  change,
  create,
  look,
  permissions,
  argoCd,
  fluxCd,
];
