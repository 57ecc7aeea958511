// SPDX-License-Identifier: GPL-3.0-or-later
/** A VM's configuration as Proxmox VE renders it: `PVE::QemuServer`, values written back in its own way. */
import { z } from 'zod';
import { count, flag, text } from '../proxmox/loose.ts';
import { parsePropertyString } from '../proxmox/property-string.ts';

const config = z.looseObject({
  name: z.string().optional(),
  tags: z.string().optional(),
  description: z.string().optional(),
  smbios1: z.string().optional(),
  protection: flag.optional(),
  onboot: flag.optional(),
  lock: z.string().optional(),
  cores: count.optional(),
  memory: text.optional(),
  meta: z.string().optional(),
  boot: z.string().optional(),
  digest: z.string(),
});

export interface Drive {
  /** `scsi0`, `ide2`, … */
  readonly slot: string;
  /** `local-lvm:vm-100-disk-0`, `local:iso/pbs.iso`; `none` for an empty CD drive. */
  readonly volume: string;
  readonly cdrom: boolean;
  /** As Proxmox VE writes it: `50G`, `512M`. */
  readonly size?: string;
}

export interface VmConfig {
  readonly name: string;
  /** In lower case, as Proxmox VE keeps them. */
  readonly tags: readonly string[];
  readonly description: string;
  /** SMBIOS UUID, in lower case; with tag and name it says whose the machine is. */
  readonly uuid?: string;
  readonly protection: boolean;
  readonly onboot: boolean;
  /** `create`, `backup`, …: somebody works on it. */
  readonly lock?: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly drives: readonly Drive[];
  /** The slot that the firmware tries first; absent: it does not say. */
  readonly bootsFirst?: string;
  /** Seconds since 1970, by the node's clock; made before Proxmox VE 7.1, it does not say. */
  readonly createdAt?: number;
  /** `net0`, … as rendered. */
  readonly networks: Readonly<Record<string, string>>;
  /** Of this state: an update that sends it is refused when somebody came between. */
  readonly digest: string;
}

const driveSlot = /^(scsi|virtio|sata|ide)\d+$/;
const networkSlot = /^net\d+$/;

function driveOf(slot: string, value: string): Drive {
  const { first = 'none', options } = parsePropertyString(value);
  const { media, size } = options;
  return { slot, volume: first, cdrom: media === 'cdrom', ...(size === undefined ? {} : { size }) };
}

/** PVE::DataCenterConfig: tags come joined by `;`, and by commas or blanks from people. */
function tagsOf(tags = ''): readonly string[] {
  return tags
    .toLowerCase()
    .split(/[;,\s]+/)
    .filter(Boolean);
}

function memoryOf(memory = '512'): number {
  const { first, options } = parsePropertyString(memory);
  return Number(first ?? options['current'] ?? 0);
}

function textsOf(found: Readonly<Record<string, unknown>>, slot: RegExp): readonly (readonly [string, string])[] {
  return Object.entries(found).flatMap(([name, value]) =>
    slot.test(name) && typeof value === 'string' ? [[name, value] as const] : [],
  );
}

/** `order=scsi0;ide2`. */
function bootOf(boot = ''): Pick<VmConfig, 'bootsFirst'> {
  const [bootsFirst] = (parsePropertyString(boot).options['order'] ?? '').split(';').filter(Boolean);
  return bootsFirst === undefined ? {} : { bootsFirst };
}

export const vmConfig = config.transform((found): VmConfig => {
  const uuid = parsePropertyString(found.smbios1 ?? '').options['uuid']?.toLowerCase();
  const ctime = parsePropertyString(found.meta ?? '').options['ctime'];
  return {
    name: found.name ?? '',
    tags: tagsOf(found.tags),
    description: (found.description ?? '').trimEnd(),
    ...(uuid === undefined ? {} : { uuid }),
    protection: found.protection ?? false,
    onboot: found.onboot ?? false,
    ...(found.lock === undefined ? {} : { lock: found.lock }),
    cores: found.cores ?? 1,
    memoryMiB: memoryOf(found.memory),
    drives: textsOf(found, driveSlot).map(([slot, value]) => driveOf(slot, value)),
    ...bootOf(found.boot),
    ...(ctime === undefined ? {} : { createdAt: Number(ctime) }),
    networks: Object.fromEntries(textsOf(found, networkSlot)),
    digest: found.digest,
  };
});
