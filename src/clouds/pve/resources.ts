// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole cluster in one answer: which guests and nodes there are (PVE::API2::Cluster, resources). */
import { z } from 'zod';
import { count } from '../proxmox/loose.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

const row = z.looseObject({
  type: z.string(),
  node: z.string().optional(),
  vmid: count.optional(),
  name: z.string().optional(),
  pool: z.string().optional(),
  status: z.string().optional(),
  tags: z.string().optional(),
});

export interface ListedGuest {
  readonly vmid: number;
  readonly name: string;
  readonly type: 'qemu' | 'lxc';
  readonly node: string;
  readonly pool?: string;
  /** In small letters. */
  readonly tags: readonly string[];
}

export interface Resources {
  /** What the token may audit, by number. */
  readonly guests: readonly ListedGuest[];
  readonly nodes: readonly { readonly name: string; readonly online: boolean }[];
  /** Milliseconds since the epoch, by the clock of the node that answered. */
  readonly date: number | undefined;
}

function guestOf({ type, vmid, node, name = '', pool, tags = '' }: z.output<typeof row>): readonly ListedGuest[] {
  if ((type !== 'qemu' && type !== 'lxc') || vmid === undefined || node === undefined) return [];
  const list = tags
    .toLowerCase()
    .split(/[;,\s]+/)
    .filter(Boolean);
  return [{ vmid, name, type, node, tags: list, ...(pool === undefined ? {} : { pool }) }];
}

export async function resourcesOf(pve: ProxmoxApi): Promise<Resources> {
  const { data = [], date } = await pve.findDated(
    asked((api) => api.cluster.resources.$get()),
    z.array(row),
  );
  return {
    guests: data.flatMap(guestOf).sort((a, b) => a.vmid - b.vmid),
    nodes: data.flatMap(({ type, node, status }) =>
      type === 'node' && node !== undefined ? [{ name: node, online: status === 'online' }] : [],
    ),
    date,
  };
}
