// SPDX-License-Identifier: GPL-3.0-or-later
/** From nothing to a server that answers. Pure: time is in what was seen. */
import type { Hold } from '../../../core/plan.ts';
import { changeSteps, fixedHold } from './changes.ts';
import { begin, bootNextFrom, bootsFromCd, cdsOf, detach, lockedHold, on, runs } from './vm.ts';
import { cleaning } from './leftovers.ts';
import { planPreparations } from './prepare.ts';
import type { MachineSeen, VmSeen } from './seen.ts';
import { blocked, held, nothing, underWay, type MachinePart } from './waits.ts';
import { hostOf, macOf, type MachineWish } from './wish.ts';

/** 3 to 10 minutes as a rule, more on slow disks. */
const installMs = 40 * 60_000;
const bootMs = 10 * 60_000;
const pollMs = 15_000;

/** Nobody but a person can say whose such a machine is. */
function doubtHold({ doubtful, vm }: MachineSeen): Hold | undefined {
  const [one] = doubtful;
  if (!one) return undefined;
  const { place, name, why } = one;
  const what = `VM ${place.vmid} (${name}) on ${place.node}`;
  const by = [{ kind: 'VM', id: String(place.vmid) }];
  if (why === 'Second')
    return blocked(
      'MachineTwice',
      `${what} bears the tag and the UUID of this object, as does VM ${vm?.place.vmid ?? ''}: it is a copy or was restored. Take the tag off the one that is not to be used; nothing was changed.`,
      by,
    );
  return blocked(
    'NotOurs',
    `${what} bears the tag or the UUID of this object, and not both. If it is the server of this object, give it back what it lost (the tag of the object in Options, or vm.uuid of the status in SMBIOS); if not, take off what it has. Nothing was changed.`,
    by,
  );
}

/**
 * Its CDs are in. That it has switched itself off says that the installation is over or was cut off (by a node that went down, a process that
 * was killed): from outside both look alike. So it boots its disk with the CDs still in, and only a server that answers is an installed one.
 * Whatever was stopped before that is installed again: nothing of worth is on it.
 */
function installation(wish: MachineWish, seen: MachineSeen, vm: VmSeen): MachinePart {
  if (vm.running) {
    // whoever answers meanwhile is somebody else
    if (bootsFromCd(vm)) return held(installing(wish, seen, vm));
    return seen.answers ? { steps: [detach(vm, cdsOf(vm))] } : held(proving(wish, seen, vm));
  }
  const source = vm.power === 'Started' ? 'Disk' : 'CD';
  if (bootsFromCd(vm) !== (source === 'CD')) return { steps: [bootNextFrom(vm, source)] };
  return begin(seen, vm, source === 'CD' ? 'installation' : 'server');
}

function installing(wish: MachineWish, seen: MachineSeen, vm: VmSeen): Hold {
  if (runs(seen, vm) > installMs)
    return blocked(
      'InstallationStuck',
      `${on(vm)} has been installing for more than ${installMs / 60_000} minutes and has not switched itself off. Look at its console: the image ${wish.iso.file} must be one that was prepared with --fetch-from partition, for Proxmox Backup Server 4.2 or newer, and the installer must have found its answer. Then stop the VM, and it is installed anew; or destroy it, and it is made anew.`,
      [{ kind: 'VM', id: String(vm.place.vmid) }],
    );
  return {
    why: 'Waiting',
    reason: 'Installing',
    message: `${on(vm)} is being installed; it switches itself off when that is done`,
    until: { happens: 'InstallationEnded', id: String(vm.place.vmid) },
    lookAgainAfterMs: pollMs,
  };
}

function starting(wish: MachineWish, vm: VmSeen): Hold {
  const host = hostOf(wish);
  return {
    why: 'Waiting',
    reason: 'Starting',
    message: `${on(vm)} is starting; nothing answers at ${host}, port 8007, yet`,
    until: { happens: 'ServerAnswers', id: host },
    lookAgainAfterMs: pollMs,
  };
}

function proving(wish: MachineWish, seen: MachineSeen, vm: VmSeen): Hold {
  if (runs(seen, vm) <= bootMs) return starting(wish, vm);
  const { vmid } = vm.place;
  return blocked(
    'InstallationUnproven',
    `${on(vm)} was off after its installation and was started, and nothing answers at ${hostOf(wish)}, port 8007; whether the installation ended or was cut off, only its console tells. Where it boots nothing there, stop it (qm stop ${vmid} on its node): it is installed anew, and nothing is lost. Where it does, look at ${wayTo(wish, seen)}.`,
    [{ kind: 'VM', id: String(vmid) }],
  );
}

/** What there is to look at between the operator and the server. */
function wayTo(wish: MachineWish, seen: MachineSeen): string {
  if (wish.network.source !== 'DHCP') return 'bridge, VLAN, gateway and firewalls on the way from the operator';
  return `whether ${hostOf(wish)} leads in DNS to the address that DHCP gave to ${macOf(wish, seen.owner)} at the installation: the server keeps that one for good, so reserve it`;
}

/** It runs, and should answer. */
function silence(wish: MachineWish, seen: MachineSeen, vm: VmSeen): Hold | undefined {
  if (seen.answers) return undefined;
  if (runs(seen, vm) <= bootMs) return starting(wish, vm);
  return blocked(
    'ServerSilent',
    `${on(vm)} runs, and nothing answers at ${hostOf(wish)}, port 8007. Look at its console, and at ${wayTo(wish, seen)}; where it boots nothing, destroy it, and it is made anew.`,
    [{ kind: 'VM', id: String(vm.place.vmid) }],
  );
}

function next(wish: MachineWish, seen: MachineSeen, vm: VmSeen): MachinePart {
  if (cdsOf(vm).length > 0) return installation(wish, seen, vm);
  const clean = cleaning(wish, seen);
  if (clean) return clean;
  const fixed = fixedHold(wish, vm);
  if (fixed) return held(fixed);
  const steps = changeSteps(wish, seen, vm);
  if (steps.length > 0) return { steps };
  if (!vm.running) return begin(seen, vm, 'server');
  const hold = silence(wish, seen, vm);
  return hold ? held(hold) : nothing;
}

export function planMachine(wish: MachineWish, seen: MachineSeen): MachinePart {
  const doubt = doubtHold(seen);
  if (doubt) return held(doubt);
  const { vm } = seen;
  if (!vm) return planPreparations(wish, seen);
  const wait = underWay(seen);
  if (wait) return held(wait);
  const part = next(wish, seen, vm);
  const lock = part.steps.length > 0 ? lockedHold(vm) : undefined;
  return lock ? held(lock) : part;
}
