// SPDX-License-Identifier: GPL-3.0-or-later
/** What is there before a PbsInstance, and what people do beside it: on Proxmox VE, on a backup server, in S3. */
import { accountOf, tokenIDOf } from '../../../src/kinds/pbs-instance/wiring/wish.ts';
import { installerImage } from '../../../src/simulator/proxmox/media.ts';
import { secrets } from '../../../src/kube/resource.ts';
import { addressElsewhere } from '../oracles/pbs-world.ts';
import type { UserAction } from '../script.ts';
import { region, type Hands, type Worlds } from '../worlds.ts';

export const bucket = 'iksan-cloud-backup-20251129';
const user = 'proxmox-backup-user';
export const existingAddress = '192.168.0.30';

export async function makeSecret(
  { kube }: Hands,
  name: string,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const metadata = { namespace: 'default', name };
  await kube.create(secrets, metadata, { metadata, type: 'Opaque', data });
}

interface NewKey {
  readonly AccessKey: { readonly AccessKeyId: string; readonly SecretAccessKey: string };
}

export async function newKey({ do: act }: Hands): Promise<{ accessKeyID: string; secretAccessKey: string }> {
  const { AccessKey } = await act<NewKey>('iam', 'CreateAccessKey', { UserName: user });
  return { accessKeyID: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

/** A bucket, and a user with the least that a backup server needs there. */
async function makeBucket(hands: Hands): Promise<void> {
  const { do: act } = hands;
  await act('s3', 'CreateBucket', { Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await act('s3', 'PutObject', { Bucket: bucket, Key: 'precious', Body: 'of somebody else' });
  await act('iam', 'CreateUser', { UserName: user });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    ],
  });
  await act('iam', 'PutUserPolicy', { UserName: user, PolicyName: 'backups', PolicyDocument });
  await makeSecret(hands, 's3-access', await newKey(hands));
}

/** Whose marks look like ours, and are of another object. */
const marksOfOthers = {
  tags: 'hybridcloud-0123456789abcdef',
  description: 'hybridcloud.dev/owner=99999999-0000-4000-8000-000000000000 hybridcloud.dev/cluster=cluster-1',
};

function makeGuests({ proxmox: { pve } }: Worlds): void {
  pve.makeGuest({ vmid: 200, name: 'web', running: true });
  pve.makeGuest({ vmid: 201, name: 'db', running: true });
  pve.makeGuest({ vmid: 300, name: 'pbs-main', config: { scsi0: 'local-lvm:8', ...marksOfOthers } });
  pve.addIso('local', 'debian.iso', Buffer.from('no installer of ours'));
  pve.addIso('local', 'pbs-auto.iso', installerImage());
  pve.addStorage({ id: 'nas', type: 'dir', content: 'backup,iso', total: 1024 ** 4 });
  pve.user('somebody@pve', 'a password of others', [{ path: '/vms/200', role: 'PVEVMUser' }]);
}

/** Another cluster has an object of the very same name, with a server of its own: it logs in there under the name that ours has, too. */
function makeOtherCluster({ proxmox: { pve } }: Worlds): void {
  pve.addStorage({ id: 'pbs-elsewhere', type: 'pbs', content: 'backup', total: 1024 ** 4 });
  const entry = pve.storages().find(({ id }) => id === 'pbs-elsewhere');
  Object.assign(entry?.options ?? {}, {
    server: addressElsewhere,
    datastore: 'vm-backup-s3',
    username: tokenIDOf(accountOf('default', 'main')),
    fingerprint: 'EE'.repeat(32),
  });
}

/** In every scenario there are others, whose things stay byte for byte what they are. */
export const others: UserAction = {
  user: 'others are there, and a bucket',
  async does(hands, worlds) {
    makeGuests(worlds);
    makeOtherCluster(worlds);
    const { id, secret } = worlds.proxmox.pve.token();
    await makeSecret(hands, 'pve-token', { tokenID: id, secret });
    await makeBucket(hands);
    await worlds.clock.advance(60_000);
  },
};

/** A server of others, with things of theirs. */
export const existing: UserAction = {
  user: 'has a backup server',
  async does(hands, { proxmox }) {
    const server = proxmox.addPbs({ address: existingAddress, hostname: 'pbs-old' });
    server.token({ user: 'somebody@pbs', name: 'theirs', roles: [['/datastore', 'DatastoreBackup']] });
    const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator' });
    await makeSecret(hands, 'pbs-token', { tokenID: id, secret });
    server.state.prune.set('theirs', {
      id: 'theirs',
      options: { store: 'their-store', schedule: 'daily', 'keep-last': 3, disable: true },
      since: 0,
    });
  },
};

/** Of the one that `existing` made. */
export function pinOfExisting({ proxmox }: Worlds): string {
  return proxmox.pbs(existingAddress)?.fingerprint.toUpperCase() ?? '';
}

/** A second key, delivered in the place of the first. */
export async function replaceKey(hands: Hands, secret: string): Promise<void> {
  const key = await newKey(hands);
  const data = Object.fromEntries(
    Object.entries(key).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
  );
  await hands.kube.patch(secrets, { namespace: 'default', name: secret }, { type: 'merge', body: { data } });
}

export const newS3Key: UserAction = {
  user: 'puts a new key into the Secret',
  does: (hands) => replaceKey(hands, 's3-access'),
};

/** What the Secret does not hold ends. */
export async function endOthers({ see, do: act, kube }: Hands, secret: string): Promise<void> {
  const kept = await kube.get(secrets, { namespace: 'default', name: secret });
  const { data = {} } = kept as { readonly data?: Readonly<Record<string, string>> };
  const now = Buffer.from(data['accessKeyID'] ?? '', 'base64').toString();
  const { AccessKeyMetadata } = await see<Keys>('iam', 'ListAccessKeys', { UserName: user });
  for (const { AccessKeyId } of AccessKeyMetadata)
    if (AccessKeyId !== now) await act('iam', 'DeleteAccessKey', { UserName: user, AccessKeyId });
}

interface Keys {
  readonly AccessKeyMetadata: readonly { readonly AccessKeyId: string; readonly CreateDate: Date }[];
}

export const oldS3KeyEnds: UserAction = {
  user: 'deletes the old key',
  unseen: true,
  does: (hands) => endOthers(hands, 's3-access'),
};

/** Nobody does anything. */
export function passes(what: string, ms: number): UserAction {
  return {
    user: `waits ${what}`,
    unseen: true,
    async does(_hands, { clock, proxmox }) {
      for (let left = ms; left > 0; left -= 3_600_000) {
        await clock.advance(Math.min(left, 3_600_000));
        await proxmox.settle();
      }
    },
  };
}

function ours({ proxmox }: Worlds): number {
  const found = proxmox.pve
    .guests()
    .find(({ config }) => config['name'] === 'pbs-main' && !config['tags']?.includes('0123'));
  if (!found) throw new Error('there is no machine of ours');
  return found.vmid;
}

/** What a run comes to, nobody sees but in its log. */
export const badNight: UserAction = {
  user: 'has a guest whose disk cannot be read',
  unseen: true,
  does: async (_hands, { proxmox }) => proxmox.pve.tellBackups(200, 'fail'),
};

/** What is read for a restore is not what was saved. */
export const badRestore: UserAction = {
  user: 'has a backup with a chunk that is not what it should be',
  unseen: true,
  does: async (_hands, { proxmox }) => proxmox.pve.tellTasks('qmrestore', 'restore failed: wrong digest for chunk'),
};

/** Its line is down, or S3 is: nothing of a run comes into the bucket. */
export const losesS3: UserAction = {
  user: 'loses the way to S3 for a night',
  unseen: true,
  does: async (_hands, { s3 }) => s3.begin({ kind: 'unreached', after: 0, ms: 18 * 3_600_000 }),
};

export const losesTheVm: UserAction = {
  user: 'destroys the VM by hand',
  unseen: true,
  does: async (_hands, worlds) => worlds.proxmox.pve.removeGuest(ours(worlds)),
};

/** Proxmox VE gives numbers out again at once: the next VM that somebody makes has it. */
export const reusesTheID: UserAction = {
  user: 'destroys the VM by hand, and makes another one, which gets its number',
  unseen: true,
  async does(_hands, worlds) {
    const { pve } = worlds.proxmox;
    const vmid = ours(worlds);
    pve.removeGuest(vmid);
    pve.makeGuest({ vmid, name: 'pbs-main', running: true, config: { scsi0: 'local-lvm:50', scsi1: 'local-lvm:64' } });
  },
};

export const drift: UserAction = {
  user: 'disables the job, changes what is kept, and takes the rights of the account of Proxmox VE away',
  unseen: true,
  async does(_hands, { proxmox }) {
    for (const job of proxmox.pve.jobs()) job.options = { ...job.options, enabled: '0' };
    for (const { state } of proxmox.servers()) {
      for (const job of state.prune.values()) job.options = { ...job.options, 'keep-last': 1 };
      state.access.acl = state.access.acl.filter(({ who }) => !who.startsWith('pve-'));
    }
  },
};

/** Something of that name, which is not ours. */
export const foreignStorage: UserAction = {
  user: 'has a storage of that name',
  does: async (_hands, { proxmox }) =>
    proxmox.pve.addStorage({ id: 'pbs-main', type: 'dir', content: 'backup', total: 1024 ** 4 }),
};

/** Made by hand, as the guides have it: it leads where ours shall lead, as a user of theirs, and without a key. */
export const oldStorage: UserAction = {
  user: 'has a storage that leads to this very datastore',
  async does(_hands, { proxmox }) {
    const { pve } = proxmox;
    pve.addStorage({ id: 'pbs-main', type: 'pbs', content: 'backup', total: 1024 ** 4 });
    const entry = pve.storages().find(({ id }) => id === 'pbs-main');
    const fingerprint = proxmox.pbs(existingAddress)?.fingerprint ?? '';
    const options = {
      server: existingAddress,
      datastore: 'vm-backup-s3',
      username: 'somebody@pbs!theirs',
      fingerprint,
    };
    Object.assign(entry?.options ?? {}, options);
  },
};
