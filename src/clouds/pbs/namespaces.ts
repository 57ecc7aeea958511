// SPDX-License-Identifier: GPL-3.0-or-later
/** Namespaces of a datastore: folders on the server's own disk, and on S3 an empty object each. */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

const list = z.array(z.looseObject({ ns: z.string() }));

/** With slashes between the levels; the root, which is always there, is left out. Read without a request to S3. */
export async function namespacesOf(pbs: ProxmoxApi, store: string): Promise<readonly string[]> {
  const found = await pbs.read(asked('GET', '/admin/datastore/{store}/namespace', [store]), list);
  return found.map(({ ns }) => ns).filter((ns) => ns !== '');
}

/** One level: what is above it has to be there. */
export function addNamespaceRequest(store: string, namespace: string): Asked {
  const levels = namespace.split('/');
  const [name = '', parent] = [levels.at(-1), levels.slice(0, -1).join('/')];
  return asked('POST', '/admin/datastore/{store}/namespace', [store], {
    name,
    parent: parent === '' ? undefined : parent,
  });
}
