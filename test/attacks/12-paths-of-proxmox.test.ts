// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 12: ids that lead a request elsewhere. Whatever stands in one, it stays one segment of the path that was meant, or nothing is sent. */
import { expect, test } from '@jest/globals';
import * as access from '../../src/clouds/pbs/access.ts';
import { removePruneRequest } from '../../src/clouds/pbs/care.ts';
import { detachDatastoreRequest } from '../../src/clouds/pbs/datastores.ts';
import { addNamespaceRequest } from '../../src/clouds/pbs/namespaces.ts';
import { removeS3Request } from '../../src/clouds/pbs/s3-endpoints.ts';
import type { Asked } from '../../src/clouds/proxmox/asked.ts';
import { removeJobRequest } from '../../src/clouds/pve/backup-jobs.ts';
import { removeStorageRequest } from '../../src/clouds/pve/storage-entries.ts';
import { destroyRequest, startRequest } from '../../src/clouds/pve/vms.ts';
import { deleteVolumeRequest, uploadRequest } from '../../src/clouds/pve/volumes.ts';
import { scripted } from '../clouds/proxmox/scripted.ts';

const ids = [
  '..',
  '.',
  '',
  '../../access/users',
  '/../access',
  '%2e%2e',
  '%2e%2e/%2e%2e/access',
  '..%2f..%2faccess',
  'a/b',
  'a\\..\\b',
  'a?purge=1',
  'a#b',
  'a@b',
  'a;b',
  'a b',
  'a\r\nHost: x',
  '*',
];

const toPve: readonly ((id: string) => Asked)[] = [
  removeStorageRequest,
  removeJobRequest,
  (node) => startRequest({ node, vmid: 100 }),
  (node) => destroyRequest({ node, vmid: 100 }),
  (storage) => deleteVolumeRequest({ node: 'node1', storage }, 'local:iso/a.iso'),
  (volid) => deleteVolumeRequest({ node: 'node1', storage: 'local' }, volid),
];

const toPbs: readonly ((id: string) => Asked)[] = [
  (user) => access.removeUserRequest(user),
  (user) => access.removeTokenRequest(user, 'pve'),
  (token) => access.removeTokenRequest('a@pbs', token),
  detachDatastoreRequest,
  (store) => addNamespaceRequest(store, 'a'),
  removeS3Request,
  removePruneRequest,
];

/** Path and query as they would go out; `undefined`: nothing did. */
async function sent(to: 'pve' | 'pbs', request: Asked): Promise<URL | undefined> {
  const { asked, ...clients } = scripted();
  await clients[to].write(request).catch((error: unknown) => expect(error).toMatchObject({ reason: 'InvalidURL' }));
  return asked[0]?.url;
}

const shape = (url: URL | undefined) => url?.pathname.split('/').map(decodeURIComponent) ?? [];

async function strays(to: 'pve' | 'pbs', requestFor: (id: string) => Asked): Promise<readonly string[]> {
  const [plain, same] = [await sent(to, requestFor('plain')), shape(await sent(to, requestFor('plain')))];
  const bad: string[] = [];
  for (const id of ids) {
    const url = await sent(to, requestFor(id));
    if (!url) continue;
    const meant = same.map((segment) => (segment === 'plain' ? id : segment));
    const right = url.origin === plain?.origin && url.search === plain.search && url.hash === '';
    if (!right || shape(url).join('\n') !== meant.join('\n')) bad.push(`${id} -> ${url.href}`);
  }
  return bad;
}

test('attack-12: no id of Proxmox VE leaves its segment.', async () => {
  for (const request of toPve) expect(await strays('pve', request)).toEqual([]);
});

test('attack-12: no id of Proxmox Backup Server leaves its segment.', async () => {
  for (const request of toPbs) expect(await strays('pbs', request)).toEqual([]);
});

test('attack-12: what has no segment of its own is sent nowhere.', async () => {
  for (const id of ['..', '.', '']) {
    expect(await sent('pve', removeStorageRequest(id))).toBeUndefined();
    expect(await sent('pbs', detachDatastoreRequest(id))).toBeUndefined();
  }
});

test('attack-12: the name of a file is that of an ISO, or no form is written.', async () => {
  const names = ['a"; filename="b.iso', 'a\r\n\r\nb.iso', '../../etc/cron.d/a.iso', '..', '%2e%2e/a.iso', 'a.iso\n'];
  for (const file of names)
    await expect(uploadRequest({ node: 'node1', storage: 'local', file, bytes: new Uint8Array(1) })).rejects.toThrow(
      'no name of an ISO',
    );
});
