// SPDX-License-Identifier: GPL-3.0-or-later
/** Which server answers at an address now. */
import { bootVolume } from './boot.ts';
import type { PbsServer } from '../pbs/state.ts';
import type { World } from '../world.ts';

function isUp(world: World, server: PbsServer): boolean {
  if (server.standalone) return server.standalone.running;
  const { guests, volumes } = world.state.pve;
  return [...guests.values()].some((guest) => {
    if (guest.phase.is !== 'up') return false;
    return volumes.get(bootVolume(world, guest) ?? '')?.server === server.id;
  });
}

/** The server, or how a connection to it fails. */
export function serverAt(world: World, host: string): PbsServer | 'ECONNREFUSED' | 'EHOSTUNREACH' {
  const known = [...world.state.servers.values()].filter(({ address }) => address === host);
  return known.find((server) => isUp(world, server)) ?? (known.length > 0 ? 'ECONNREFUSED' : 'EHOSTUNREACH');
}
