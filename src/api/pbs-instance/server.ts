// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.proxmox` and `spec.server` of a PbsInstance: where the backup server is made, or where it is. */
import { z } from 'zod';
import { hostPattern } from '../gslb-endpoint/record.ts';
import { iso } from './iso.ts';
import { network } from './network.ts';
import { nodeName, noShrink, serverURL, sizeGi, storageID } from './words.ts';
import { immutable, matches, withRules } from '../rules.ts';
import { secretRef } from '../shared.ts';
import { tls } from '../tls.ts';

export const proxmox = z
  .object({
    url: serverURL(
      'proxmox.url',
      'Address of Proxmox VE 8.4 or 9, any node of the cluster, with its port. May change to another node of it; with another cluster nothing is done.',
      'https://192.168.0.10:8006',
    ),
    node: nodeName('proxmox.node', 'Node on which the VM is made; a VM that is there is not moved. Example: node1.'),
    tls: tls('proxmox.tls').optional(),
    credentialsSecretRef: secretRef(
      'proxmox.credentialsSecretRef',
      'Secret with the keys tokenID (user@realm!name) and secret: an API token of Proxmox VE. The condition Permissions names what it may not do and should.',
    ),
  })
  .meta({ description: 'The Proxmox VE whose guests are backed up.' });

function disk(field: 'disk' | 'cacheDisk', size: { least: number; why: string; byDefault: string }, text: string) {
  const { schema, rules } = sizeGi(`server.vm.${field}`, { ...size, most: 131_072 });
  return withRules(schema, [...rules, noShrink(`server.vm.${field}`)], { description: text }).default(size.byDefault);
}

const memory = sizeGi('server.vm.memory', {
  least: 2,
  most: 1024,
  why: 'Proxmox Backup Server does not run with less than 2Gi, and wants 4Gi and one more for each TiB',
});

const pool = withRules(
  z.string().min(1).max(64),
  [
    matches(
      '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,2}$',
      "server.vm.pool must be the name of a pool of Proxmox VE: letters, digits, '-', '_' and '.', e.g. backup",
    ),
    immutable('server.vm.pool', "move the VM in Proxmox VE, and leave the field as it is: rights go by the VM's pool"),
  ],
  {
    description:
      'Pool that the VM is made in: the token then needs its rights on this pool alone. Cannot be changed. Default: none. Example: backup.',
  },
);

const vm = withRules(
  z.object({
    cores: z
      .int()
      .min(1)
      .max(128)
      .default(2)
      .meta({ description: 'Processor cores. 1 to 128. Default: 2. Example: 4.' }),
    memory: withRules(memory.schema, memory.rules, {
      description: 'Memory, in whole Gi, 2Gi to 1024Gi. Default: 4Gi. Example: 8Gi.',
    }).default('4Gi'),
    disk: disk(
      'disk',
      { least: 16, why: 'the system needs room for its logs and for updates', byDefault: '50Gi' },
      'Disk of the system, in whole Gi, at least 16Gi. Can grow, not shrink. Default: 50Gi. Example: 100Gi.',
    ),
    cacheDisk: disk(
      'cacheDisk',
      {
        least: 16,
        why: 'a datastore on S3 keeps its indexes and an inode for each chunk there; 64Gi to 128Gi are wise',
        byDefault: '64Gi',
      },
      'Disk for the cache of the datastore, in whole Gi, at least 16Gi; 64Gi to 128Gi are wise. Can grow, not shrink. Default: 64Gi. Example: 128Gi.',
    ),
    storage: storageID(
      'server.vm.storage',
      'Storage of the node for both disks. Cannot be changed. Default: local-lvm. Example: ceph-vm.',
      [immutable('server.vm.storage', 'move the disks in Proxmox VE, and leave the field as it is')],
    ).default('local-lvm'),
    pool: pool.optional(),
    network,
    iso,
    fqdn: withRules(
      z.string().min(3).max(253),
      [
        matches(
          hostPattern,
          "server.vm.fqdn must be a full domain name: lower-case letters, digits, '-' and dots, none at the end, e.g. pbs-main.example.com",
        ),
        immutable('server.vm.fqdn', 'the installed server would keep the old name; make another PbsInstance'),
      ],
      {
        description:
          'Full name that the server gives itself; the VM is named by its first label. Cannot be changed. Example: pbs-main.example.com.',
      },
    ),
    timeZone: withRules(
      z.string().min(1).max(64),
      [
        matches(
          '^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$',
          'server.vm.timeZone must be the name of a time zone, e.g. Asia/Seoul or UTC; not an offset',
        ),
      ],
      {
        description:
          'Time zone that the server is installed with: its schedules are in it. Another one later is for a server that is made anew. Default: UTC. Example: Asia/Seoul.',
      },
    ).default('UTC'),
    mailTo: withRules(
      z.string().min(3).max(254),
      [
        matches(
          '^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*$',
          'server.vm.mailTo must be a mail address, e.g. backup@example.com',
        ),
      ],
      {
        description:
          'Where the server sends what it has to say to root. Set at the installation: another one later is for a server that is made anew. Default: root at its fqdn, which nobody reads. Example: backup@example.com.',
      },
    ).optional(),
  }),
  [
    {
      rule: 'has(self.pool) == has(oldSelf.pool)',
      message:
        "server.vm.pool cannot be added or taken away: move the VM in Proxmox VE, and leave the field as it is: rights go by the VM's pool",
    },
  ],
  { description: 'With type VirtualMachine: the VM that is made, and installed without hands.' },
);

const existing = z
  .object({
    url: serverURL(
      'server.existing.url',
      'Address of the Proxmox Backup Server, 4.1.9 or newer, with its port.',
      'https://192.168.0.20:8007',
    ),
    tls: tls('server.existing.tls').optional(),
    credentialsSecretRef: secretRef(
      'server.existing.credentialsSecretRef',
      'Secret with the keys tokenID (user@realm!name) and secret: an API token of that server. The condition Permissions names what it may not do and should.',
    ),
    cachePath: withRules(
      z.string().min(2).max(512),
      [
        matches(
          '^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$',
          'server.existing.cachePath must be an absolute path without a slash at the end, e.g. /mnt/datastore/cache',
        ),
        immutable('server.existing.cachePath', 'a datastore keeps the place of its cache; make another PbsInstance'),
      ],
      {
        description:
          'Folder of that server for the cache of the datastore, best on a disk of its own of 64 to 128 GiB; the datastore gets a folder of its name in it. Cannot be changed. Default: /mnt/datastore. Example: /mnt/datastore/cache.',
      },
    ).default('/mnt/datastore'),
  })
  .meta({ description: 'With type Existing: the server that is used.' });

export const server = withRules(
  z.object({
    type: z.enum(['VirtualMachine', 'Existing']).default('VirtualMachine').meta({
      description:
        'VirtualMachine: a VM is made and installed. Existing: a Proxmox Backup Server that is there is used. Cannot be changed. Default: VirtualMachine.',
    }),
    vm: vm.optional(),
    existing: existing.optional(),
  }),
  [
    {
      rule: "(self.type == 'VirtualMachine') == has(self.vm)",
      message: 'server.vm belongs to server.type VirtualMachine: set both, or remove vm',
      holds: (self) => (self.type === 'VirtualMachine') === (self.vm !== undefined),
      fieldPath: '.vm',
    },
    {
      rule: "(self.type == 'Existing') == has(self.existing)",
      message: 'server.existing belongs to server.type Existing: set both, or remove existing',
      holds: (self) => (self.type === 'Existing') === (self.existing !== undefined),
      fieldPath: '.existing',
    },
    {
      rule: 'self.type == oldSelf.type',
      message:
        'server.type cannot be changed: the server that is there would be left behind; make another PbsInstance with deletionPolicy Retain on this one',
    },
  ],
  { description: 'The backup server.' },
);
