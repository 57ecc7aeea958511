// SPDX-License-Identifier: GPL-3.0-or-later
/** Base/ApiMutableModelControllerBase.php: search, get, set (which makes what is not there), add and delete. */
import { createHash } from 'node:crypto';
import { discloseSecret } from '../kernel/disclosure.ts';
import { child, connection, key, local, remote, vti } from './model/ipsec.ts';
import type { Field, Model } from './model/field.ts';
import { gateway, olderRoute, route } from './model/routing.ts';
import { troublesOf } from './model/validate.ts';
import type { Firewall, Kind, Values } from './state.ts';

export type Json = Readonly<Record<string, unknown>> | readonly unknown[];

/** A UserException: status 500, and what people are told. */
export class UserError extends Error {}

const models: Readonly<Record<Exclude<Kind, 'route'>, Model>> = {
  key,
  connection,
  local,
  remote,
  child,
  vti,
  gateway,
};

/** Around the fields of one. */
export const envelopes: Readonly<Record<Kind, string>> = {
  key: 'preSharedKey',
  connection: 'connection',
  local: 'local',
  remote: 'remote',
  child: 'child',
  vti: 'vti',
  gateway: 'gateway_item',
  route: 'route',
};

function modelOf({ version }: Firewall, kind: Kind): Model {
  if (kind !== 'route') return models[kind];
  return version === '26.7' ? route : olderRoute;
}

/** What a search shows in versions before 26.1 (UIModelGrid.php): these alone, lists in words. */
const olderColumns: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  connection: ['description', 'enabled', 'local_addrs', 'remote_addrs'],
  local: ['description', 'round', 'auth', 'enabled'],
  remote: ['description', 'round', 'auth', 'enabled'],
  child: ['description', 'enabled', 'local_ts', 'remote_ts'],
};

export function search(firewall: Firewall, kind: Kind): Json {
  const columns = firewall.version === '26.7' ? undefined : olderColumns[kind];
  const rows = [...firewall.saved[kind]].map(([uuid, values]) => ({
    uuid,
    ...Object.fromEntries(Object.entries(values).filter(([name]) => columns?.includes(name) ?? true)),
  }));
  return { rows, rowCount: rows.length, total: rows.length, current: 1 };
}

function shown(field: Field, value: string, firewall: Firewall): unknown {
  if (field.type === 'list') {
    const chosen = new Set(value.split(','));
    return Object.fromEntries(
      field.options(firewall).map((option) => [option, { value: option, selected: chosen.has(option) ? 1 : 0 }]),
    );
  }
  const listed = field.type === 'ikeAddresses' || (field.type === 'network' && field.asList);
  if (!listed) return value;
  return Object.fromEntries(value.split(',').map((one) => [one, { value: one, selected: 1 }]));
}

/** Of one that is not there: an empty list. */
export function get(firewall: Firewall, kind: Kind, uuid: string): Json {
  const values = firewall.saved[kind].get(uuid);
  if (!values) return [];
  const { fields } = modelOf(firewall, kind);
  return {
    [envelopes[kind]]: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, shown(field, values[name] ?? '', firewall)]),
    ),
  };
}

/** Core/Type.php, isUUID: version 4 alone. */
const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function singleValue(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(Number(value));
  throw new TypeError(`Invalid input type for ${name}: expected a single value`);
}

/** BaseField.php, setNodes: what the model does not have is ignored. */
function filled(model: Model, before: Values | undefined, given: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    Object.entries(model.fields).map(([name, field]) => {
      const value = singleValue(name, given[name]);
      if (value === undefined) return [name, before?.[name] ?? field.default ?? (field.type === 'boolean' ? '0' : '')];
      return [name, field.type === 'network' ? value.trim().toLowerCase() : value];
    }),
  );
}

function save(
  firewall: Firewall,
  { kind, uuid, given }: { kind: Kind; uuid: string; given: object },
): Record<string, unknown> {
  const model = modelOf(firewall, kind);
  const records = firewall.saved[kind];
  const values = filled(model, records.get(uuid), given as Readonly<Record<string, unknown>>);
  const all = new Map([...records, [uuid, values]]);
  const troubles = troublesOf({ firewall, model, uuid, values, all });
  if (troubles.size > 0) {
    const named = [...troubles].map(([field, text]) => [`${envelopes[kind]}.${field}`, text]);
    return { result: 'failed', validations: Object.fromEntries(named) };
  }
  if (kind === 'key') discloseSecret(values['Key'] ?? '');
  records.set(uuid, values);
  return { result: 'saved' };
}

function bodyFor(kind: Kind, body: Readonly<Record<string, unknown>>): object | undefined {
  const given = body[envelopes[kind]];
  return typeof given === 'object' && given !== null ? given : undefined;
}

export function set(firewall: Firewall, kind: Kind, [uuid, body]: readonly [string, Record<string, unknown>]): Json {
  const given = bodyFor(kind, body);
  if (!given || (!firewall.saved[kind].has(uuid) && !isUuid.test(uuid))) return { result: 'failed' };
  return save(firewall, { kind, uuid, given });
}

export function add(firewall: Firewall, kind: Kind, body: Record<string, unknown>): Json {
  const given = bodyFor(kind, body);
  if (!given) return { result: 'failed' };
  const hex = createHash('sha256')
    .update(`${++firewall.uuids}`)
    .digest('hex');
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  const answer = save(firewall, { kind, uuid, given });
  return 'validations' in answer ? answer : { ...answer, uuid };
}

/** Routing/Api/SettingsController.php, delGatewayAction. */
function refuseUsed({ saved }: Firewall, name: string): void {
  const routes = [...saved.route.values()].filter((one) => one['gateway'] === name).map(({ network = '' }) => network);
  if (routes.length > 0)
    throw new UserError(
      `Gateway ${name} cannot be deleted because it is in use on Static Route(s) '${routes.join(', ')}'`,
    );
}

/** ConnectionsController.php, delConnectionAction. */
function removeParts({ saved }: Firewall, uuid: string): void {
  for (const part of [saved.local, saved.remote, saved.child])
    for (const [id, { connection: of }] of part) part.delete(of === uuid ? id : '');
}

export function remove(firewall: Firewall, kind: Kind, uuid: string): Json {
  const known = firewall.saved[kind].get(uuid);
  if (kind === 'gateway') {
    if (!known) return { result: 'failed' };
    refuseUsed(firewall, known['name'] ?? '');
  }
  if (kind === 'connection') removeParts(firewall, uuid);
  return { result: firewall.saved[kind].delete(uuid) ? 'deleted' : 'not found' };
}
