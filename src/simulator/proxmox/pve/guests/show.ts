// SPDX-License-Identifier: GPL-3.0-or-later
import type { Guest } from '../../state.ts';
import type { World } from '../../world.ts';
import { guestOf, needed, textParam, type PveCall } from '../call.ts';
import { died, wrongParameters } from '../errors.ts';
import { may } from '../permissions.ts';
import { disksOf } from './drives.ts';
import { shownConfig } from './render.ts';

export function showConfig(call: PveCall): unknown {
  return shownConfig(guestOf(call), call.params['current'] === true);
}

export function showPending(call: PveCall): unknown {
  const { config, pending } = guestOf(call);
  const names = [...new Set([...Object.keys(config), ...Object.keys(pending)])].sort();
  return names.map((key) => ({
    key,
    ...(config[key] === undefined ? {} : { value: config[key] }),
    ...(typeof pending[key] === 'string' ? { pending: pending[key] } : {}),
    ...(pending[key] === null ? { delete: 1 } : {}),
  }));
}

function uptimeOf(world: World, guest: Guest): number {
  return guest.running ? Math.floor((world.clock.now() - guest.startedAt) / 1000) : 0;
}

export function sizesOf(
  { state }: World,
  guest: Guest,
): { readonly cpus: number; readonly maxmem: number; readonly maxdisk: number } {
  const { config } = guest;
  return {
    cpus: Number(config['cores'] ?? 1) * Number(config['sockets'] ?? 1),
    maxmem: Number(config['memory'] ?? 512) * 1024 ** 2,
    maxdisk: state.pve.volumes.get(disksOf(guest)[0]?.drive.file ?? '')?.size ?? 0,
  };
}

export function nameOf({ config, vmid, kind }: Guest): string {
  return config['name'] ?? config['hostname'] ?? `${kind === 'qemu' ? 'VM' : 'CT'} ${vmid}`;
}

function statusOf(world: World, guest: Guest): Record<string, unknown> {
  const { config, vmid, running } = guest;
  return {
    vmid,
    name: nameOf(guest),
    status: running ? 'running' : 'stopped',
    uptime: uptimeOf(world, guest),
    ...sizesOf(world, guest),
    ...(config['lock'] === undefined ? {} : { lock: config['lock'] }),
    ...(config['tags'] === undefined ? {} : { tags: config['tags'] }),
  };
}

export function currentStatus(call: PveCall): unknown {
  const guest = guestOf(call);
  return { ...statusOf(call.world, guest), qmpstatus: guest.running ? 'running' : 'stopped', ha: { managed: 0 } };
}

export function listGuests({ world, caller, params }: PveCall): unknown {
  return [...world.state.pve.guests.values()]
    .filter((guest) => guest.node === params['node'] && guest.kind === 'qemu')
    .filter(({ vmid }) => may(world, caller, `/vms/${vmid}`, 'VM.Audit'))
    .map((guest) => statusOf(world, guest));
}

/** The PBS image brings no guest agent. */
export function agentInterfaces(call: PveCall): never {
  const { config, vmid, running } = guestOf(call);
  const enabled = /^(1|enabled=1)(,|$)/.test(config['agent'] ?? '');
  if (!enabled) throw died('No QEMU guest agent configured');
  if (!running) throw died(`VM ${vmid} is not running`);
  throw died('QEMU guest agent is not running');
}

/** PVE::API2::Cluster, nextid: a hint, nothing is reserved. */
export function nextID({ world, params }: PveCall): string {
  const { guests } = world.state.pve;
  const asked = textParam(params, 'vmid');
  if (asked !== undefined) {
    if (guests.has(Number(asked))) throw wrongParameters({ vmid: `VM ${asked} already exists` });
    return needed(params, 'vmid');
  }
  for (let id = 100; ; id++) if (!guests.has(id)) return String(id);
}
