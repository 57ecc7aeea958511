// SPDX-License-Identifier: GPL-3.0-or-later
/** The things of an OPNsense that a VPN is made of, and where its API has them (opnsense/core, controllers of IPsec, Routing and Routes). */
import { createHash } from 'node:crypto';

export type RecordKind = 'key' | 'connection' | 'local' | 'remote' | 'child' | 'vti' | 'gateway' | 'route';

export interface DeviceRecord {
  readonly kind: RecordKind;
  /** Of our choosing: what is set under an unknown one is made (ApiMutableModelControllerBase, setBase), so nothing is ever made twice. */
  readonly uuid: string;
  /** As the API has them: strings, yes is 1 and no is 0. A pre-shared key is never here. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface Place {
  /** Below /api. */
  readonly controller: readonly [string, string];
  /** What follows get_, set_, del_ and search_. */
  readonly item: string;
  /** Around the fields, in what is sent and in what comes. */
  readonly envelope: string;
  /** Which field has the description. */
  readonly description: 'description' | 'descr';
}

const connections = (item: string): Place => ({
  controller: ['ipsec', 'connections'],
  item,
  envelope: item,
  description: 'description',
});

export const places: Readonly<Record<RecordKind, Place>> = {
  key: {
    controller: ['ipsec', 'pre_shared_keys'],
    item: 'item',
    envelope: 'preSharedKey',
    description: 'description',
  },
  connection: connections('connection'),
  local: connections('local'),
  remote: connections('remote'),
  child: connections('child'),
  vti: { controller: ['ipsec', 'vti'], item: '', envelope: 'vti', description: 'description' },
  gateway: { controller: ['routing', 'settings'], item: 'gateway', envelope: 'gateway_item', description: 'descr' },
  route: { controller: ['routes', 'routes'], item: 'route', envelope: 'route', description: 'descr' },
};

/** `search_connection`; the controllers of VTIs have the bare verb, those of gateways and routes one word. */
export function actionOf({ item, controller: [module] }: Place, verb: 'search' | 'get' | 'set' | 'del'): string {
  if (item === '') return verb;
  if (module === 'routes') return `${verb}${item}`;
  return `${verb}_${item}`;
}

/** The same for the same words, and of the only form that OPNsense takes: version 4 (Core/Type.php, isUUID). */
export function uuidOf(...words: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(words)).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4] ?? '8';
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
