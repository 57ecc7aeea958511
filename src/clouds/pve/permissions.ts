// SPDX-License-Identifier: GPL-3.0-or-later
/** What the token may do, as Proxmox VE itself evaluates it: the user's rights and the token's, both needed unless privsep is off. */
import { z } from 'zod';
import { flag } from '../proxmox/loose.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

/** By path and privilege: whether it is inherited below. What is named is granted, whatever stands there. */
const granted = z.record(z.string(), z.record(z.string(), flag));

export interface Needed {
  /** `/vms/100`, `/storage/local-lvm`, … */
  readonly path: string;
  /** One of these is enough. */
  readonly anyOf: readonly string[];
}

/** Which of these the token lacks. One read for each path. */
export async function lacking(pve: ProxmoxApi, needed: readonly Needed[]): Promise<readonly Needed[]> {
  const paths = [...new Set(needed.map(({ path }) => path))];
  const rights = new Map<string, ReadonlySet<string>>();
  for (const path of paths) rights.set(path, await rightsOn(pve, path));
  return needed.filter(({ path, anyOf }) => !anyOf.some((one) => rights.get(path)?.has(one)));
}

async function rightsOn(pve: ProxmoxApi, path: string): Promise<ReadonlySet<string>> {
  const found = await pve.read(
    asked((api) => api.access.permissions.$get({ path })),
    granted,
  );
  return new Set(Object.keys(found[path] ?? {}));
}
