// SPDX-License-Identifier: GPL-3.0-or-later
/** What a node says of its storages (PVE::API2::Storage::Status, ::Scan). */
import { X509Certificate } from 'node:crypto';
import type { StorageRecord } from '../../state.ts';
import type { World } from '../../world.ts';
import { needed, numberParam, storageOf, textParam, type PveCall } from '../call.ts';
import { died, PveError } from '../errors.ts';
import { may } from '../permissions.ts';
import { usedOf } from '../space.ts';
import { ask, LinkError, linkOf } from './pbs-link.ts';

interface Space {
  readonly active: 0 | 1;
  readonly total: number;
  readonly used: number;
  readonly avail: number;
}

const nowhere: Space = { active: 0, total: 0, used: 0, avail: 0 };

export function linkOfStorage({ state }: World, { id, options }: StorageRecord): ReturnType<typeof linkOf> {
  return linkOf(options, state.pve.secrets.get(id)?.password);
}

async function spaceOf(world: World, storage: StorageRecord): Promise<Space> {
  if (storage.options['disable'] === '1') return nowhere;
  if (storage.type !== 'pbs') {
    const used = usedOf(world, storage);
    return { active: 1, total: storage.total, used, avail: storage.total - used };
  }
  try {
    const path = `/admin/datastore/${storage.options['datastore'] ?? ''}/status`;
    const { total, used, avail } = (await ask(world, linkOfStorage(world, storage), path)) as Space;
    return { active: 1, total, used, avail };
  } catch (error) {
    if (error instanceof LinkError) return nowhere;
    throw error;
  }
}

async function shown(world: World, storage: StorageRecord): Promise<object> {
  const { type, options } = storage;
  const content = options['content'] ?? (type === 'pbs' ? 'backup' : '');
  return {
    type,
    content,
    enabled: options['disable'] === '1' ? 0 : 1,
    shared: type === 'pbs' ? 1 : 0,
    ...(await spaceOf(world, storage)),
  };
}

export async function listNodeStorages({ world, caller, params }: PveCall): Promise<unknown> {
  const [wanted, content] = [textParam(params, 'storage'), textParam(params, 'content')];
  const seen = [...world.state.pve.storages.values()]
    .filter(({ id }) => wanted === undefined || id === wanted)
    .filter(
      (one) =>
        content === undefined ||
        (one.options['content'] ?? (one.type === 'pbs' ? 'backup' : '')).split(',').includes(content),
    )
    .filter(({ id }) =>
      ['Datastore.Audit', 'Datastore.AllocateSpace'].some((one) => may(world, caller, `/storage/${id}`, one)),
    );
  return Promise.all(seen.map(async (storage) => ({ storage: storage.id, ...(await shown(world, storage)) })));
}

export function storageStatus({ world, params }: PveCall): Promise<unknown> {
  return shown(world, storageOf(world, needed(params, 'storage')));
}

async function linked<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof LinkError ? died(error.message) : error;
  }
}

/** libpve-storage-perl 9.1.3; PBS 4.1.10. */
export async function storageIdentity({ world, params }: PveCall): Promise<unknown> {
  const storage = storageOf(world, needed(params, 'storage'));
  if (world.version !== '9.2')
    throw new PveError(
      501,
      `Method 'GET /nodes/${needed(params, 'node')}/storage/${storage.id}/identity' not implemented`,
    );
  if (storage.type !== 'pbs') throw died(`storage '${storage.id}' has no identity`);
  const told = await linked(() => ask(world, linkOfStorage(world, storage), '/nodes/localhost/identity'));
  return { type: 'pbs', id: (told as { readonly 'pbs-instance-id': string })['pbs-instance-id'] };
}

export async function scanPbs({ world, params }: PveCall): Promise<unknown> {
  const link = {
    server: needed(params, 'server'),
    port: String(numberParam(params, 'port') ?? 8007),
    username: needed(params, 'username'),
    password: needed(params, 'password'),
    fingerprint: textParam(params, 'fingerprint'),
  };
  return linked(() => ask(world, link, '/admin/datastore'));
}

function certificateInfo(filename: string, pem: string): object {
  const { fingerprint256, subject, issuer, validFrom, validTo } = new X509Certificate(pem);
  const seconds = (text: string) => Math.floor(Date.parse(text) / 1000);
  return {
    filename,
    fingerprint: fingerprint256,
    pem,
    subject,
    issuer,
    notbefore: seconds(validFrom),
    notafter: seconds(validTo),
    san: ['localhost', '127.0.0.1'],
  };
}

/** The cluster's authority, and what the node has below its own name: `localhost` has nothing there (pve-manager, PVE/API2/Certificates.pm). */
export function certificatesInfo({ world, params }: PveCall): unknown {
  const { authority, certificate } = world.state.pve;
  const own = params['node'] === 'localhost' ? [] : [certificateInfo('pve-ssl.pem', certificate.cert)];
  return [certificateInfo('pve-root-ca.pem', authority), ...own];
}
