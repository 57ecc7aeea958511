// SPDX-License-Identifier: GPL-3.0-or-later
/** An S3 of one's own in place of a BackupTarget, by the whole operator: path style, a port, a certificate that no authority signed. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { NetworkError } from '../../src/simulator/kernel/service.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, secrets, target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;
const host = 's3.office.example:9000';
const certificate = Array.from({ length: 32 }, (_, at) => (at + 16).toString(16)).join(':');
const bucket = 'iksan-vm-backups';

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

const synced = () => world.told('Synced')?.status === 'True';

interface Kept {
  readonly data: Readonly<Record<string, string>>;
}

/** What somebody made there: a bucket, and a user with a key for it. */
async function keyOfBucket(): Promise<{ accessKeyID: string; secretAccessKey: string }> {
  world.kubernetes.install([target()]);
  await world.until(() => world.condition('Ready')?.status === 'True', 300);
  const secret = world.kubernetes
    .objects('secrets', 'default')
    .find(({ metadata }) => metadata.name === 'vm-backups-s3') as unknown as Kept;
  const text = (key: string) => Buffer.from(secret.data[key] ?? '', 'base64').toString();
  return { accessKeyID: text('accessKeyID'), secretAccessKey: text('secretAccessKey') };
}

/** A MinIO or Ceph in the office: it is reached at one address only, and the bucket stands in the path. */
function office(isUp: () => boolean = () => true): Proxmox {
  return proxmox({
    clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 30)),
    site: { s3Certificate: (at) => (at === host ? certificate : undefined) },
    s3: (aws) => (request) => {
      if (request.url.host !== host) throw new NetworkError('ENOTFOUND', `getaddrinfo ENOTFOUND ${request.url.host}`);
      if (!isUp()) throw new NetworkError('ECONNREFUSED', `connect ECONNREFUSED ${host}`);
      return aws(request);
    },
  });
}

const s3 = {
  id: 'office-s3',
  endpoint: 's3.office.example',
  port: 9000,
  region: 'ap-northeast-2',
  bucket,
  addressing: 'Path',
  fingerprint: certificate.toUpperCase(),
  quirks: ['DeleteObjectsViaDeleteObject'],
  credentialsSecretRef: { name: 'office-s3-key' },
};

/** In a server that is there: what is before the bucket is another test's affair, and takes its time. */
async function wanted(given: object = {}, spec: object = {}): Promise<object> {
  const server = world.site.world.addPbs({ address: '192.168.0.30', hostname: 'pbs-old' });
  const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator' });
  await putSecret(world, 'pbs-token', { tokenID: id, secret });
  const tls = { fingerprints: [server.fingerprint.toUpperCase()] };
  const existing = { url: 'https://192.168.0.30:8007', tls, credentialsSecretRef: { name: 'pbs-token' } };
  return pbsInstance({ server: { type: 'Existing', existing }, s3: { ...s3, ...given }, ...spec });
}

const requests = () => world.site.world.s3Requests;

test('Backups land in the bucket of another S3, without a BackupTarget.', async () => {
  world = office();
  world.start();
  await putSecret(world, 'office-s3-key', await keyOfBucket());
  world.kubernetes.install([await wanted()]);
  await world.until(() => world.status().guests?.protected === '2/2', hour).catch(explained);
  expect(world.told('Ready')).toMatchObject({ status: 'True' });
  expect(world.status()).toMatchObject({ datastore: { name: 'vm-backup-s3', state: 'InUse' } });
  const [server] = world.site.world.servers();
  expect(server?.state.endpoints.get('office-s3')?.options).toMatchObject({
    endpoint: 's3.office.example',
    port: 9000,
    'path-style': true,
    'provider-quirks': ['delete-objects-via-delete-object'],
  });
  const objects = world.aws.account('123456789012').buckets()[0]?.objects ?? [];
  expect(objects.some(({ key }) => key.startsWith('vm-backup-s3/.chunks/'))).toBe(true);
  expect(requests().every(({ status }) => status > 0)).toBe(true);
}, 120_000);

test('A wrong key is told within a look, with what S3 said and no secret, and once the Secret is right it goes on by itself.', async () => {
  world = office();
  world.start();
  const key = await keyOfBucket();
  await putSecret(world, 'office-s3-key', { ...key, secretAccessKey: 'not-the-secret-of-this-key-0123456789ab' });
  world.kubernetes.install([await wanted()]);
  await world.until(() => world.told('Stalled')?.status === 'True', 60).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'BucketRefused' });
  expect(world.told('Stalled')?.message).toMatch(/s3\.office\.example:9000.*Secret office-s3-key.*iksan-vm-backups/);
  expect(world.site.world.servers()[0]?.datastore('vm-backup-s3')).toBeUndefined();
  await putSecret(world, 'office-s3-key', key);
  await world.until(synced, 300).catch(explained);
}, 120_000);

test('A certificate that is not the pinned one is told within a look; the right fingerprint cures it.', async () => {
  world = office();
  world.start();
  await putSecret(world, 'office-s3-key', await keyOfBucket());
  const { fingerprint, ...others } = s3;
  world.kubernetes.install([await wanted({ ...others, fingerprint: fingerprint.replaceAll('1', '2') })]);
  await world.until(() => world.told('Stalled')?.status === 'True', 60).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'BucketRefused' });
  expect(world.told('Stalled')?.message).toMatch(/certificate/);
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { spec: { s3: { fingerprint } } } });
  await world.until(synced, 300).catch(explained);
}, 120_000);

test('An endpoint that nobody reaches is told within a look, and when it is back it goes on by itself.', async () => {
  let up = false;
  world = office(() => up);
  world.start();
  await putSecret(world, 'office-s3-key', await keyOfBucket());
  world.kubernetes.install([await wanted()]);
  await world.until(() => world.told('Stalled')?.status === 'True', 60).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'BucketRefused' });
  expect(world.told('Stalled')?.message).toMatch(/connect/i);
  up = true;
  await world.until(synced, 600).catch(explained);
}, 120_000);

test.each(['Retain', 'Delete'])(
  'Deleted together with the Secret of its key, with deletionPolicy %s: what leads there goes, and needs no key.',
  async (deletionPolicy) => {
    world = office();
    world.start();
    await putSecret(world, 'office-s3-key', await keyOfBucket());
    world.kubernetes.install([await wanted({}, { deletionPolicy })]);
    await world.until(synced, hour).catch(explained);
    const annotations = { 'hybridcloud.dev/confirm-data-loss': 'vm-backup-s3' };
    await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { metadata: { annotations } } });
    const key = { namespace: 'default', name: 'office-s3-key' };
    await world.admin.remove(secrets, key, { uid: (await world.admin.get(secrets, key))?.metadata.uid ?? '' });
    await world.admin.remove(pbsInstances, pbsPlace);
    await world.until(() => !world.isThere(), 900).catch(explained);
    expect(world.site.world.pve.jobs()).toEqual([]);
    expect(world.site.world.pve.storages().map(({ id }) => id)).not.toContain('pbs-main');
  },
  120_000,
);
