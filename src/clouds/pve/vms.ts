// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Virtual machines. Their numbers are given out again at once: nothing here stops or deletes by number alone, whoever calls has compared
 * tag, UUID and number, and sends the digest of what was compared where Proxmox VE takes one.
 */
import { z } from 'zod';
import { count } from '../proxmox/loose.ts';
import { propertyString } from '../proxmox/property-string.ts';
import type { Asked } from '../proxmox/asked.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { vmConfig, type VmConfig } from './vm-config.ts';

export interface VmPlace {
  readonly node: string;
  readonly vmid: number;
}

/** Free a moment ago: nobody has reserved it (PVE::API2::Cluster nextid). */
export function nextFreeID(pve: ProxmoxApi): Promise<number> {
  return pve.read(
    asked((api) => api.cluster.nextid.$get()),
    count,
  );
}

/** `undefined`: there is no such machine on that node. */
export function vmAt(pve: ProxmoxApi, { node, vmid }: VmPlace): Promise<VmConfig | undefined> {
  return pve.find(
    asked((api) => api.nodes.$(node).qemu.$(vmid).config.$get({ current: true })),
    vmConfig,
  );
}

/** The same as it will be when it is started the next time: with the changes that wait for that. */
export function vmAtNextStart(pve: ProxmoxApi, { node, vmid }: VmPlace): Promise<VmConfig | undefined> {
  return pve.find(
    asked((api) => api.nodes.$(node).qemu.$(vmid).config.$get()),
    vmConfig,
  );
}

const resources = z.array(
  z.looseObject({
    type: z.string(),
    vmid: count.optional(),
    node: z.string().optional(),
    name: z.string().optional(),
    tags: z.string().optional(),
    template: count.optional(),
  }),
);

export interface ListedVm extends VmPlace {
  readonly name: string;
  readonly tags: readonly string[];
}

/** All machines of the cluster that the token may see, as they were some 10 s ago: to find candidates, never to judge by. */
export async function listedVms(pve: ProxmoxApi): Promise<readonly ListedVm[]> {
  const found = await pve.read(
    asked((api) => api.cluster.resources.$get({ type: 'vm' })),
    resources,
  );
  return found.flatMap(({ type, vmid, node, name = '', tags = '' }) =>
    type === 'qemu' && vmid !== undefined && node !== undefined
      ? [{ vmid, node, name, tags: tags.toLowerCase().split(';').filter(Boolean) }]
      : [],
  );
}

const current = z.object({ status: z.string(), lock: z.string().optional(), uptime: count.optional() });

export interface Power {
  readonly running: boolean;
  /** Seconds since it was started; 0 when it is off. */
  readonly uptime: number;
}

export async function powerOf(pve: ProxmoxApi, { node, vmid }: VmPlace): Promise<Power | undefined> {
  const found = await pve.find(
    asked((api) => api.nodes.$(node).qemu.$(vmid).status.current.$get()),
    current,
  );
  return found && { running: found.status === 'running', uptime: found.uptime ?? 0 };
}

export interface NewVm extends VmPlace {
  readonly name: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly tags: readonly string[];
  readonly description: string;
  readonly uuid: string;
  readonly storage: string;
  readonly diskGiB: number;
  readonly cacheDiskGiB: number;
  readonly bridge: string;
  readonly vlan?: number;
  /** `BC:24:11:00:00:01`; absent: Proxmox VE chooses one. */
  readonly mac?: string;
  /** Volume ids, in the order of their drives. */
  readonly cds: readonly string[];
  readonly pool?: string;
}

const cdSlots = ['ide2', 'ide3'] as const;

export interface Card {
  readonly bridge: string;
  readonly vlan?: number;
  readonly mac?: string;
}

/** `virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20`; without an address Proxmox VE makes one up. */
export function cardText({ bridge, vlan, mac }: Card): string {
  const options = { bridge, ...(vlan === undefined ? {} : { tag: String(vlan) }) };
  return mac === undefined
    ? propertyString({ first: 'virtio', options })
    : propertyString({ options: { virtio: mac, ...options } });
}

function disk(storage: string, sizeGiB: number): string {
  return propertyString({ first: `${storage}:${sizeGiB}`, options: { discard: 'on', ssd: '1', iothread: '1' } });
}

export type BootSource = 'CD' | 'Disk';

const bootOrders: Readonly<Record<BootSource, string>> = { CD: 'order=ide2;scsi0', Disk: 'order=scsi0;ide2' };

/** What the firmware tries first; the other comes after it. */
export function bootFrom(source: BootSource): { readonly boot: string } {
  return { boot: bootOrders[source] };
}

/**
 * The CD comes first, until the installation is over: a disk that an installation was cut off on has a partition table and no boot loader,
 * and the firmware, which looks at the table's signature alone (SeaBIOS, boot.c: boot_disk), would never come as far as the CD again. The
 * machine exists when this is answered; disks and all may take longer, under the lock `create`.
 */
export function createRequest(vm: NewVm): Asked {
  const { node, vmid, storage, pool } = vm;
  const cds = Object.fromEntries(
    vm.cds.map((first, index) => [cdSlots[index] ?? 'ide0', propertyString({ first, options: { media: 'cdrom' } })]),
  );
  return asked((api) =>
    api.nodes.$(node).qemu.$post({
      vmid,
      name: vm.name,
      cores: vm.cores,
      sockets: 1,
      cpu: 'x86-64-v2-AES',
      memory: String(vm.memoryMiB),
      ostype: 'l26',
      scsihw: 'virtio-scsi-single',
      scsi0: disk(storage, vm.diskGiB),
      scsi1: disk(storage, vm.cacheDiskGiB),
      ...cds,
      ...bootFrom('CD'),
      net0: cardText(vm),
      smbios1: propertyString({ options: { uuid: vm.uuid } }),
      serial0: 'socket',
      tags: vm.tags.join(';'),
      description: vm.description,
      protection: true,
      onboot: true,
      ...(pool === undefined ? {} : { pool }),
    }),
  );
}

export function startRequest({ node, vmid }: VmPlace): Asked {
  return asked((api) => api.nodes.$(node).qemu.$(vmid).status.start.$post());
}

/** Of the system, and of the cache. */
export type DiskSlot = 'scsi0' | 'scsi1';

/** Disks grow, and never shrink. The size is the whole one: asked twice it grows once. */
export function growRequest(
  { node, vmid }: VmPlace,
  { slot, sizeGiB, digest }: { readonly slot: DiskSlot; readonly sizeGiB: number; readonly digest: string },
): Asked {
  return asked((api) =>
    api.nodes
      .$(node)
      .qemu.$(vmid)
      .resize.$put({ disk: slot, size: `${sizeGiB}G`, digest }),
  );
}

/** Asks the guest, and after so many seconds takes its power away. */
export function shutdownRequest({ node, vmid }: VmPlace, timeoutSeconds: number): Asked {
  return asked((api) =>
    api.nodes.$(node).qemu.$(vmid).status.shutdown.$post({ timeout: timeoutSeconds, forceStop: true }),
  );
}

export interface VmChange {
  readonly set: Readonly<Record<string, string | number | boolean>>;
  /** Of the configuration that the change was thought for. */
  readonly digest: string;
}

/** No storage is given out by this one (PUT): it is done when it is answered. */
export function changeRequest({ node, vmid }: VmPlace, { set, digest }: VmChange): Asked {
  return asked((api) =>
    api.nodes
      .$(node)
      .qemu.$(vmid)
      .config.$put({ ...set, digest }),
  );
}

/** It must be stopped, and its protection off. Takes it out of backup jobs, too; disks that it does not name stay. */
export function destroyRequest({ node, vmid }: VmPlace): Asked {
  return asked((api) => api.nodes.$(node).qemu.$(vmid).$delete({ purge: true, 'destroy-unreferenced-disks': false }));
}

/** A backup as a new machine. Nothing of this is a setting of the spec's: the rest is as it was saved. */
export interface CopyOf extends VmPlace {
  /** `pbs-main:backup/vm/100/2026-01-06T02:00:00Z`. */
  readonly archive: string;
  /** Where its disks go. */
  readonly storage: string;
  readonly pool?: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly uuid: string;
}

/**
 * What is given beside the archive overrides what was saved (PVE::QemuServer, restore_merge_config), and shows when the restore is over: until
 * then, and for ever when it fails, the configuration is a bare stub. Without `force` an id that is taken is refused at once. New addresses for
 * its cards, never started, and no protection that would keep it.
 */
export function restoreRequest({ node, vmid, archive, storage, pool, name, tags, description, uuid }: CopyOf): Asked {
  return asked((api) =>
    api.nodes.$(node).qemu.$post({
      vmid,
      archive,
      storage,
      unique: true,
      start: false,
      onboot: false,
      protection: false,
      name,
      tags: tags.join(';'),
      description,
      smbios1: propertyString({ options: { uuid } }),
      ...(pool === undefined ? {} : { pool }),
    }),
  );
}

/** Jobs are left as they are: its id may be somebody's of whom they still tell. */
export function destroyCopyRequest({ node, vmid }: VmPlace): Asked {
  return asked((api) => api.nodes.$(node).qemu.$(vmid).$delete({ purge: false, 'destroy-unreferenced-disks': false }));
}
