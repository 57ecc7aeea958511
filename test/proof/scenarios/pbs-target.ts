// SPDX-License-Identifier: GPL-3.0-or-later
/** A BackupTarget as a PbsInstance sees it: the object with its claim, and the Secret that its rotation changes. */
import type { Resource } from '../../../src/kube/resource.ts';
import type { UserAction } from '../script.ts';
import { region, type Hands } from '../worlds.ts';
import { bucket, endOthers, makeSecret, newKey, replaceKey } from './pbs-people.ts';

const backupTargets: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'backuptargets',
  kind: 'BackupTarget',
  namespaced: true,
};

export const targetName = 'vm-backups';
const place = { namespace: 'default', name: targetName };
const secretName = 'vm-backups-s3';
const claim = 'hybridcloud.dev/claimed-by';

async function makeTarget(hands: Hands, annotations: object): Promise<void> {
  const endpoint = `https://s3.${region}.amazonaws.com`;
  await makeSecret(hands, secretName, { ...(await newKey(hands)), bucket, region, endpoint });
  await hands.kube.create(backupTargets, place, {
    metadata: { ...place, annotations },
    spec: {
      aws: { region },
      bucket: { name: bucket },
      user: { name: 'proxmox-backup-user' },
      accessKey: { secretRef: { name: secretName } },
    },
  });
}

/** Of the two keys that the user may have, the one that was given by hand goes. */
export const target: UserAction = {
  user: 'has a BackupTarget',
  does: async (hands) => {
    await makeTarget(hands, {});
    await endOthers(hands, secretName);
  },
};

export const claimedTarget: UserAction = {
  user: 'has a BackupTarget that another server uses',
  does: async (hands) => {
    await makeTarget(hands, { [claim]: 'PbsInstance/default/other/99999999-0000-4000-8000-000000000000' });
    await endOthers(hands, secretName);
  },
};

export const claimEnds: UserAction = {
  user: 'waits until the other server was deleted, which gives its claim back',
  unseen: true,
  does: async ({ kube }) => {
    const body = { metadata: { annotations: { [claim]: null } } };
    await kube.patch(backupTargets, place, { type: 'merge', body });
  },
};

export const newTargetKey: UserAction = {
  user: 'sees the key of the BackupTarget rotated: the Secret holds a new one, the old one still works',
  does: (hands) => replaceKey(hands, secretName),
};

export const oldTargetKeyEnds: UserAction = {
  user: 'sees the old key end, as its overlap is over',
  unseen: true,
  does: (hands) => endOthers(hands, secretName),
};
