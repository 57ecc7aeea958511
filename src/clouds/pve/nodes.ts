// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import { count } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

const status = z.looseObject({ uptime: count });

/** Seconds since the node was started. Needs Sys.Audit on it. */
export async function nodeUptime(pve: ProxmoxApi, node: string): Promise<number> {
  const { uptime } = await pve.read(
    asked((api) => api.nodes.$(node).status.$get()),
    status,
  );
  return uptime;
}
