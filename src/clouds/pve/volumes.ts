// SPDX-License-Identifier: GPL-3.0-or-later
/** Images of CDs on a storage of files. Cloud-init snippets cannot be sent to Proxmox VE at all: what a VM is told comes on a CD. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { HttpsRequest } from '../https/https-api.ts';
import { count } from '../proxmox/loose.ts';
import type { Asked } from '../proxmox/asked.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

export interface StoragePlace {
  readonly node: string;
  readonly storage: string;
}

const content = z.array(z.looseObject({ volid: z.string(), size: count.optional(), ctime: count.optional() }));

export interface Volume {
  /** `local:iso/name.iso`. */
  readonly volid: string;
  readonly size: number;
}

/** `undefined`: there is no such storage on that node. */
export async function isosOn(pve: ProxmoxApi, { node, storage }: StoragePlace): Promise<readonly Volume[] | undefined> {
  const found = await pve.find(
    asked((api) => api.nodes.$(node).storage.$(storage).content.$get({ content: 'iso' })),
    content,
  );
  return found?.map(({ volid, size = 0 }) => ({ volid, size }));
}

export function isoID(storage: string, file: string): string {
  return `${storage}:iso/${file}`;
}

export interface IsoFile extends StoragePlace {
  readonly file: string;
  readonly bytes: Uint8Array;
}

const fileName = /^[\w][\w.-]{0,120}\.(iso|img)$/;

/**
 * The file's part is called `filename`; a checksum makes the node compare what arrived (PVE::API2::Storage::Status upload). What has that
 * name is overwritten without a word.
 * @throws RangeError for a name that is none of an ISO.
 */
export async function uploadRequest({ node, storage, file, bytes }: IsoFile): Promise<HttpsRequest> {
  if (!fileName.test(file)) throw new RangeError(`"${file}" is no name of an ISO`);
  const form = new FormData();
  form.set('content', 'iso');
  form.set('checksum-algorithm', 'sha256');
  form.set('checksum', createHash('sha256').update(bytes).digest('hex'));
  // last: the fields before it are what the node reads while the file arrives
  form.set('filename', new File([new Uint8Array(bytes)], file));
  const encoded = new Response(form);
  return {
    action: 'POST /nodes/{id}/storage/{id}/upload',
    effect: 'write',
    method: 'POST',
    path: ['api2', 'json', 'nodes', node, 'storage', storage, 'upload'],
    parameters: [
      { name: 'filename', value: file },
      { name: 'content', value: 'iso' },
    ],
    content: { type: encoded.headers.get('content-type') ?? '', bytes: new Uint8Array(await encoded.arrayBuffer()) },
  };
}

export interface Download extends StoragePlace {
  readonly file: string;
  readonly url: string;
  readonly checksum: { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string };
}

/** The node fetches it; certificates are verified. */
export function downloadRequest({ node, storage, file, url, checksum }: Download): Asked {
  return asked((api) =>
    api.nodes.$(node).storage.$(storage)['download-url'].$post({
      url,
      content: 'iso',
      filename: file,
      checksum: checksum.hex,
      'checksum-algorithm': checksum.algorithm,
      'verify-certificates': true,
    }),
  );
}

export function deleteVolumeRequest({ node, storage }: StoragePlace, volid: string): Asked {
  return asked((api) => api.nodes.$(node).storage.$(storage).content.$(volid).$delete());
}
