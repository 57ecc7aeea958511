// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

const certificates = z.array(z.looseObject({ filename: z.string().optional(), fingerprint: z.string().optional() }));

/**
 * Which cluster answers: the SHA-256 fingerprint of its own authority, `AA:BB:...`. Every node of a cluster has the same, a node that joins takes
 * that of the others, and certificates that are served are replaced without it. Whoever logs in may ask, and `localhost` is the node that is asked
 * (pve-manager, PVE/API2/Certificates.pm; pve-manager, PVE/HTTPServer.pm, rest_handler).
 *
 * @returns `undefined` where the cluster has no authority of its own.
 */
export async function clusterID(pve: ProxmoxApi): Promise<string | undefined> {
  const found = await pve.read(
    asked((api) => api.nodes.$('localhost').certificates.info.$get()),
    certificates,
  );
  return found.find(({ filename }) => filename === 'pve-root-ca.pem')?.fingerprint;
}
