// SPDX-License-Identifier: GPL-3.0-or-later
/** What people do with a PbsInstance itself. */
import type { Resource } from '../../../src/kube/resource.ts';
import { pbsIn } from '../oracles/pbs-world.ts';
import type { UserAction } from '../script.ts';
import { region, type Worlds } from '../worlds.ts';
import { bucket, existingAddress, pinOfExisting } from './pbs-people.ts';

export const pbsInstances: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'pbsinstances',
  kind: 'PbsInstance',
  namespaced: true,
};

const place = { namespace: 'default', name: 'main' };
export const store = 'vm-backup-s3';

const machine = {
  vm: {
    network: { address: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
    iso: { file: 'pbs-auto.iso' },
    fqdn: 'pbs-main.example.com',
  },
};

function serverThere(worlds: Worlds): object {
  return {
    type: 'Existing',
    existing: {
      url: `https://${existingAddress}:8007`,
      tls: { fingerprints: [pinOfExisting(worlds)] },
      credentialsSecretRef: { name: 'pbs-token' },
    },
  };
}

const given = {
  endpoint: `s3.${region}.amazonaws.com`,
  region,
  bucket,
  credentialsSecretRef: { name: 's3-access' },
};

interface Wish {
  readonly spec?: object;
  readonly annotations?: object;
  readonly on?: 'machine' | 'existing';
  /** Name of a BackupTarget; default: the bucket and a key are given. */
  readonly target?: string;
}

export function creates({ spec = {}, annotations = {}, on = 'machine', target }: Wish = {}): UserAction {
  return {
    user: 'creates it',
    async does({ kube }, worlds) {
      await kube.create(pbsInstances, place, {
        metadata: { ...place, annotations },
        spec: {
          proxmox: {
            url: 'https://192.168.0.10:8006',
            node: 'node1',
            tls: { fingerprints: [worlds.proxmox.pve.fingerprint] },
            credentialsSecretRef: { name: 'pve-token' },
          },
          server: on === 'machine' ? machine : serverThere(worlds),
          s3: {
            id: 'aws-s3-storage',
            ...(target === undefined ? given : { backupTargetRef: { name: target } }),
          },
          datastore: { name: store },
          storage: { id: 'pbs-main', encryption: { secretRef: { name: 'pbs-main-key' } } },
          jobs: [{ id: 'nightly', schedule: '02:00', select: { type: 'All', exclude: [300] } }],
          ...spec,
        },
      });
    },
  };
}

export function changes(user: string, spec: object): UserAction {
  return {
    user,
    does: async ({ kube }) => void (await kube.patch(pbsInstances, place, { type: 'merge', body: { spec } })),
  };
}

export const remove: UserAction = {
  user: 'deletes it',
  does: async ({ kube }) => void (await kube.remove(pbsInstances, place)),
};

/** After a fault other steps may be left than were approved: who looks again approves what is shown then. */
export const approveAgain: UserAction = {
  user: 'approves what is shown by now, if anything is',
  async does({ kube }, worlds) {
    const hash = pbsIn(worlds)?.status?.plan?.hash;
    if (hash === undefined) return;
    const body = { metadata: { annotations: { 'hybridcloud.dev/approve': hash } } };
    await kube.patch(pbsInstances, place, { type: 'merge', body });
  },
};

export const approve: UserAction = {
  user: 'approves the plan that is shown',
  async does({ kube }, worlds) {
    const hash = pbsIn(worlds)?.status?.plan?.hash ?? 'none';
    const body = { metadata: { annotations: { 'hybridcloud.dev/approve': hash } } };
    await kube.patch(pbsInstances, place, { type: 'merge', body });
  },
};
