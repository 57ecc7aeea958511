// SPDX-License-Identifier: GPL-3.0-or-later
/** Any plain value with Maps, Sets and bytes in it, to JSON and back. Keys that start with `$` never occur in our state. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return { $map: [...value].map(([key, item]) => [toJson(key), toJson(item)]) };
  if (value instanceof Set) return { $set: [...value].map(toJson) };
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : toJson(item)));
  if (typeof value !== 'object') throw new TypeError(`A snapshot cannot hold a ${typeof value}.`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, toJson(item)]));
}

export function fromJson(json: Json): unknown {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json['$bytes'] === 'string') return new Uint8Array(Buffer.from(json['$bytes'], 'base64'));
  if (Array.isArray(json['$map'])) return new Map(json['$map'].map(fromJson) as [unknown, unknown][]);
  if (Array.isArray(json['$set'])) return new Set(json['$set'].map(fromJson));
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, fromJson(item)]));
}
