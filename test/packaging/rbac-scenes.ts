// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator does in a cluster, as short plays under given rights. They are what its rights are recorded from (`npm run record`),
 * and what breaks when one of them is taken away. Waits are as long as a user would find right, so that a fallback that comes
 * minutes later (the next look, a watch that is opened again) does not count.
 */
import { createObjects } from '../../src/kube/objects.ts';
import { claim } from '../../src/core/claims.ts';
import { configMaps } from '../../src/kube/resource.ts';
import {
  annotate,
  backupTargets,
  namespace,
  place,
  putSecret,
  target,
  type Running,
  type Start,
  type Worlds,
} from '../operator/worlds.ts';
import {
  bucketOf,
  deleteSecret,
  deliveredKey,
  editSpec,
  glide,
  inS3,
  isReady,
  isSynced,
  remove,
  secretOf,
  userOf,
} from '../operator/bad-days/hands.ts';
import { pbsInstance, pbsInstances, pbsPlace, withProxmox } from '../operator/proxmox.ts';

import type { SiteVpnStatus } from '../../src/api/site-vpn.ts';
import type { GslbEndpointStatus } from '../../src/api/gslb-endpoint.ts';
import { gslb, gslbEndpoints, makeZone } from '../kinds/gslb-endpoint/city.ts';
import { makeOfficeVpc, office, siteVpns } from '../kinds/site-vpn/office.ts';

export interface Scene {
  readonly world: Worlds;
  /** Starts one more operator; its requests are noted. */
  readonly start: (options?: Start) => Running;
}

export type Play = (scene: Scene) => Promise<void>;

const well = (world: Worlds) => isReady(world) && isSynced(world);
const reasonOf = (world: Worlds) => world.condition('Ready')?.reason;
const grants = { namespace, name: 'hybrid-cloud-operator-grants' };
const ownKey = { aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } };

async function lead({ world, start }: Scene, options?: Start): Promise<Running> {
  const running = start(options);
  await world.until(() => running.operator.phase === 'leading', 10);
  return running;
}

async function whole(scene: Scene, spec: object = {}): Promise<Running> {
  const { world } = scene;
  const running = await lead(scene);
  world.kubernetes.install([target(spec)]);
  await world.until(() => well(world), 20);
  return running;
}

interface Told {
  readonly reason: string;
  readonly count?: number;
}

const told = ({ kubernetes }: Worlds) => kubernetes.objects('events', 'default') as unknown as Told[];

const rootKey = (world: Worlds) => world.aws.account('123456789012').rootKey;
const rootSecret = (world: Worlds) => {
  const { accessKeyID, secretAccessKey } = rootKey(world);
  return { accessKeyID, secretAccessKey };
};

/** The API server ends a watch after some minutes; a client whose watch is refused falls back on lists, further and further apart. */
const long = 300;

/** Those that break soonest come first: without a right, the plays that need it are tried in this order. */
export const plays: Readonly<Record<string, Play>> = {
  async 'an object is made while the operator has long been idle'(scene) {
    const { world } = scene;
    await lead(scene);
    await glide(world, long);
    world.kubernetes.install([target()]);
    await world.until(() => world.condition('Ready') !== undefined, 2);
    await world.until(() => well(world) && world.get()?.metadata.finalizers?.length === 1, 20);
    await world.until(() => told(world).some(({ reason }) => reason === 'CreateBucket'), 5);
    await world.until(() => deliveredKey(world) === userOf(world)?.keys[0]?.id, 5);
  },

  async 'a namespace is granted the identity, and it is taken away again'(scene) {
    const { world } = scene;
    const grant = (value: string | null) =>
      world.admin.patch(configMaps, grants, { type: 'merge', body: { data: { default: value } } });
    await grant(null);
    await lead(scene);
    world.kubernetes.install([target()]);
    await world.until(() => reasonOf(world) === 'NotPermitted', 5);
    await glide(world, long);
    await grant('identity');
    await world.until(() => well(world), 10);
  },

  async 'one operator follows another, and counts on what it said'(scene) {
    const { world } = scene;
    const missing = () => reasonOf(world) === 'CredentialsMissing';
    await putSecret(world, 'aws', { accessKeyID: '' });
    const first = await lead(scene);
    world.kubernetes.install([target(ownKey)]);
    await world.until(missing, 5);
    await putSecret(world, 'aws', rootSecret(world));
    await world.until(() => well(world), 20);
    const second = scene.start();
    void first.operator.stop();
    await world.until(() => second.operator.phase === 'leading', 10);
    await putSecret(world, 'aws', { accessKeyID: '' });
    await world.until(missing, 10);
    await world.until(
      () => told(world).some(({ reason, count = 1 }) => reason === 'CredentialsMissing' && count > 1),
      10,
    );
  },

  async 'the Secret of the key is deleted'(scene) {
    const { world } = scene;
    await whole(scene);
    await glide(world, long);
    await deleteSecret(world);
    await world.until(() => secretOf(world) !== undefined && deliveredKey(world) === userOf(world)?.keys[0]?.id, 60);
  },

  async 'many objects are made at once'(scene) {
    const { world } = scene;
    await lead(scene);
    const names = Array.from({ length: 12 }, (_, index) => `many-${index}`);
    world.kubernetes.install(names.map((name) => target({}, name)));
    await world.until(() => names.every((name) => world.condition('Ready', name) !== undefined), 2);
  },

  async 'a spec changes, and settings drift'(scene) {
    const { world } = scene;
    await whole(scene);
    await editSpec(world, { bucket: { versioning: 'Suspended' } });
    await world.until(() => bucketOf(world)?.versioning === 'Suspended' && well(world), 10);
    await inS3(world, 'DeleteBucketPolicy', {});
    await world.until(() => bucketOf(world)?.policy !== undefined, 900);
  },

  async 'a key is replaced on request'(scene) {
    const { world } = scene;
    await whole(scene, { accessKey: { secretRef: { name: 'vm-backups-s3' }, rotationOverlapHours: 0 } });
    const before = deliveredKey(world);
    await glide(world, 60);
    await annotate(world, { 'hybridcloud.dev/rotate-after': new Date(world.clock.now()).toISOString() });
    await world.until(() => deliveredKey(world) !== before && userOf(world)?.keys.length === 1, 1800);
  },

  async 'a plan is approved'(scene) {
    const { world } = scene;
    await lead(scene);
    world.kubernetes.install([target({ managementPolicy: 'Plan' })]);
    await world.until(() => world.condition('Synced')?.reason === 'ApprovalNeeded', 5);
    const { plan } = (world.get()?.status ?? {}) as { plan?: { hash: string } };
    await annotate(world, { 'hybridcloud.dev/approve': plan?.hash ?? '' });
    const approval = () => world.get()?.metadata.annotations?.['hybridcloud.dev/approve'];
    await world.until(() => well(world) && approval() === undefined, 60);
  },

  async 'a claimant goes, and with it its claim'(scene) {
    const { world } = scene;
    await whole(scene);
    const by = { kind: 'BackupTarget', namespace: 'default', name: 'gone', uid: 'none' };
    const seen = world.get();
    if (!seen) throw new Error('it was there');
    const objects = createObjects({ client: world.admin, resources: [backupTargets], note: () => undefined });
    await claim(objects, structuredClone(seen), by);
    await remove(world);
    await world.until(() => world.get() === undefined, 900);
  },

  async 'a deletion takes the Secret and the data along'(scene) {
    const { world } = scene;
    await whole(scene, { deletionPolicy: 'Delete' });
    await annotate(world, { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' });
    await world.admin.remove(backupTargets, place);
    await world.until(() => world.get() === undefined, 900);
    if (secretOf(world) !== undefined || bucketOf(world) !== undefined) throw new Error('something was left');
  },

  async 'an operator that works for longer than its lease'(scene) {
    const { world } = scene;
    const running = await whole(scene);
    await glide(world, 60);
    if (running.ended !== undefined || running.operator.phase !== 'leading') throw new Error('it ended');
  },

  async 'a VPN is made while the operator has long been idle, and taken away again'(scene) {
    const { world } = scene;
    const vpn = () => world.kubernetes.objects('sitevpns', 'default')[0];
    const synced = () =>
      (vpn()?.status as SiteVpnStatus | undefined)?.conditions?.some(
        ({ type, status }) => type === 'Synced' && status === 'True',
      );
    makeOfficeVpc(world);
    await lead(scene);
    await glide(world, long);
    world.kubernetes.install([office()]);
    await world.until(() => vpn()?.status !== undefined, 2);
    await world.until(() => synced() === true && vpn()?.metadata.finalizers?.length === 1, 600);
    await world.admin.remove(siteVpns, { namespace: 'default', name: 'office' });
    await world.until(() => vpn() === undefined, 900);
  },

  async 'a name is made while the operator has long been idle, and taken away again'(scene) {
    const { world } = scene;
    const found = () => world.kubernetes.objects('gslbendpoints', 'default')[0];
    const synced = () =>
      (found()?.status as GslbEndpointStatus | undefined)?.conditions?.some(
        ({ type, status }) => type === 'Synced' && status === 'True',
      );
    await makeZone(world);
    await lead(scene);
    await glide(world, long);
    const haproxy = { configMapName: 'gslb-haproxy' };
    world.kubernetes.install([gslb({ haproxy })]);
    await world.until(() => found()?.status !== undefined, 2);
    await world.until(() => synced() === true && found()?.metadata.finalizers?.length === 1, 600);
    const published = () =>
      (world.kubernetes.objects('configmaps', 'default')[0] as { data?: Record<string, string> } | undefined)?.data;
    const before = JSON.stringify(published());
    const next = { spec: { haproxy: { ...haproxy, balance: 'leastconn' } } };
    await world.admin.patch(gslbEndpoints, { namespace: 'default', name: 'gslb' }, { type: 'merge', body: next });
    await world.until(() => published() !== undefined && JSON.stringify(published()) !== before, 120);
    await world.admin.remove(gslbEndpoints, { namespace: 'default', name: 'gslb' });
    await world.until(() => found() === undefined, 900);
  },

  async 'a backup server is made while the operator has long been idle, and taken away again'(scene) {
    const world = withProxmox(scene.world);
    await lead(scene, world.ways);
    await glide(world, long);
    world.kubernetes.install([target(), pbsInstance()]);
    await world.until(() => world.status().conditions !== undefined, 2);
    await world.until(() => world.told('Synced')?.status === 'True', 1800);
    await world.admin.remove(pbsInstances, pbsPlace);
    await world.until(() => !world.isThere(), 900);
  },

  async 'a Secret that is referred to changes after a long time'(scene) {
    const { world } = scene;
    await putSecret(world, 'aws', rootSecret(world));
    await whole(scene, ownKey);
    await glide(world, long);
    await putSecret(world, 'aws', { accessKeyID: '' });
    await world.until(() => reasonOf(world) === 'CredentialsMissing', 10);
    await putSecret(world, 'aws', rootSecret(world));
    await world.until(() => well(world), 20);
  },
};
