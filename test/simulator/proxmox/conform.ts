// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether an answer is what its contract says that it returns. Every answer of every test here is held against it. */
import type { Contract, Schema } from '../../../src/simulator/proxmox/contract/endpoint.ts';
import { pbsContract } from '../../../src/simulator/proxmox/pbs/contract.ts';
import { contractOf } from '../../../src/simulator/proxmox/pve/contract.ts';
import type { PveVersion } from '../../../src/simulator/proxmox/world.ts';

/** The contracts say null, the sources return something. */
const wrongContracts = new Set([
  'POST /config/datastore',
  'POST /admin/prune/{id}/run',
  'POST /admin/verify/{id}/run',
  'GET /config/s3/{id}/list-buckets',
]);

/** Where the products keep their contract less than the contract says (reference: numbers as text, and what older versions do not have). */
const known = [
  /^GET \/cluster\/nextid: it is "\d+", not integer$/,
  /^GET \/cluster\/backup.*\.(prune-backups|fleecing|performance)\.[a-z-]+ is "\d+", not (integer|boolean)$/,
  /^POST \/nodes\/\{node\}\/qemu\/\{vmid\}\/config: it is null, not string$/,
  /backend-type is missing$/,
];

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

function scalarFits(value: unknown, { type, enum: allowed }: Schema): boolean {
  if (allowed && !allowed.map(String).includes(String(value))) return false;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return typeof value === 'number';
  if (type === 'boolean') return typeof value === 'boolean' || value === 0 || value === 1;
  return type === undefined || type === 'any' || kindOf(value) === type;
}

export function misfits(value: unknown, schema: Schema, path = ''): string[] {
  if (schema.type === 'array' && Array.isArray(value))
    return value.flatMap((item, at) => misfits(item, schema.items ?? {}, `${path}[${at}]`));
  if (schema.type !== 'object' || kindOf(value) !== 'object')
    return scalarFits(value, schema)
      ? []
      : [`${path || 'it'} is ${JSON.stringify(value)?.slice(0, 60)}, not ${schema.type}`];
  const { properties, additionalProperties } = schema;
  if (!properties) return [];
  const given = value as Record<string, unknown>;
  const missing = Object.entries(properties).filter(
    ([name, { optional }]) => !optional && !name.includes('[n]') && given[name] === undefined,
  );
  const extra =
    additionalProperties === false || additionalProperties === 0
      ? Object.keys(given).filter(
          (name) => !Object.hasOwn(properties, name.replace(/\d+$/, '[n]')) && !Object.hasOwn(properties, name),
        )
      : [];
  return [
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...extra.map((name) => `${path}.${name} is more than there is`),
    ...Object.entries(given).flatMap(([name, inner]) =>
      properties[name] ? misfits(inner, properties[name], `${path}.${name}`) : [],
    ),
  ];
}

export function check(
  version: PveVersion,
  request: { readonly method: string; readonly url: URL },
  data: unknown,
): string[] {
  const { port, pathname } = request.url;
  const parts = decodeURIComponent(pathname)
    .split('/')
    .filter((part) => part !== '')
    .slice(2);
  const contract: Contract = port === '8007' ? pbsContract : contractOf(version);
  const found = contract.find(request.method, parts);
  const name = `${request.method} ${found?.endpoint.path}`;
  if (!found || wrongContracts.has(name) || found.endpoint.returns === undefined) return [];
  return misfits(data, found.endpoint.returns as Schema)
    .map((problem) => `${name}: ${problem}`)
    .filter((problem) => !known.some((one) => one.test(problem)));
}
