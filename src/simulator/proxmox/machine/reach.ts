// SPDX-License-Identifier: GPL-3.0-or-later
/** Which server answers at an address now, or at the address that a name leads to. */
import { isIPv4 } from 'node:net';
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

/** Node's names for how a connection fails (getaddrinfo(3), connect(2)). */
export type Unreached = 'ENOTFOUND' | 'ECONNREFUSED' | 'EHOSTUNREACH';

/** The server, or how a connection to it fails. */
export function serverAt(world: World, host: string): PbsServer | Unreached {
  const found = isIPv4(host) ? host : world.state.names.get(host.toLowerCase());
  if (found === undefined) return 'ENOTFOUND';
  const known = [...world.state.servers.values()].filter(({ address }) => address === found);
  return known.find((server) => isUp(world, server)) ?? (known.length > 0 ? 'ECONNREFUSED' : 'EHOSTUNREACH');
}
