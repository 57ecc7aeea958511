// SPDX-License-Identifier: GPL-3.0-or-later
/** Between the parts of a PbsInstance's spec: the Secret that is written is none of those that are read, and the cache has room on its disk. */
import type { Rule } from '../rules.ts';

interface Ref {
  readonly name: string;
}

interface Fields {
  readonly proxmox: {
    readonly credentialsSecretRef: Ref;
    readonly tls?: { readonly caSecretRef?: Ref | undefined } | undefined;
  };
  readonly server: {
    readonly existing?: { readonly credentialsSecretRef: Ref } | undefined;
    readonly vm?: { readonly cacheDisk: string } | undefined;
  };
  readonly datastore: { readonly maxCacheSize?: string | undefined };
  readonly s3: { readonly credentialsSecretRef?: Ref | undefined };
  readonly storage: { readonly encryption?: { readonly secretRef: Ref } | undefined };
}

interface Read {
  readonly field: string;
  /** CEL: it is there. */
  readonly has: string;
  readonly of: (self: Fields) => Ref | undefined;
}

const reads: readonly Read[] = [
  {
    field: 'proxmox.credentialsSecretRef',
    has: 'has(self.proxmox.credentialsSecretRef)',
    of: ({ proxmox }) => proxmox.credentialsSecretRef,
  },
  {
    field: 'server.existing.credentialsSecretRef',
    has: 'has(self.server.existing)',
    of: ({ server }) => server.existing?.credentialsSecretRef,
  },
  {
    field: 's3.credentialsSecretRef',
    has: 'has(self.s3.credentialsSecretRef)',
    of: ({ s3 }) => s3.credentialsSecretRef,
  },
];

export const secretRules: readonly Rule<Fields>[] = reads.map(({ field, has, of }) => ({
  rule: `!has(self.storage.encryption) || !${has} || self.${field}.name != self.storage.encryption.secretRef.name`,
  message: `storage.encryption.secretRef must not be the Secret of ${field}: the operator writes the one and reads the other; give it a name of its own`,
  holds: (self) => self.storage.encryption === undefined || of(self)?.name !== self.storage.encryption.secretRef.name,
  fieldPath: '.storage.encryption.secretRef.name',
}));

const celGiB = (field: string) => `int(self.${field}.split('Gi')[0])`;
const giB = (size: string) => Number(size.split('Gi')[0]);
const whole = /^[1-9][0-9]{0,5}Gi$/;

/** What is no size has its own message. */
export const cacheRule: Rule<Fields> = {
  rule: `!has(self.datastore.maxCacheSize) || !has(self.server.vm) || !has(self.server.vm.cacheDisk) || !self.datastore.maxCacheSize.matches('${whole.source}') || !self.server.vm.cacheDisk.matches('${whole.source}') || ${celGiB('datastore.maxCacheSize')} < ${celGiB('server.vm.cacheDisk')}`,
  message:
    'datastore.maxCacheSize must be smaller than server.vm.cacheDisk, which also holds indexes and a file for each chunk: make it smaller, or the disk larger',
  holds: ({ datastore: { maxCacheSize = '' }, server: { vm } }) =>
    !whole.test(maxCacheSize) || !vm || !whole.test(vm.cacheDisk) || giB(maxCacheSize) < giB(vm.cacheDisk),
  fieldPath: '.datastore.maxCacheSize',
};
