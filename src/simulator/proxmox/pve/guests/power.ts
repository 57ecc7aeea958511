// SPDX-License-Identifier: GPL-3.0-or-later
/** Start, stop, shutdown, reboot, destroy: what is refused at once, and what a worker does (PVE::API2::Qemu, vm_start ... destroy_vm). */
import { demandUnlocked, fork, guestOf, type PveCall } from '../call.ts';
import { died } from '../errors.ts';

export function startGuest(call: PveCall): string {
  const guest = guestOf(call);
  const { vmid, node } = guest;
  demandUnlocked(guest);
  if (guest.running) throw died(`VM ${vmid} already running`);
  return fork(call, {
    node,
    type: 'qmstart',
    id: String(vmid),
    ms: 'startVm',
    effect: { kind: 'start', with: { vmid } },
  });
}

export function stopGuest(call: PveCall): string {
  const guest = guestOf(call);
  const { vmid, node } = guest;
  demandUnlocked(guest);
  if (!guest.running) throw died(`VM ${vmid} not running`);
  return fork(call, { node, type: 'qmstop', id: String(vmid), ms: 'stopVm', effect: { kind: 'stop', with: { vmid } } });
}

export function shutdownGuest(call: PveCall): string {
  const guest = guestOf(call);
  const { vmid, node } = guest;
  demandUnlocked(guest);
  if (!guest.running) throw died(`VM ${vmid} not running`);
  const effect = { kind: 'shutdown', with: { vmid, force: call.params['forceStop'] === true } };
  return fork(call, { node, type: 'qmshutdown', id: String(vmid), ms: 'shutdownVm', effect });
}

export function rebootGuest(call: PveCall): string {
  const guest = guestOf(call);
  const { vmid, node } = guest;
  demandUnlocked(guest);
  if (!guest.running) throw died(`VM ${vmid} not running`);
  return fork(call, {
    node,
    type: 'qmreboot',
    id: String(vmid),
    ms: 'shutdownVm',
    effect: { kind: 'reboot', with: { vmid } },
  });
}

export function destroyGuest(call: PveCall): string {
  const guest = guestOf(call);
  const { vmid, node, config } = guest;
  demandUnlocked(guest);
  // PVE::AbstractConfig, check_protection
  if (config['protection'] === '1') throw died(`can't remove VM ${vmid} - protection mode enabled`);
  if (guest.running) throw died(`VM ${vmid} is running - destroy failed`);
  const { params } = call;
  const effect = {
    kind: 'destroy',
    with: { vmid, purge: params['purge'] === true, unreferenced: params['destroy-unreferenced-disks'] === true },
  };
  return fork(call, { node, type: 'qmdestroy', id: String(vmid), ms: 'deleteVm', effect });
}
