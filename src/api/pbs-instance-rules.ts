// SPDX-License-Identifier: GPL-3.0-or-later
/** Between the parts of a PbsInstance's spec: the Secret that is written is none of those that are read. */
import type { Rule } from './rules.ts';

interface Ref {
  readonly name: string;
}

interface Fields {
  readonly proxmox: {
    readonly credentialsSecretRef: Ref;
    readonly tls?: { readonly caSecretRef?: Ref | undefined } | undefined;
  };
  readonly server: { readonly existing?: { readonly credentialsSecretRef: Ref } | undefined };
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
