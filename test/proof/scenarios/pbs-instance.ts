// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstance from nothing to its end: with a VM of its own, or on a server that is there; and what people do to it by hand. */
import { kinds } from '../../../src/kinds/index.ts';
import type { Resource } from '../../../src/kube/resource.ts';
import { PbsInstanceJudge } from '../oracles/pbs-instance.ts';
import { pbsPicture } from '../oracles/pbs-picture.ts';
import { pbsIn } from '../oracles/pbs-world.ts';
import type { Proof, Scenario, UserAction } from '../script.ts';
import { region, type Worlds } from '../worlds.ts';
import {
  badNight,
  bucket,
  drift,
  existing,
  existingAddress,
  foreignStorage,
  losesTheVm,
  newS3Key,
  oldS3KeyEnds,
  others,
  passes,
  pinOfExisting,
  reusesTheID,
} from './pbs-people.ts';

const pbsInstances: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'pbsinstances',
  kind: 'PbsInstance',
  namespaced: true,
};

const place = { namespace: 'default', name: 'main' };
const store = 'vm-backup-s3';

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

interface Wish {
  readonly spec?: object;
  readonly annotations?: object;
  readonly on?: 'machine' | 'existing';
}

function creates({ spec = {}, annotations = {}, on = 'machine' }: Wish = {}): UserAction {
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
            endpoint: `s3.${region}.amazonaws.com`,
            region,
            bucket,
            credentialsSecretRef: { name: 's3-access' },
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

function changes(user: string, spec: object): UserAction {
  return {
    user,
    does: async ({ kube }) => void (await kube.patch(pbsInstances, place, { type: 'merge', body: { spec } })),
  };
}

const remove: UserAction = {
  user: 'deletes it',
  does: async ({ kube }) => void (await kube.remove(pbsInstances, place)),
};

const approve: UserAction = {
  user: 'approves the plan that is shown',
  async does({ kube }, worlds) {
    const hash = pbsIn(worlds)?.status?.plan?.hash ?? 'none';
    const body = { metadata: { annotations: { 'hybridcloud.dev/approve': hash } } };
    await kube.patch(pbsInstances, place, { type: 'merge', body });
  },
};

const hour = 3_600_000;
const aNight = passes('for the first backup', 18 * hour);
const create = creates();
const deleting = { spec: { deletionPolicy: 'Delete' }, annotations: { 'hybridcloud.dev/confirm-data-loss': store } };
const running = [others, create, 'rest'] as const;
const saved = [...running, aNight, 'rest'] as const;
const onExisting = [others, existing, creates({ on: 'existing' }), 'rest'] as const;

const scenarios: readonly Scenario[] = [
  { name: 'pbs-create', before: [others], script: [create, 'rest'], ends: 'Ready' },
  { name: 'pbs-first-night', before: running, script: [aNight, 'rest'], ends: 'Ready' },
  { name: 'pbs-bad-night', before: running, script: [badNight, aNight, 'rest'], ends: 'Blocked' },
  { name: 'pbs-steady', before: saved, script: [{ looks: 3 }, 'rest'], ends: 'Ready' },
  {
    name: 'pbs-memory',
    before: running,
    script: [changes('gives it more memory', { server: { vm: { memory: '8Gi' } } }), 'rest'],
    ends: 'Ready',
  },
  {
    name: 'pbs-care',
    before: running,
    script: [
      changes('keeps less, and collects at another hour', {
        datastore: {
          gcSchedule: '03:30',
          prune: { schedule: 'sun 04:00', keepLast: 1 },
          verify: { schedule: 'weekly' },
        },
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'pbs-jobs',
    before: running,
    script: [
      changes('has another job in the place of the first, and one more', {
        jobs: [
          { id: 'evening', schedule: '21:00', select: { type: 'VMs', vmIDs: [200] } },
          { id: 'nightly', schedule: '03:00', select: { type: 'All', exclude: [300] } },
        ],
      }),
      'rest',
      changes('takes one away', {
        jobs: [{ id: 'nightly', schedule: '03:00', select: { type: 'All', exclude: [300] } }],
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  { name: 'pbs-drift', before: running, script: [drift, 'rest'], ends: 'Ready' },
  { name: 'pbs-rotate', before: running, script: [newS3Key, 'rest', oldS3KeyEnds, 'rest'], ends: 'Ready' },
  { name: 'pbs-rebuild', before: saved, script: [losesTheVm, 'rest', approve, 'rest'], ends: 'Ready' },
  {
    name: 'pbs-reused-id',
    before: [others, creates(deleting), 'rest'],
    script: [reusesTheID, 'rest', remove, 'rest'],
    ends: 'gone',
  },
  { name: 'pbs-foreign-storage', before: [others, foreignStorage], script: [create, 'rest'], ends: 'Blocked' },
  { name: 'pbs-delete-retain', before: saved, script: [remove, 'rest'], ends: 'gone' },
  { name: 'pbs-delete', before: [others, creates(deleting), 'rest'], script: [remove, 'rest'], ends: 'gone' },
  {
    name: 'pbs-delete-at-once',
    before: [others],
    script: [creates(deleting), { looks: 3 }, remove, 'rest'],
    ends: 'gone',
  },
  {
    name: 'pbs-existing',
    before: [others, existing],
    script: [creates({ on: 'existing' }), 'rest'],
    ends: 'Ready',
  },
  { name: 'pbs-existing-delete', before: onExisting, script: [remove, 'rest'], ends: 'gone' },
];

const { kind } = kinds.find(({ api }) => api.kind === 'PbsInstance') ?? {};
if (!kind) throw new Error('PbsInstance is no kind');

export const pbsInstanceProof: Proof = {
  kind: kind.kind,
  program: { name: 'operator', kind, resource: pbsInstances },
  scenarios,
  picture: pbsPicture,
  // tasks, installations and boots take their time
  told: ({ proxmox }) => !proxmox.underWay,
  judge: (worlds, scenario) => new PbsInstanceJudge(worlds, scenario),
};
