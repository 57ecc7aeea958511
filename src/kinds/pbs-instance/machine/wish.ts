// SPDX-License-Identifier: GPL-3.0-or-later
import type { Answer } from '../../../clouds/installer/answer-file.ts';
import type { Owner } from '../../../core/owner-mark.ts';
import { machineMac } from '../../../clouds/pve/marks.ts';

/** The VM as the spec wants it. Sizes in GiB and MiB. */
export interface MachineWish {
  /** Of the VM: a DNS name. */
  readonly name: string;
  /** Where it is made; where it is later is followed. */
  readonly node: string;
  readonly pool?: string;
  readonly cores: number;
  readonly memoryMiB: number;
  /** Of both disks. */
  readonly storage: string;
  readonly diskGiB: number;
  readonly cacheDiskGiB: number;
  readonly bridge: string;
  readonly vlan?: number;
  /** Absent: one that follows from the object. */
  readonly mac?: string;
  readonly network: Answer['network'];
  readonly fqdn: string;
  readonly mailTo: string;
  readonly timeZone: string;
  /** Where installation images are, and the answer is for some minutes. */
  readonly iso: {
    readonly storage: string;
    /** See `imageName` for one that is fetched. */
    readonly file: string;
    readonly fetch?: ImageSource;
  };
  /** See `Desired.withholds`. */
  readonly withholds?: true;
  /** Secret that root's password is generated into: keys `username`, `password`, `passwordHash`. */
  readonly passwordSecret: string;
}

export interface ImageSource {
  readonly url: string;
  readonly checksum: { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string };
}

/** The file that an image is fetched to: another checksum is another file, so what is there is what is wanted. */
export function imageName({ checksum }: ImageSource): string {
  return `hybridcloud-pbs-${checksum.hex.slice(0, 16)}.iso`;
}

/** Where the server will answer: its address, or with DHCP its name. */
export function hostOf({ network, fqdn }: Pick<MachineWish, 'network' | 'fqdn'>): string {
  return network.source === 'Static' ? (network.cidr.split('/')[0] ?? '') : fqdn;
}

export function macOf({ mac }: Pick<MachineWish, 'mac'>, owner: Owner): string {
  return mac ?? machineMac(owner);
}
