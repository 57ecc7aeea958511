// SPDX-License-Identifier: GPL-3.0-or-later
/** S3 endpoints: /config/s3 and /admin/s3 (api2/config/s3.rs, api2/admin/s3.rs). */
import { discloseSecret } from '../../kernel/disclosure.ts';
import type { Value } from '../contract/validate.ts';
import { Extended } from '../reply.ts';
import { deleteObject, getObject, headBucket, listBuckets, putObject, S3Error, type S3Target } from '../s3/client.ts';
import { checkDigest, digestOf } from './access.ts';
import { list, must, text, type PbsCall } from './call.ts';
import { bad, parameterError, PbsError } from './errors.ts';
import { pbsMay } from './permissions.ts';
import { atLeast } from './server.ts';
import type { Datastore, PbsServer, S3Endpoint } from './state.ts';
import type { World } from '../world.ts';

const noOptions = new Set(['id', 'secret-key', 'delete', 'digest']);

function endpointOf({ server }: Pick<PbsCall, 'server'>, id: string): S3Endpoint {
  const endpoint = server.endpoints.get(id);
  if (!endpoint) throw bad(`no such s3-endpoint '${id}'`);
  return endpoint;
}

/** Of everything but the secrets: a new secret is no change to it. */
const configDigest = ({ server }: PbsCall) =>
  digestOf([...server.endpoints.values()].map(({ id, options }) => [id, options]));

const shown = ({ id, options }: S3Endpoint) => ({ id, ...options });

export function listEndpoints(call: PbsCall): Extended {
  const { server, caller } = call;
  const found = [...server.endpoints.values()].filter(({ id }) =>
    pbsMay(server, caller, `/system/s3-endpoint/${id}`, ['Sys.Audit']),
  );
  return new Extended(found.map(shown), { digest: configDigest(call) });
}

export function showEndpoint(call: PbsCall): Extended {
  return new Extended(shown(endpointOf(call, must(call.params, 'id'))), { digest: configDigest(call) });
}

function optionsOf(params: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !noOptions.has(name)));
}

/** What this version does not have (changelogs of proxmox-backup). */
function demandKnown(server: PbsServer, params: Readonly<Record<string, Value>>): void {
  const since: readonly (readonly [string, string])[] = [
    ['provider-quirks', '4.0.10'],
    ['rate-in', '4.0.21'],
    ['rate-out', '4.0.21'],
    ['burst-in', '4.0.21'],
    ['burst-out', '4.0.21'],
  ];
  const unknown = since.find(([name, version]) => params[name] !== undefined && !atLeast(server, version));
  if (unknown) throw parameterError({ [unknown[0]]: 'schema does not allow additional properties.' });
}

const rates = new Set(['rate-in', 'rate-out', 'burst-in', 'burst-out']);

/** As it prints them again: a number, a blank, and the unit (proxmox-human-byte). */
function withRates(options: Readonly<Record<string, Value>>): Record<string, Value> {
  const entries = Object.entries(options).map(([name, value]) => {
    if (!rates.has(name)) return [name, value] as const;
    const [, amount, unit = ''] = /^\s*([\d.]+)\s*([KMGTPE]i?B?|B?)\s*$/i.exec(String(value)) ?? [];
    if (amount === undefined) throw parameterError({ [name]: `invalid unit in '${String(value)}'` });
    return [name, `${Number(amount)} ${unit === '' ? 'B' : unit}`] as const;
  });
  return Object.fromEntries(entries);
}

/** It contacts nobody. */
export function createEndpoint({ server, params }: PbsCall): null {
  const id = must(params, 'id');
  if (!atLeast(server, '4.0.4')) throw new PbsError(404, `Path '/config/s3' not found.`, true);
  demandKnown(server, params);
  if (server.endpoints.has(id)) throw parameterError({ id: `s3 client config '${id}' already exists.` });
  server.endpoints.set(id, {
    id,
    options: withRates(optionsOf(params)),
    secret: discloseSecret(must(params, 'secret-key')),
  });
  return null;
}

/** `put-rate-limit` is taken and forgotten (4.0 to 4.2.3). */
export function updateEndpoint(call: PbsCall): null {
  const { server, params } = call;
  const endpoint = endpointOf(call, must(params, 'id'));
  checkDigest(text(params, 'digest'), configDigest(call));
  demandKnown(server, params);
  const { 'put-rate-limit': _, ...changes } = optionsOf(params);
  const options = { ...endpoint.options };
  for (const name of list(params, 'delete')) delete options[name];
  endpoint.options = { ...options, ...withRates(changes) };
  const secret = text(params, 'secret-key');
  if (secret !== undefined) endpoint.secret = discloseSecret(secret);
  return null;
}

export function deleteEndpoint(call: PbsCall): null {
  const { server, params } = call;
  const id = must(params, 'id');
  if (!server.endpoints.has(id)) throw new PbsError(404, `no such s3-endpoint '${id}'`);
  checkDigest(text(params, 'digest'), configDigest(call));
  const user = [...server.datastores.values()].find(({ backend }) => backend?.client === id);
  if (user) throw bad(`in-use by datastore ${user.name}`);
  server.endpoints.delete(id);
  return null;
}

/** Runs it, and tells what S3 made of it in PBS's way. */
export async function asBad<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof S3Error) throw bad(`${what}: ${error.message}`);
    throw error;
  }
}

export function targetOf(
  world: World,
  server: PbsServer,
  given: { readonly client: string; readonly bucket: string; readonly store?: Datastore; readonly name?: string },
): S3Target {
  const { client, bucket, store, name } = given;
  const endpoint = endpointOf({ server }, client);
  return {
    world,
    server,
    endpoint,
    bucket,
    store: store?.name ?? name ?? '',
    ...(store ? { counters: store.counters } : {}),
  };
}

/** HeadBucket, then a small object written, read and deleted; at the bucket's root without `store-prefix`. */
export async function checkEndpoint({ world, server, params }: PbsCall): Promise<null> {
  const target = targetOf(world, server, { client: must(params, 's3-endpoint-id'), bucket: must(params, 'bucket') });
  const prefix = text(params, 'store-prefix');
  if (prefix === undefined && !atLeast(server, '4.0.8'))
    throw parameterError({ 'store-prefix': 'parameter is missing and it is not optional.' });
  const key = `${prefix === undefined || prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`}.s3-client-test`;
  const reachable = await asBad('head object failed', () => headBucket(target));
  if (!reachable) throw bad('bucket does not exist or no permission to access it');
  await asBad('put object failed', () => putObject(target, key, { body: new Uint8Array(0) }));
  await asBad('get object failed', () => getObject(target, key));
  await asBad('delete object failed', () => deleteObject(target, key));
  return null;
}

/** Since 4.0.8; the schema says null, it is a list. */
export async function bucketsOf({ world, server, params }: PbsCall): Promise<unknown> {
  const target = targetOf(world, server, { client: must(params, 'id'), bucket: '' });
  const names = await asBad('failed to list buckets', () => listBuckets(target));
  return names.map((name) => ({ name }));
}

export function resetCounters({ server, params }: PbsCall): null {
  const id = must(params, 's3-endpoint-id');
  endpointOf({ server }, id);
  for (const store of server.datastores.values())
    if (store.backend?.client === id)
      store.counters = { get: 0, put: 0, post: 0, head: 0, delete: 0, uploaded: 0, downloaded: 0 };
  return null;
}
