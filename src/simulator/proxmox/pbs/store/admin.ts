// SPDX-License-Identifier: GPL-3.0-or-later
/** /admin/datastore and /status (api2/admin/datastore.rs, api2/status). Nothing here asks S3 but what changes something. */
import { datastoreOf, demandOpen, must, number, start, text, type PbsCall } from '../call.ts';
import { bad, PbsError } from '../errors.ts';
import { pbsDemand, pbsMay } from '../permissions.ts';
import { asBad } from '../s3.ts';
import { atLeast } from '../server.ts';
import type { Datastore, Snapshot } from '../state.ts';
import { removeSnapshot } from './care.ts';
import { makeNamespace } from './backup.ts';
import { snapshotName } from './layout.ts';

export function backendType({ server }: PbsCall, { backend }: Datastore): object {
  return atLeast(server, '4.1.6') ? { 'backend-type': backend ? 's3' : 'filesystem' } : {};
}

const sees = ['Datastore.Audit', 'Datastore.Backup'];

/** Something in a namespace (api2/admin/datastore.rs and backup/hierarchy.rs, NS_PRIVS_OK): one may know of the store then, and of no size. */
function mayBelow({ server, caller }: PbsCall, { name, namespaces }: Datastore): boolean {
  const any = ['Datastore.Audit', 'Datastore.Modify', 'Datastore.Read', 'Datastore.Backup'];
  return [...namespaces].some((ns) => pbsMay(server, caller, `/datastore/${name}/${ns}`, any));
}

/** Those of which one may know; PVE's activation looks for its own here. */
export function listStores(call: PbsCall): unknown {
  const { server, caller } = call;
  return [...server.datastores.values()]
    .filter((store) => pbsMay(server, caller, `/datastore/${store.name}`, sees) || mayBelow(call, store))
    .map((store) => ({
      store: store.name,
      'mount-status': 'nonremovable',
      ...backendType(call, store),
      ...(store.options['comment'] === undefined ? {} : { comment: store.options['comment'] }),
      ...(store.maintenance === undefined ? {} : { maintenance: store.maintenance }),
    }));
}

function openStore(call: PbsCall, any: readonly string[], how: 'read' | 'write' = 'read'): Datastore {
  const store = datastoreOf(call, must(call.params, 'store'));
  const ns = text(call.params, 'ns') ?? '';
  pbsDemand(call.server, call.caller, `/datastore/${store.name}${ns === '' ? '' : `/${ns}`}`, any);
  demandOpen(store, how);
  return store;
}

function sizesOf(
  { server }: PbsCall,
  { path }: Datastore,
): { readonly total: number; readonly used: number; readonly avail: number } {
  const total =
    server.mounts.find((mount) => path === mount.path || path.startsWith(`${mount.path}/`))?.size ?? server.rootSize;
  const full = [...server.full].some((one) => path === one || path.startsWith(`${one}/`));
  const used = full ? total : Math.floor(total / 10);
  return { total, used, avail: total - used };
}

/** Sizes are those of the local cache's file system, never of the bucket. */
export function showStatus(call: PbsCall): unknown {
  const named = datastoreOf(call, must(call.params, 'store'));
  const below = !pbsMay(call.server, call.caller, `/datastore/${named.name}`, sees) && mayBelow(call, named);
  if (below) return { total: 0, used: 0, avail: 0, ...backendType(call, named) };
  const store = openStore(call, sees);
  const verbose = call.params['verbose'] === true;
  const counters = store.backend && atLeast(call.server, '4.1.6') ? { 's3-statistics': store.counters } : {};
  const all = [...store.snapshots.values()];
  const of = (type: Snapshot['type']) => {
    const mine = all.filter((one) => one.type === type);
    return { groups: new Set(mine.map(({ ns, id }) => `${ns}/${id}`)).size, snapshots: mine.length };
  };
  const counts = Object.fromEntries((['vm', 'ct', 'host'] as const).map((type) => [type, of(type)]));
  return {
    ...sizesOf(call, store),
    ...backendType(call, store),
    ...(verbose ? { counts, 'gc-status': store.gcStatus, ...counters } : {}),
  };
}

export function listUsage(call: PbsCall): unknown {
  const { server, caller } = call;
  return [...server.datastores.values()]
    .filter(({ name }) => pbsMay(server, caller, `/datastore/${name}`, ['Datastore.Audit', 'Datastore.Backup']))
    .map((store) => ({
      store: store.name,
      ...sizesOf(call, store),
      ...backendType(call, store),
      'mount-status': 'nonremovable',
    }));
}

function shownSnapshot({
  type,
  id,
  time,
  owner,
  files,
  verification,
  comment,
  fingerprint,
  protected: kept,
}: Snapshot): object {
  return {
    'backup-type': type,
    'backup-id': id,
    'backup-time': time,
    owner,
    protected: kept,
    size: files.reduce((sum, { size }) => sum + size, 0),
    files: files.map(({ filename, size, 'crypt-mode': mode }) => ({ filename, size, 'crypt-mode': mode })),
    ...(comment === '' ? {} : { comment }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(verification ? { verification: { state: verification.state, upid: verification.upid } } : {}),
  };
}

/** With Datastore.Backup alone one sees what is one's own. */
export function visibleSnapshots(call: PbsCall, store: Datastore): readonly Snapshot[] {
  const { server, caller, params } = call;
  const ns = text(params, 'ns') ?? '';
  const auditor = pbsMay(server, caller, `/datastore/${store.name}${ns === '' ? '' : `/${ns}`}`, ['Datastore.Audit']);
  const me = caller.token === undefined ? caller.user : `${caller.user}!${caller.token}`;
  const [type, id] = [text(params, 'backup-type'), text(params, 'backup-id')];
  return [...store.snapshots.values()]
    .filter((one) => one.ns === ns && (type === undefined || one.type === type) && (id === undefined || one.id === id))
    .filter(({ owner }) => auditor || owner === me || owner.startsWith(`${me}!`));
}

export function listSnapshots(call: PbsCall): unknown {
  const store = openStore(call, ['Datastore.Audit', 'Datastore.Backup']);
  return visibleSnapshots(call, store).map(shownSnapshot);
}

export function listGroups(call: PbsCall): unknown {
  const store = openStore(call, ['Datastore.Audit', 'Datastore.Backup']);
  const groups = new Map<string, Snapshot[]>();
  for (const one of visibleSnapshots(call, store))
    groups.set(`${one.type}/${one.id}`, [...(groups.get(`${one.type}/${one.id}`) ?? []), one]);
  return [...groups.values()].map((group) => {
    const [newest] = [...group].sort((a, b) => b.time - a.time);
    return {
      'backup-type': newest?.type,
      'backup-id': newest?.id,
      'last-backup': newest?.time,
      'backup-count': group.length,
      owner: newest?.owner,
      files: newest?.files.map(({ filename }) => filename) ?? [],
    };
  });
}

export async function deleteSnapshot(call: PbsCall): Promise<null> {
  const store = openStore(call, ['Datastore.Modify', 'Datastore.Prune'], 'write');
  const { params } = call;
  const name = snapshotName({
    ns: text(params, 'ns') ?? '',
    type: must(params, 'backup-type') as Snapshot['type'],
    id: must(params, 'backup-id'),
    time: number(params, 'backup-time') ?? 0,
  });
  const snapshot = store.snapshots.get(name);
  if (!snapshot) throw bad(`removing backup snapshot failed: no such snapshot`);
  if (snapshot.protected) throw bad('cannot remove protected snapshot');
  await asBad('removing backup snapshot failed', () => removeSnapshot(call, store, snapshot));
  return null;
}

export async function deleteGroup(call: PbsCall): Promise<unknown> {
  const store = openStore(call, ['Datastore.Modify', 'Datastore.Prune'], 'write');
  const group = visibleSnapshots(call, store);
  for (const snapshot of group)
    if (!snapshot.protected) await asBad('removing group failed', () => removeSnapshot(call, store, snapshot));
  return {
    'removed-groups': 1,
    'protected-snapshots': group.filter((one) => one.protected).length,
    'removed-snapshots': group.filter((one) => !one.protected).length,
  };
}

export function protectSnapshot(call: PbsCall): null {
  const store = openStore(call, ['Datastore.Modify', 'Datastore.Backup'], 'write');
  const { params } = call;
  const name = snapshotName({
    ns: text(params, 'ns') ?? '',
    type: must(params, 'backup-type') as Snapshot['type'],
    id: must(params, 'backup-id'),
    time: number(params, 'backup-time') ?? 0,
  });
  const snapshot = store.snapshots.get(name);
  if (!snapshot) throw bad('snapshot does not exist');
  snapshot.protected = params['protected'] === true;
  return null;
}

/** A user may take what its own tokens own; all else needs Datastore.Modify. */
export function changeOwner(call: PbsCall): null {
  const store = openStore(call, ['Datastore.Modify', 'Datastore.Backup'], 'write');
  const owner = must(call.params, 'new-owner');
  if (!call.server.access.users.has(owner.split('!')[0] ?? '')) throw bad(`user does not exist`);
  for (const snapshot of visibleSnapshots(call, store))
    store.snapshots.set(snapshotName(snapshot), { ...snapshot, owner });
  return null;
}

export function listNamespaces(call: PbsCall): unknown {
  const store = openStore(call, ['Datastore.Audit', 'Datastore.Backup']);
  const parent = text(call.params, 'parent') ?? '';
  const below = [...store.namespaces].filter((ns) => parent === '' || ns === parent || ns.startsWith(`${parent}/`));
  return [...new Set([parent, ...below])].map((ns) => ({ ns }));
}

export async function createNamespace(call: PbsCall): Promise<string> {
  const { world, server, params } = call;
  const store = openStore(call, ['Datastore.Modify'], 'write');
  const parent = text(params, 'parent') ?? '';
  const ns = parent === '' ? must(params, 'name') : `${parent}/${must(params, 'name')}`;
  if (store.namespaces.has(ns)) throw bad(`namespace '${ns}' already exists`);
  if (parent !== '' && !store.namespaces.has(parent))
    throw bad(`cannot create new namespace, parent ${parent} doesn't already exists`);
  await asBad('failed to create namespace', () => makeNamespace(world, server, store, ns));
  return ns;
}

export function deleteNamespace(call: PbsCall): unknown {
  const store = openStore(call, ['Datastore.Modify'], 'write');
  const ns = must(call.params, 'ns');
  if (!store.namespaces.has(ns)) throw bad(`namespace not found`);
  if ([...store.snapshots.values()].some((one) => one.ns === ns)) throw bad('cannot remove namespace, it is not empty');
  store.namespaces.delete(ns);
  return null;
}

export function showOperations(call: PbsCall): unknown {
  datastoreOf(call, must(call.params, 'store'));
  return { read: 0, write: 0 };
}

export function refreshStore(call: PbsCall): string {
  const store = datastoreOf(call, must(call.params, 'store'));
  if (!store.backend) throw bad('S3 refresh not supported for this datastore backend');
  if (store.maintenance !== undefined && store.maintenance !== 's3-refresh')
    throw new PbsError(400, `datastore '${store.name}' is in ${store.maintenance} maintenance mode`);
  store.maintenance = 's3-refresh';
  return start(call, {
    type: 's3-refresh',
    id: store.name,
    ms: 's3Refresh',
    effect: { kind: 's3-refresh', with: { store: store.name } },
  }).upid;
}

export function startGc(call: PbsCall): string {
  const store = datastoreOf(call, must(call.params, 'store'));
  demandOpen(store, 'write');
  const busy = call.server.tasks.some(
    ({ exit, type, id }) => exit === undefined && type === 'garbage_collection' && id === store.name,
  );
  if (busy) throw bad(`unable to start garbage collection job on datastore ${store.name} - already running`);
  const effect = { kind: 'garbage_collection', with: { store: store.name } };
  return start(call, { type: 'garbage_collection', id: store.name, ms: 'garbageCollection', effect }).upid;
}

export function gcStatus(call: PbsCall): unknown {
  return datastoreOf(call, must(call.params, 'store')).gcStatus;
}

export function startVerify(call: PbsCall): string {
  const store = openStore(call, ['Datastore.Verify', 'Datastore.Backup']);
  const { params } = call;
  const options = Object.fromEntries(
    ['ignore-verified', 'outdated-after', 'ns', 'max-depth'].flatMap((name) =>
      params[name] === undefined ? [] : [[name, params[name]]],
    ),
  );
  const effect = { kind: 'verify', with: { store: store.name, options: JSON.stringify(options) } };
  return start(call, { type: 'verify', id: store.name, ms: 'verify', effect }).upid;
}
