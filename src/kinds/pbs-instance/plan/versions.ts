// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import type { Observed } from '../observed.ts';
import { blocked } from './part.ts';

/** The backup server's own is the server part's affair. */
export function versionHold({ version, supported, place }: Observed): Hold | undefined {
  if (supported) return undefined;
  return blocked(
    'ProxmoxTooOld',
    `${place} is Proxmox VE ${version.text}, and 8.4 is the first that is fit for this. Upgrade it (apt update, apt dist-upgrade, one node after the other); it goes on by itself.`,
    { kind: 'ProxmoxVE', id: place },
  );
}
