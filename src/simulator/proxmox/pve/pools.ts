// SPDX-License-Identifier: GPL-3.0-or-later
import { needed, textParam, type PveCall } from './call.ts';
import { died } from './errors.ts';
import { may } from './permissions.ts';

export function listPools({ world, caller }: PveCall): unknown {
  return [...world.state.pve.pools]
    .filter(([poolid]) => may(world, caller, `/pool/${poolid}`, 'Pool.Audit'))
    .map(([poolid, comment]) => ({ poolid, ...(comment === '' ? {} : { comment }) }));
}

export function createPool({ world, params }: PveCall): null {
  const id = needed(params, 'poolid');
  if (world.state.pve.pools.has(id)) throw died(`create pool failed: pool '${id}' already exists`);
  world.state.pve.pools.set(id, textParam(params, 'comment') ?? '');
  return null;
}

/** Guests go into it, or out of it with `delete=1`. */
export function updatePool({ world, params }: PveCall): null {
  const id = needed(params, 'poolid');
  if (!world.state.pve.pools.has(id)) throw died(`update pools failed: pool '${id}' does not exist`);
  for (const vmid of (textParam(params, 'vms') ?? '').split(/[,;\s]+/).filter((one) => one !== '')) {
    const guest = world.state.pve.guests.get(Number(vmid));
    if (!guest) throw died(`update pools failed: VM ${vmid} does not exist`);
    guest.pool = params['delete'] === true ? '' : id;
  }
  return null;
}
