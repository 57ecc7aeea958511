// SPDX-License-Identifier: GPL-3.0-or-later
/** A backup server that is ours, over HTTPS, a bucket with its key, and the part that makes a datastore of them. */
import type { ProxmoxApi } from '../../../../src/clouds/proxmox/proxmox-api.ts';
import { Failure } from '../../../../src/core/failure.ts';
import type { KubeObject } from '../../../../src/core/objects.ts';
import type { Hold } from '../../../../src/core/plan.ts';
import { storeActions, type StoreClouds } from '../../../../src/kinds/pbs-instance/store/act.ts';
import { observeStore } from '../../../../src/kinds/pbs-instance/store/observe.ts';
import { planStore } from '../../../../src/kinds/pbs-instance/store/plan.ts';
import type { StorePart } from '../../../../src/kinds/pbs-instance/store/part.ts';
import type { StoreSeen } from '../../../../src/kinds/pbs-instance/store/seen.ts';
import type { StoreStep } from '../../../../src/kinds/pbs-instance/store/steps.ts';
import type { StoreWish } from '../../../../src/kinds/pbs-instance/store/wish.ts';
import type { StoreWorld } from '../../../../src/kinds/pbs-instance/store/world.ts';
import { bucket, least } from '../../../simulator/proxmox/cloud.ts';
import { object, scope, shop, type Shop } from '../server/shop.ts';

export { bucket };
export const region = 'ap-northeast-2';
export const storeName = 'vm-backup-s3';

export interface Depot extends Shop {
  readonly store: StoreWorld;
  readonly wants: StoreWish;
  readonly target: { object: KubeObject };
  /** Another key comes into the BackupTarget's Secret, as a rotation brings it. @returns its id */
  readonly rotate: (user: string) => Promise<string>;
  readonly keysIn: (prefix?: string) => readonly string[];
}

const targetObject: KubeObject = {
  apiVersion: 'hybridcloud.dev/v1alpha1',
  kind: 'BackupTarget',
  metadata: {
    name: 'vm-backups',
    namespace: 'default',
    uid: 'uid-target',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-01-05T00:00:00Z',
  },
  spec: {
    aws: { region },
    bucket: { name: bucket },
    user: { name: 'pbs', policyName: 'Proxmox-S3-Backup-Policy' },
    accessKey: { secretRef: { name: 'vm-backups-s3' } },
  },
};

export const wish: StoreWish = {
  url: 'https://pbs.example.com:8007',
  uid: 'uid-main',
  s3: { type: 'BackupTarget', id: 'aws-s3-storage', name: 'vm-backups' },
  datastore: { name: storeName, path: `/mnt/datastore/cache/${storeName}`, gcSchedule: 'daily', verifyNew: true },
  prune: { schedule: 'daily', keep: { keepLast: 3, keepHourly: 0, keepDaily: 7 } },
  verify: { schedule: 'monthly', outdatedAfterDays: 60 },
  record: 'main-server',
};

export function sessionOf(at: Shop): ProxmoxApi {
  const { id: tokenID, secret } = at.server.token({ name: `t${at.server.state.access.users.size}` });
  const trust = { by: 'Fingerprint', sha256: [at.server.fingerprint] } as const;
  return at.servers.at({ url: at.url, granted: true, scope, trust }, { tokenID, secret });
}

/** With versions, as the API server has them. */
export function annotating(target: { object: KubeObject }): StoreWorld['objects'] {
  return {
    annotate: (read, annotations) => {
      const { metadata } = target.object;
      if (read.metadata.resourceVersion !== metadata.resourceVersion)
        return Promise.reject(new Failure({ class: 'Transient', reason: 'Conflict', message: 'changed' }));
      const set = Object.entries({ ...metadata.annotations, ...annotations }).filter(([, value]) => value !== null);
      target.object = {
        ...target.object,
        metadata: {
          ...metadata,
          annotations: Object.fromEntries(set) as Record<string, string>,
          resourceVersion: String(Number(metadata.resourceVersion) + 1),
        },
      };
      return Promise.resolve(target.object);
    },
  };
}

export async function depot(given: Parameters<typeof shop>[0] = {}): Promise<Depot> {
  const at = await shop(given);
  const { root, world: aws } = at.aws;
  await root.bucket(bucket);
  const target = { object: targetObject };
  const rotate = async (user: string) => {
    const { credentials } = await root.user(user, least);
    const { accessKeyID = '', secretAccessKey = '' } = credentials ?? {};
    const endpoint = `https://s3.${region}.amazonaws.com`;
    at.secrets.put('vm-backups-s3', { accessKeyID, secretAccessKey, bucket, region, endpoint });
    return accessKeyID;
  };
  await rotate('pbs');
  await at.secrets.create(object, { name: 'main-server', type: 'x', annotations: {}, data: new Map() });
  const store: StoreWorld = {
    pbs: sessionOf(at),
    secrets: at.secrets,
    namespace: 'default',
    claimant: { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'uid-main' },
    objects: annotating(target),
    siblings: () => [target.object],
    now: () => at.clock.now(),
    learn: at.world_.learn,
  };
  const keysIn = (prefix = '') =>
    (aws.account('123456789012').buckets()[0]?.objects ?? [])
      .filter(({ key, latest }) => latest && key.startsWith(prefix))
      .map(({ key }) => key);
  return { ...at, store, wants: wish, target, rotate, keysIn };
}

export interface Walk {
  readonly done: readonly StoreStep[];
  readonly hold?: Hold;
}

export async function act(clouds: StoreClouds, step: StoreStep): Promise<void> {
  const run = storeActions[step.do] as (clouds: StoreClouds, step: StoreStep) => Promise<unknown>;
  await run(clouds, step);
}

type Planner = (wish: StoreWish, seen: StoreSeen) => StorePart;

/** Looks, plans, does the first step, looks again; until nothing is left, or only a person can help. */
export async function walk(
  at: Depot,
  given: { readonly wants?: StoreWish; readonly store?: StoreWorld; readonly plan?: Planner } = {},
): Promise<Walk> {
  const { wants = at.wants, store = at.store, plan = planStore } = given;
  const done: StoreStep[] = [];
  for (let looks = 0; looks < 60; looks++) {
    const { steps, hold } = plan(wants, await observeStore(store, wants));
    const [step] = steps;
    if (step) {
      await act({ world: store, wish: wants }, step);
      done.push(step);
    } else if (hold?.why === 'Waiting') await at.clock.advance(hold.lookAgainAfterMs ?? 5000);
    else return { done, ...(hold ? { hold } : {}) };
  }
  throw new Error(`It never ends: ${done.map((one) => one.do).join(' ')}`);
}

export const verbs = ({ done }: Walk): readonly string[] => done.map((one) => one.do);
