// SPDX-License-Identifier: GPL-3.0-or-later
/** The Proxmox VE of examples/07: a node with two guests, an installation image that is prepared, and a token that may do no more than it must. */
import type { Clock } from '../../core/clock.ts';
import type { SimService } from '../../simulator/kernel/service.ts';
import type { Json } from '../../simulator/kernel/snapshot.ts';
import { createProxmox, type ProxmoxOptions, type ProxmoxWorld } from '../../simulator/proxmox/index.ts';
import { installerImage } from '../../simulator/proxmox/media.ts';

/** As the example names them. */
export const proxmoxHosts = { pve: '192.168.0.10:8006', pbs: '192.168.0.20:8007' } as const;
const image = 'proxmox-backup-server_4.2-1-auto.iso';

const ofMachines = ['Allocate', 'Audit', 'PowerMgmt', 'Backup'];
const ofSettings = ['CDROM', 'CPU', 'Disk', 'HWType', 'Memory', 'Network', 'Options'];

/** docs/proxmox.md has them as commands. */
const grants = [
  {
    path: '/vms',
    privileges: [...ofMachines.map((one) => `VM.${one}`), ...ofSettings.map((one) => `VM.Config.${one}`)],
  },
  { path: '/storage', privileges: ['Datastore.Allocate', 'Datastore.Audit'] },
  { path: '/storage/local-lvm', privileges: ['Datastore.AllocateSpace', 'Datastore.Audit'] },
  { path: '/storage/local', privileges: ['Datastore.AllocateTemplate', 'Datastore.Allocate', 'Datastore.Audit'] },
  { path: '/sdn/zones/localnetwork/vmbr0', privileges: ['SDN.Use'] },
  { path: '/nodes/node1', privileges: ['Sys.Audit', 'Sys.AccessNetwork'] },
  { path: '/', privileges: ['Sys.Audit', 'Sys.Modify'], propagate: false },
];

export interface ProxmoxSite {
  readonly world: ProxmoxWorld;
  /** By name of the Secret, as the example refers to it. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  snapshot(): Json;
  restore(snapshot: Json): void;
}

/**
 * @param s3 Where its backup servers find their bucket.
 * @param more Of what is not as in life: how long what it does takes, which version it is.
 */
export function createProxmoxSite(
  clock: Clock,
  s3?: SimService,
  more: Pick<ProxmoxOptions, 'address' | 'times' | 'version' | 's3Certificate'> = {},
): ProxmoxSite {
  const world = createProxmox({ clock, ...more, ...(s3 ? { s3 } : {}) });
  const { pve } = world;
  pve.addIso('local', image, installerImage());
  pve.makeGuest({ vmid: 200, name: 'web', running: true });
  pve.makeGuest({ vmid: 201, name: 'mail', running: true });
  const { id, secret } = pve.token({ user: 'hybridcloud@pve', name: 'operator', grants });
  return {
    world,
    credentials: { 'node1-token': { tokenID: id, secret } },
    snapshot: () => world.snapshot(),
    restore: (snapshot) => world.restore(snapshot),
  };
}
