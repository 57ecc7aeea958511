// SPDX-License-Identifier: GPL-3.0-or-later
/** The way back: Proxmox VE's way to the server, then the datastore, then the operator's own access, and last the VM. Pure. */
import { serverKnown } from '../known.ts';
import { absentMachine } from '../machine/absent.ts';
import { cdsOf } from '../machine/vm.ts';
import type { Observed } from '../observed.ts';
import { machineWish, serverURL, serverWish, storeWish, wiringWish } from '../of-spec.ts';
import { absentServer } from '../server/plan.ts';
import { insideOf } from '../server/seen.ts';
import { absentStore } from '../store/plan-absent.ts';
import { absentWiring } from '../wiring/absent.ts';
import { restorePart, serverPart as presentServer } from './present.ts';
import type { PbsDesired } from '../wish.ts';
import { blocked, held, inOrder, nothing, stands, type Part } from './part.ts';

/** Its user and tokens are on it: with Retain they would stay for good, with Delete the datastore's mark. */
function silentPart(desired: PbsDesired, { machine, server }: Observed): Part {
  if (!machine?.vm || server) return nothing;
  const { vmid, node } = machine.vm.place;
  const url = serverURL(desired.spec);
  const stay = desired.spec.deletionPolicy === 'Delete' ? ', but for the backups in the bucket' : '';
  return held(
    blocked(
      'ServerSilent',
      `${url} (VM ${vmid} on ${node}) does not answer, and what is on it cannot be taken away. Start it; or, if it is of no more use, remove the VM: then the rest goes${stay}.`,
      { kind: 'VM', id: `${node}/${vmid}` },
    ),
  );
}

function wiringPart(desired: PbsDesired, observed: Observed): Part {
  const { wiring } = observed;
  return wiring ? absentWiring(wiringWish(desired, serverKnown(desired, observed)), wiring) : nothing;
}

function storePart(desired: PbsDesired, { store }: Observed): Part {
  return store ? absentStore(storeWish(desired), store, desired.spec.deletionPolicy) : nothing;
}

function serverPart(desired: PbsDesired, { server, owner, reach }: Observed): Part {
  return server ? absentServer(serverWish(desired, owner, reach), server, desired.spec.deletionPolicy) : nothing;
}

function machinePart(desired: PbsDesired, { machine }: Observed): Part {
  const wish = machineWish(desired);
  return wish && machine ? absentMachine(wish, machine, desired.spec.deletionPolicy) : nothing;
}

/** Nobody gets in: by its certificate, or for want of a token. */
function closedPart(desired: PbsDesired, observed: Observed): Part {
  const { hold } = presentServer(desired, observed);
  if (!hold) return nothing;
  const message = `${hold.message} Or, if it is of no more use, remove the VM: then the rest goes, but for the backups in the bucket.`;
  return held({ ...hold, message });
}

/**
 * Its datastore goes while it runs and lets the operator in, and then it is shut down: one that is off, or closed, before that has its datastore
 * still, and nothing goes that nobody has confirmed.
 */
function tooEarly(desired: PbsDesired, observed: Observed): Part {
  const { machine, server, store } = observed;
  const vm = machine?.vm;
  if (desired.spec.deletionPolicy !== 'Delete' || !vm || vm.leaving || store?.noted === undefined) return nothing;
  if (cdsOf(vm).length > 0 || (server && insideOf(server))) return nothing;
  return server ? closedPart(desired, observed) : silentPart(desired, observed);
}

export function planAbsent(desired: PbsDesired, observed: Observed): Part {
  const early = tooEarly(desired, observed);
  if (!stands(early)) return early;
  const parts = [restorePart, wiringPart, storePart, serverPart].map((part) => () => part(desired, observed));
  const wired = inOrder(parts);
  if (!stands(wired)) return wired;
  const machine = machinePart(desired, observed);
  // what is being stopped or destroyed does not answer
  const vm = observed.machine?.vm;
  const going = desired.spec.deletionPolicy === 'Delete' && (vm?.running !== true || vm.leaving === true);
  return going ? machine : inOrder([() => silentPart(desired, observed), () => machine]);
}
