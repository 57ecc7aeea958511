// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Requests as data, written with the typed paths of proxmox-api. Of that package we use the types and the paths: its engine repeats writes,
 * cannot be given a certificate to trust and puts errors into one text (docs/adr/0043).
 */
import { proxmoxApi } from 'proxmox-api';
import type { Asked } from '../proxmox/asked.ts';

type Api = ReturnType<typeof proxmoxApi>;

const prefix = '/api2/json/';

/** The request that `write` would send; it is not sent. */
export function asked(write: (api: Api) => unknown): Asked {
  const found: Asked[] = [];
  const api = proxmoxApi({
    doRequest: (method, path, template, params = {}) => {
      found.push({
        action: `${method.toUpperCase()} /${template.slice(prefix.length).replaceAll('*', '{id}')}`,
        method: method.toUpperCase() as Asked['method'],
        // proxmox-api escapes the slash in an id and nothing else; each segment is encoded whole where it is sent
        path: path
          .slice(prefix.length)
          .split('/')
          .map((segment) => segment.replaceAll('%2F', '/')),
        values: Object.fromEntries(
          Object.entries(params).filter(([, value]) => value !== undefined),
        ) as Asked['values'],
      });
      return Promise.resolve();
    },
  });
  write(api);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`one request was to be written, not ${found.length}`);
  return only;
}
