// SPDX-License-Identifier: GPL-3.0-or-later
/** Guests as time goes on: installed, switched off or started again, up. */
import { applyPending } from '../pve/guests/update.ts';
import { newServer } from '../pbs/server.ts';
import type { Guest } from '../state.ts';
import type { World } from '../world.ts';
import { installationOf, powerOff, powerOn, targetDisk, type Installation } from './boot.ts';

/** When something happens to it by itself. */
export function dueOf({ phase }: Guest): number | undefined {
  return phase.is === 'installing' || phase.is === 'booting' ? phase.until : undefined;
}

/** The same address for the same card again, whoever boots behind it (RFC 2131, 4.3.1). */
function leaseOf({ leases }: World['state'], { config }: Guest): string {
  const card = config['net0']?.split(',')[0] ?? '';
  const address = leases.get(card) ?? `192.168.0.${100 + (leases.size % 100)}`;
  leases.set(card, address);
  return address;
}

function install(world: World, guest: Guest, { answer, release }: Installation): void {
  const { state } = world;
  const volume = state.pve.volumes.get(targetDisk(guest, answer)?.file ?? '');
  if (!volume) return;
  const { network } = answer;
  const address = network.source === 'from-answer' ? (network.cidr.split('/')[0] ?? '') : leaseOf(state, guest);
  if (volume.server !== undefined) state.servers.delete(volume.server);
  const server = newServer(world, {
    hostname: answer.fqdn.split('.')[0] ?? 'pbs',
    address,
    release,
    rootPassword: answer.rootPassword,
    rootSize: volume.size,
    mailto: answer.mailto,
  });
  state.servers.set(server.id, server);
  volume.server = server.id;
  delete volume.cutOff;
}

export function progress(world: World, guest: Guest, at: number): void {
  if (guest.phase.is === 'booting') {
    guest.phase = { is: 'up', since: at };
    return;
  }
  const found = installationOf(world, guest);
  if ('is' in found) {
    guest.phase = found;
    return;
  }
  install(world, guest, found);
  const { rebootMode } = found.answer;
  powerOff(world, guest, at);
  if (rebootMode === 'power-off') return;
  applyPending(world, guest);
  powerOn(world, guest, at);
}
