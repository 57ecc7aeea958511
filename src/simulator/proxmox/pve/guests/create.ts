// SPDX-License-Identifier: GPL-3.0-or-later
/** POST /nodes/{node}/qemu (PVE::API2::Qemu, create_vm; PVE::AbstractConfig, create_and_lock_config): a new machine, or a backup as one. */
import type { Guest } from '../../state.ts';
import { fork, needed, textParam, type PveCall, type Work } from '../call.ts';
import { died, PveError, wrongParameters } from '../errors.ts';
import { demand, may } from '../permissions.ts';
import { newID } from '../../task.ts';
import { checkChange } from './access.ts';
import { checkArchive, stub } from './restore.ts';
import { rendered } from './render.ts';

const notOptions = new Set([
  'vmid',
  'node',
  'pool',
  'start',
  'storage',
  'force',
  'unique',
  'archive',
  'bwlimit',
  'live-restore',
  'ha-managed',
  'import-working-storage',
]);

function optionsOf({ params, world }: PveCall): Record<string, string> {
  const options: Record<string, string> = {};
  for (const [given, value] of Object.entries(params)) {
    if (notOptions.has(given)) continue;
    const name = given === 'cdrom' ? 'ide2' : given;
    if (options[name] !== undefined) throw wrongParameters({ cdrom: 'option cannot be used with ide2' });
    const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    options[name] = rendered(world.state.random, [name, given === 'cdrom' ? `${text},media=cdrom` : text]);
  }
  return options;
}

function demandAllocation({ world, caller }: PveCall, vmid: number, pool: string | undefined): void {
  if (pool !== undefined && !world.state.pve.pools.has(pool)) throw died(`pool '${pool}' does not exist`);
  const allowed =
    may(world, caller, `/vms/${vmid}`, 'VM.Allocate') ||
    (pool !== undefined && may(world, caller, `/pool/${pool}`, 'VM.Allocate'));
  if (!allowed) throw new PveError(403, 'Permission check failed');
}

interface Asked {
  readonly vmid: number;
  readonly node: string;
  readonly pool: string;
  readonly options: Readonly<Record<string, string>>;
}

function restoring({ params }: PveCall, { vmid, node, pool, options }: Asked): Work {
  const asked = { archive: needed(params, 'archive'), storage: needed(params, 'storage') };
  const given = { ...asked, vmid, pool, unique: params['unique'] === true, config: JSON.stringify(options) };
  return {
    node,
    type: 'qmrestore',
    id: String(vmid),
    ms: 'restoreVm',
    effect: { kind: 'restore', with: given },
  };
}

export function createGuest(call: PveCall): string {
  const { world, caller, params } = call;
  const vmid = Number(params['vmid']);
  const node = needed(params, 'node');
  const pool = textParam(params, 'pool');
  const restores = params['archive'] !== undefined;
  demandAllocation(call, vmid, pool);
  if (restores) checkArchive(call);
  const options = optionsOf(call);
  checkChange(call, { vmid, pool, options, former: {} });
  if (params['start'] === true) demand(world, caller, `/vms/${vmid}`, ['VM.PowerMgmt']);
  const there = world.state.pve.guests.get(vmid);
  // synchronous and atomic: the one thing that decides whose id it is
  if (there)
    throw died(
      `unable to ${restores ? 'restore' : 'create'} VM ${vmid} - ${there.kind === 'lxc' ? 'CT' : 'VM'} ${vmid} already exists on node '${there.node}'`,
    );
  const now = world.clock.now();
  const guest: Guest = {
    vmid,
    node,
    kind: 'qemu',
    config: restores ? { ...stub, lock: 'create' } : { lock: 'create' },
    pending: {},
    running: false,
    startedAt: 0,
    pool: pool ?? '',
    phase: { is: 'off' },
    createdAt: now,
    fate: undefined,
  };
  world.state.pve.guests.set(vmid, guest);
  if (restores) return fork(call, restoring(call, { vmid, node, pool: pool ?? '', options }));
  const meta = `creation-qemu=${world.version.startsWith('8.') ? '9.2.0' : '10.1.2'},ctime=${Math.floor(now / 1000)}`;
  const config = { smbios1: `uuid=${newID(world.state)}`, vmgenid: newID(world.state), meta, ...options };
  const effect = { kind: 'create', with: { vmid, start: params['start'] === true, config: JSON.stringify(config) } };
  return fork(call, { node, type: 'qmcreate', id: String(vmid), ms: 'createVm', effect });
}
