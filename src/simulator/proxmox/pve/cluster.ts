// SPDX-License-Identifier: GPL-3.0-or-later
/** The cluster as a whole (PVE::API2::Cluster, ::Nodes). */
import { nextRun } from '../calendar.ts';
import type { Broadcast, StorageRecord } from '../state.ts';
import type { World } from '../world.ts';
import { died } from './errors.ts';
import { needed, numberParam, textParam, type PveCall } from './call.ts';
import { may } from './permissions.ts';
import { nameOf, sizesOf } from './guests/show.ts';
import { usedOf } from './space.ts';

const versions = { '8.2': '8.2.2', '8.4': '8.4.5', '9.0': '9.0.3', '9.2': '9.2.11' } as const;

export function showVersion({ world }: PveCall): object {
  const version = versions[world.version];
  return { version, release: world.version, repoid: 'd1e2f3a4b5c6d7e8' };
}

/** What pvestatd last told (PVE::Service::pvestatd: every ten seconds). */
function broadcastOf(world: World): Broadcast {
  const { pve } = world.state;
  const now = world.clock.now();
  if (pve.broadcast && now - pve.broadcast.at < world.times.broadcast) return pve.broadcast;
  const told = [...pve.guests.values()].map((guest) => {
    const uptime = guest.running ? Math.floor((now - guest.startedAt) / 1000) : 0;
    return [guest.vmid, { running: guest.running, name: nameOf(guest), uptime }] as const;
  });
  pve.broadcast = { at: now, guests: new Map(told) };
  return pve.broadcast;
}

/** Ids, pools, locks and tags come from the cluster's file system and are new; states and names from the broadcast (extract_vm_stats). */
function guestResources({ world, caller }: PveCall): object[] {
  const { guests } = broadcastOf(world);
  return [...world.state.pve.guests.values()]
    .filter(({ vmid }) => may(world, caller, `/vms/${vmid}`, 'VM.Audit'))
    .map((guest) => {
      const { vmid, node, kind, pool, config } = guest;
      const told = guests.get(vmid);
      const { cpus, maxmem, maxdisk } = sizesOf(world, guest);
      return {
        id: `${kind}/${vmid}`,
        type: kind,
        vmid,
        node,
        status: told ? (told.running ? 'running' : 'stopped') : 'unknown',
        ...(told ? { name: told.name, uptime: told.uptime, maxcpu: cpus, maxmem, maxdisk } : {}),
        template: config['template'] === '1' ? 1 : 0,
        ...(pool === '' ? {} : { pool }),
        ...(config['lock'] === undefined ? {} : { lock: config['lock'] }),
        ...(config['tags'] === undefined ? {} : { tags: config['tags'] }),
      };
    });
}

function mayLook({ world, caller }: PveCall, id: string): boolean {
  return (
    may(world, caller, `/storage/${id}`, 'Datastore.Audit') ||
    may(world, caller, `/storage/${id}`, 'Datastore.AllocateSpace')
  );
}

function storageResource(world: World, storage: StorageRecord, node: string): object {
  const { id, type, options, total } = storage;
  return {
    id: `storage/${node}/${id}`,
    type: 'storage',
    storage: id,
    node,
    plugintype: type,
    content: options['content'] ?? '',
    shared: type === 'pbs' ? 1 : 0,
    status: 'available',
    disk: usedOf(world, storage),
    maxdisk: total,
  };
}

export function clusterResources(call: PveCall): unknown {
  const { world, params } = call;
  const { nodes, storages } = world.state.pve;
  const type = textParam(params, 'type');
  const all = [...nodes].map(([node, { online }]) => ({
    id: `node/${node}`,
    type: 'node',
    node,
    status: online ? 'online' : 'offline',
  }));
  const stored = [...storages.values()].filter(({ id }) => mayLook(call, id));
  return [
    ...(type === undefined || type === 'vm' ? guestResources(call) : []),
    ...(type === undefined || type === 'storage'
      ? [...nodes.keys()].flatMap((node) => stored.map((one) => storageResource(world, one, node)))
      : []),
    ...(type === undefined || type === 'node' ? all : []),
  ];
}

export function clusterStatus({ world }: PveCall): unknown {
  return [...world.state.pve.nodes].map(([name, { online }], at) => ({
    id: `node/${name}`,
    type: 'node',
    name,
    nodeid: at + 1,
    online: online ? 1 : 0,
    local: at === 0 ? 1 : 0,
    level: '',
  }));
}

export function listNodes({ world }: PveCall): unknown {
  return [...world.state.pve.nodes].map(([node, { online }]) => ({
    node,
    type: 'node',
    id: `node/${node}`,
    status: online ? 'online' : 'offline',
  }));
}

export function nodeStatus({ world, params }: PveCall): unknown {
  const node = world.state.pve.nodes.get(needed(params, 'node'));
  const uptime = Math.floor((world.clock.now() - (node?.bootedAt ?? 0)) / 1000);
  return {
    uptime,
    pveversion: `pve-manager/${versions[world.version]}/d1e2f3a4b5c6d7e8`,
    memory: { total: 64 * 1024 ** 3 },
  };
}

/** PVE::API2::Cluster::Jobs, schedule-analyze. */
export function analyzeSchedule({ world, params }: PveCall): unknown {
  const schedule = needed(params, 'schedule');
  const runs: object[] = [];
  let at: number | undefined = (numberParam(params, 'starttime') ?? world.clock.now() / 1000) * 1000;
  for (let n = numberParam(params, 'iterations') ?? 10; n > 0; n--) {
    at = nextRun(schedule, at);
    if (at === undefined) break;
    runs.push({ timestamp: at / 1000, utc: new Date(at).toUTCString() });
  }
  return runs;
}

/** A node that is off, and one that never was (PVE::APIServer::AnyEvent, proxy_request; PVE::Cluster, remote_node_ip). */
export function demandNode(world: World, name: string): void {
  if (!world.state.pve.nodes.has(name))
    throw died(`hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`);
}
