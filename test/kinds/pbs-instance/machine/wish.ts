// SPDX-License-Identifier: GPL-3.0-or-later
import type { ImageSource, MachineWish } from '../../../../src/kinds/pbs-instance/machine/wish.ts';

export const address = '192.168.0.20';
export const imageFile = 'proxmox-backup-server_4.2-1-auto.iso';
export const uid = '7b1f2c1e-0d0a-4a38-9c53-0f3b8f2f6a10';

export const wish: MachineWish = {
  name: 'pbs-main',
  node: 'node1',
  cores: 2,
  memoryMiB: 4096,
  storage: 'local-lvm',
  diskGiB: 50,
  cacheDiskGiB: 64,
  bridge: 'vmbr0',
  network: { source: 'Static', cidr: `${address}/24`, gateway: '192.168.0.1', dns: '192.168.0.1' },
  fqdn: 'pbs-main.example.com',
  mailTo: 'root@example.com',
  timeZone: 'Asia/Seoul',
  iso: { storage: 'local', file: imageFile },
  passwordSecret: 'pbs-main-root-password',
};

export const fetch: ImageSource = {
  url: 'https://mirror.example.com/pbs.iso',
  checksum: { algorithm: 'sha256', hex: 'ab'.repeat(32) },
};
