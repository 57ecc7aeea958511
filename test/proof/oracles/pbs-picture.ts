// SPDX-License-Identifier: GPL-3.0-or-later
/** A PbsInstance's worlds without what differs from run to run: generated ids, secrets and certificates, tasks, and times. */
import type { PbsView } from '../../../src/simulator/proxmox/told-pbs.ts';
import type { Worlds } from '../worlds.ts';
import {
  pbsIn,
  secretsIn,
  serversUp,
  targetsIn,
  textOf,
  type Guest,
  type PbsObject,
  type SecretObject,
} from './pbs-world.ts';

/** In an order that no id decides. */
function sorted(list: readonly unknown[]): unknown[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Of the file of a guest: what Proxmox VE makes up itself. */
const madeUp = new Set(['vmgenid', 'digest', 'meta']);

function guestPicture({ vmid, node, kind, config, pending, running, pool, phase }: Guest): unknown {
  const kept = Object.entries(config).filter(([name]) => !madeUp.has(name));
  return { vmid, node, kind, config: Object.fromEntries(kept), pending, running, pool, phase: phase.is };
}

function vePicture({ proxmox: { pve } }: Worlds): unknown {
  return {
    guests: sorted(pve.guests().map(guestPicture)),
    volumes: sorted(pve.volumes().map(({ volid, size, vmid }) => [volid, size, vmid])),
    storages: sorted(
      pve.storages().map(({ id, type, options }) => {
        const kept = Object.keys(pve.secrets(id) ?? {}).sort();
        return { id, type, options, secrets: kept };
      }),
    ),
    jobs: sorted(pve.jobs().map(({ id, options }) => ({ id, options }))),
  };
}

function snapshotsOf({ state }: PbsView): unknown[] {
  return [...state.datastores.values()].flatMap(({ name, snapshots }) =>
    sorted(
      [...snapshots.values()].map(({ ns, type, id, time, owner, fingerprint, verification, files }) => {
        const sizes = files.map(({ filename, size, 'crypt-mode': crypt }) => [filename, size, crypt]);
        return [name, ns, type, id, time, owner, fingerprint !== undefined, verification?.state, sizes];
      }),
    ),
  );
}

function serverPicture(server: PbsView): unknown {
  const { state } = server;
  const { users, acl } = state.access;
  const options = (record: { readonly id: string; readonly options: unknown }) => [record.id, record.options];
  return {
    hostname: state.hostname,
    version: state.version,
    address: state.address,
    users: sorted(
      [...users.values()].map(({ id, enabled, comment, tokens }) => [id, enabled, comment, [...tokens.keys()].sort()]),
    ),
    acl: sorted(acl.map(({ path, who, role, propagate }) => [path, who, role, propagate])),
    endpoints: sorted([...state.endpoints.values()].map(options)),
    datastores: sorted(
      [...state.datastores.values()].map(({ name, path, backend, options: set, maintenance, namespaces }) => {
        return [name, path, backend, set, maintenance, [...namespaces].sort()];
      }),
    ),
    care: [sorted([...state.prune.values()].map(options)), sorted([...state.verify.values()].map(options))],
    mounts: sorted(state.mounts.map(({ name, path, device, filesystem }) => [name, path, device, filesystem])),
    snapshots: snapshotsOf(server),
  };
}

/** Without the values, which are generated; but whether what they are for takes them. */
function secretPicture(worlds: Worlds, secret: SecretObject): unknown {
  const { metadata, type, data = {} } = secret;
  const [tokenID, value] = [textOf(secret, 'tokenID'), textOf(secret, 'secret')];
  const [user = '', name = ''] = tokenID?.split('!') ?? [];
  const taken = serversUp(worlds).some(({ state }) => state.access.users.get(user)?.tokens.get(name)?.secret === value);
  return {
    name: metadata.name,
    type,
    annotations: Object.keys(metadata.annotations ?? {}).sort(),
    owned: (metadata.ownerReferences ?? []).length,
    keys: Object.keys(data).sort(),
    ...(tokenID === undefined ? {} : { tokenID, taken }),
  };
}

/** Times, and what counts from them. */
const passing = /time|since|run$|uptime|^seconds$/i;

/** What the server asked of S3 counts what it asked once more, too. */
function withoutTimes(name: string, value: unknown): unknown {
  if (name === 'counted') return '<counted>';
  return name !== '' && passing.test(name) && typeof value !== 'object' ? '<time>' : value;
}

function objectPicture({ metadata, spec, status = {} }: PbsObject): unknown {
  const { begun, conditions, plan, drift, blockedBy, approved, observedGeneration, ...facts } = status;
  return {
    name: metadata.name,
    finalizers: metadata.finalizers ?? [],
    annotations: metadata.annotations ?? {},
    deleting: metadata.deletionTimestamp !== undefined,
    spec,
    current: observedGeneration === metadata.generation,
    conditions: (conditions ?? []).map(({ type, status: is, reason }) => ({ type, is, reason })),
    begun: (begun ?? []).map(({ key }) => key),
    planned: plan !== undefined,
    drift: (drift ?? []).map(({ path, want, have }) => ({ path, want, have })),
    approved: approved !== undefined,
    blockedBy: (blockedBy ?? []).map(({ kind, id }) => ({ kind, id })),
    facts: JSON.parse(JSON.stringify(facts, withoutTimes)) as unknown,
  };
}

function nameless(worlds: Worlds, text: string): string {
  const ids = worlds.kube.objects('pbsinstances').map(({ metadata }) => metadata.uid);
  return ids
    .reduce((words, uid) => words.replaceAll(uid, '<uid>'), text)
    .replace(/AKIA[A-Z0-9]{16}/g, '<key>')
    .replace(/hybridcloud-[0-9a-f]{16,}/g, '<tag>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<uuid>')
    .replace(/(?:[0-9A-F]{2}:){7,31}[0-9A-F]{2}/gi, '<fingerprint>')
    .replace(/BC:24:11(?::[0-9A-F]{2}){3}/gi, '<mac>')
    .replace(/UPID:[^"]*?:(?=")/g, '<task>')
    .replace(/(approve=|"hash":"|approved":"|approve":")[0-9a-f]{16}/g, '$1<hash>');
}

export function pbsPicture(worlds: Worlds): unknown {
  const object = pbsIn(worlds);
  const prefix = `${object?.spec.datastore.name ?? ''}/`;
  const picture = {
    ve: vePicture(worlds),
    servers: sorted(serversUp(worlds).map(serverPicture)),
    // chunks and indexes of one backup differ from those of another
    inUse: worlds.aws
      .account('123456789012')
      .buckets()
      .flatMap(({ objects }) => objects)
      .filter(({ key, latest, deleteMarker }) => key === `${prefix}.in-use` && latest && !deleteMarker).length,
    targets: targetsIn(worlds).map(({ metadata: { name, annotations } }) => ({ name, annotations })),
    secrets: sorted(secretsIn(worlds).map((secret) => secretPicture(worlds, secret))),
    object: object && objectPicture(object),
  };
  return JSON.parse(nameless(worlds, JSON.stringify(picture))) as unknown;
}
