// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTargets to try: a good one, and good ones changed in one place. */

type Json = string | number | boolean | null | undefined | Json[] | { [field: string]: Json };
export type Spec = { [field: string]: Json };

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Spec;
}

export function good(): Spec {
  return {
    aws: { region: 'ap-northeast-2' },
    bucket: { name: 'iksan-cloud-backup-20251129' },
    user: { name: 'proxmox-backup-user' },
    accessKey: { secretRef: { name: 'vm-backups-s3' } },
  };
}

/** A good spec with other values at dotted paths; `undefined` takes the field away. */
export function changed(values: Readonly<Record<string, Json>>, from: Spec = good()): Spec {
  // not structuredClone: its objects are of another realm under Jest, which cel-js does not take
  const spec = JSON.parse(JSON.stringify(from)) as Spec;
  for (const [path, value] of Object.entries(values)) {
    const fields = path.split('.');
    const last = fields.pop() ?? path;
    let at = spec;
    for (const field of fields) at = (at[field] ??= {}) as Spec;
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return spec;
}

export function manifest(name: string, spec: Spec): Manifest {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'BackupTarget',
    metadata: { name, namespace: 'default' },
    spec,
  };
}
