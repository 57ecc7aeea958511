// SPDX-License-Identifier: GPL-3.0-or-later
/** /config/datastore (api2/config/datastore.rs). */
import { parsePropertyString } from '../../contract/property-string.ts';
import type { Value } from '../../contract/validate.ts';
import { parseCalendarEvent } from '../../calendar.ts';
import { Extended } from '../../reply.ts';
import { headBucket } from '../../s3/client.ts';
import { newID } from '../../task.ts';
import { checkDigest, digestOf } from '../access.ts';
import { datastoreOf, list, must, start, text, type PbsCall } from '../call.ts';
import { bad, parameterError } from '../errors.ts';
import { pbsMay } from '../permissions.ts';
import { asBad, targetOf } from '../s3.ts';
import { atLeast } from '../server.ts';
import type { Datastore, PbsServer } from '../state.ts';

const noOptions = new Set([
  'name',
  'path',
  'backend',
  'reuse-datastore',
  'overwrite-in-use',
  'digest',
  'delete',
  'prune-schedule',
]);
const keeps = ['keep-last', 'keep-hourly', 'keep-daily', 'keep-weekly', 'keep-monthly', 'keep-yearly'];

export type Backend = NonNullable<Datastore['backend']>;

/** An opaque string to the schema: `type=s3,client=…,bucket=…[,max-cache-size=…]` (pbs-api-types, datastore.rs). */
function backendOf(given: string | undefined): Backend | undefined {
  if (given === undefined) return undefined;
  const plain = { type: 'string' } as const;
  const parsed = parsePropertyString(
    given,
    { type: plain, client: plain, bucket: plain, 'max-cache-size': plain },
    'type',
  );
  if ('wrong' in parsed) throw parameterError({ backend: parsed.wrong });
  const { type = 'filesystem', client, bucket, 'max-cache-size': maxCacheSize } = parsed.values;
  if (type === 'filesystem') return undefined;
  if (type !== 's3') throw parameterError({ backend: `value '${type}' is not defined in the enumeration.` });
  if (client === undefined) throw parameterError({ backend: 'missing client' });
  if (bucket === undefined) throw parameterError({ backend: 'missing bucket' });
  // no dots, and none of AWS's reserved beginnings and ends
  const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3)$/;
  if (
    !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(bucket) ||
    bucket.length < 3 ||
    bucket.length > 63 ||
    reserved.test(bucket)
  )
    throw parameterError({ backend: 'invalid bucket name' });
  return { client, bucket, maxCacheSize };
}

/** With the message that was given to it (pbs-api-types, maintenance.rs). */
function modeShown({ maintenance, maintenanceMessage: message }: Datastore): string {
  return `type=${maintenance ?? ''}${message === undefined ? '' : `,message=${message}`}`;
}

function shown(store: Datastore): object {
  const { name, path, backend, options, maintenance } = store;
  const size = backend?.maxCacheSize === undefined ? '' : `,max-cache-size=${backend.maxCacheSize}`;
  return {
    name,
    path,
    ...(backend ? { backend: `bucket=${backend.bucket},client=${backend.client}${size},type=s3` } : {}),
    ...options,
    ...(maintenance === undefined ? {} : { 'maintenance-mode': modeShown(store) }),
  };
}

const configDigest = ({ server }: PbsCall) => digestOf([...server.datastores.values()].map(shown));

export function listDatastores(call: PbsCall): Extended {
  const { server, caller } = call;
  const seen = [...server.datastores.values()].filter(({ name }) =>
    pbsMay(server, caller, `/datastore/${name}`, ['Datastore.Audit']),
  );
  return new Extended(seen.map(shown), { digest: configDigest(call) });
}

export function showDatastore(call: PbsCall): Extended {
  return new Extended(shown(datastoreOf(call, must(call.params, 'name'))), { digest: configDigest(call) });
}

function checkSchedules(params: Readonly<Record<string, Value>>): void {
  for (const name of ['gc-schedule', 'prune-schedule', 'counter-reset-schedule', 'schedule']) {
    const given = params[name];
    if (given !== undefined && !parseCalendarEvent(String(given)))
      throw parameterError({ [name]: `unable to parse calendar event` });
  }
}

/** What this version does not have. */
function demandKnown(server: PbsServer, params: Readonly<Record<string, Value>>): void {
  for (const name of ['notification-thresholds', 'counter-reset-schedule'])
    if (params[name] !== undefined && !atLeast(server, '4.1.6'))
      throw parameterError({ [name]: 'schema does not allow additional properties.' });
}

function checkPath({ server }: PbsCall, path: string): void {
  if (!path.startsWith('/')) throw parameterError({ path: 'value does not match the regex pattern' });
  const other = [...server.datastores.values()].find(
    (one) => one.path === path || path.startsWith(`${one.path}/`) || one.path.startsWith(`${path}/`),
  );
  if (other)
    throw parameterError({ path: `nested datastores not allowed: '${other.name}' already in '${other.path}'` });
}

/** Creation and removal hold the lock of the configuration; who waits gives up after ten seconds. */
export function demandConfigLock({ server }: PbsCall): void {
  const busy = server.tasks.some(
    ({ exit, type }) => exit === undefined && (type === 'create-datastore' || type === 'delete-datastore'),
  );
  if (busy)
    throw bad("Unable to acquire lock '/etc/proxmox-backup/.datastore.lck' - Interrupted system call (os error 4)");
}

function optionsOf(params: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(params).filter(
      ([name]) => !noOptions.has(name) && !keeps.includes(name) && name !== 'maintenance-mode',
    ),
  );
}

function maintenanceOf(params: Readonly<Record<string, Value>>): string | undefined {
  const given = params['maintenance-mode'];
  return given === undefined
    ? undefined
    : (/(?:^|type=)(read-only|offline|delete|unmount|s3-refresh)/.exec(String(given))?.[1] ?? undefined);
}

/** What is being deleted stays so (pbs-api-types, datastore.rs, set_maintenance_mode). */
function setMaintenance(store: Datastore, params: Readonly<Record<string, Value>>): void {
  const mode = maintenanceOf(params);
  const ends = mode === undefined && list(params, 'delete').includes('maintenance-mode');
  if (mode === undefined && !ends) return;
  if (store.maintenance === 'delete' && mode !== 'delete') throw bad('datastore is being deleted');
  store.maintenance = mode;
  store.maintenanceMessage = /(?:^|,)message=([^,]*)/.exec(text(params, 'maintenance-mode') ?? '')?.[1];
}

/** The old way to say what to keep becomes a job of its own. */
function pruneJobOf({ world, params }: PbsCall): string {
  const kept = Object.fromEntries(
    keeps.filter((name) => params[name] !== undefined).map((name) => [name, params[name] ?? 0]),
  );
  const schedule = text(params, 'prune-schedule');
  if (schedule === undefined && Object.keys(kept).length === 0) return '';
  const id = `default-${must(params, 'name')}-${newID(world.state).slice(0, 8)}`.slice(0, 32);
  return JSON.stringify({ id, options: { store: must(params, 'name'), schedule: schedule ?? 'daily', ...kept } });
}

export async function createDatastore(call: PbsCall): Promise<string> {
  const { world, server, params } = call;
  const [name, path] = [must(params, 'name'), must(params, 'path').replace(/(.)\/+$/, '$1')];
  demandKnown(server, params);
  const backend = backendOf(text(params, 'backend'));
  checkSchedules(params);
  demandConfigLock(call);
  if (server.datastores.has(name)) throw parameterError({ name: `datastore '${name}' already exists.` });
  checkPath(call, path);
  if (backend) {
    const target = targetOf(world, server, { ...backend, name });
    const there = await asBad('failed to access bucket', () => headBucket(target));
    if (!there) throw bad('failed to access bucket: bucket does not exist or no permission to access it');
  }
  const given = {
    name,
    path,
    backend: backend ? JSON.stringify(backend) : '',
    options: JSON.stringify(optionsOf(params)),
    maintenance: maintenanceOf(params) ?? '',
    reuse: params['reuse-datastore'] === true,
    overwrite: params['overwrite-in-use'] === true,
    prune: pruneJobOf(call),
  };
  return start(call, {
    type: 'create-datastore',
    id: name,
    ms: 'createDatastore',
    effect: { kind: 'create-datastore', with: given },
  }).upid;
}

/** Name, path and backend stay as they are. */
export function updateDatastore(call: PbsCall): null {
  const { params, server } = call;
  const store = datastoreOf(call, must(params, 'name'));
  checkDigest(text(params, 'digest'), configDigest(call));
  checkSchedules(params);
  demandKnown(server, params);
  setMaintenance(store, params);
  const options = { ...store.options };
  for (const name of list(params, 'delete')) delete options[name];
  store.options = { ...options, ...optionsOf(params) };
  return null;
}

export function deleteDatastore(call: PbsCall): string {
  const { params, server } = call;
  const store = datastoreOf(call, must(params, 'name'));
  checkDigest(text(params, 'digest'), configDigest(call));
  demandConfigLock(call);
  const busy = server.tasks.some(
    ({ exit, id }) => exit === undefined && (id === store.name || id.startsWith(`${store.name}:`)),
  );
  if (busy) throw bad(`datastore is currently in use`);
  const destroy = params['destroy-data'] === true;
  if (destroy) {
    store.maintenance = 'delete';
    store.maintenanceMessage = undefined;
  }
  const effect = {
    kind: 'delete-datastore',
    with: { name: store.name, destroy, 'keep-jobs': params['keep-job-configs'] === true },
  };
  return start(call, { type: 'delete-datastore', id: store.name, ms: 'deleteDatastore', effect }).upid;
}
