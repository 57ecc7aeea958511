// SPDX-License-Identifier: GPL-3.0-or-later
/** What has to be there before the machine, and its creation. Pure. */
import { machineUUID, markedNotes, ownerTag } from '../../../clouds/pve/marks.ts';
import { isoID } from '../../../clouds/pve/volumes.ts';
import type { Hold } from '../../../core/plan.ts';
import { answerFileName, answerOf } from './answer-iso.ts';
import type { MachineSeen } from './seen.ts';
import { afterFailure, blocked, held, underWay, type MachinePart } from './waits.ts';
import { cleaning } from './leftovers.ts';
import { hostOf, macOf, type MachineWish } from './wish.ts';

/** Before the first thing is made. */
function obstacle(wish: MachineWish, seen: MachineSeen): Hold | undefined {
  const host = hostOf(wish);
  if (seen.answers)
    return blocked(
      'AddressTaken',
      `Something answers at ${host}, port 8007, and there is no VM of this object. Give the new server an address of its own; if it is a Proxmox Backup Server that you want to use, set server.type: Existing.`,
      [{ kind: 'Address', id: host }],
    );
  if (seen.password.found === 'foreign')
    return blocked(
      'SecretNotOurs',
      `The Secret ${wish.passwordSecret} was not made by this object, and root's password would be put there. Delete or rename it.`,
      [{ kind: 'Secret', id: wish.passwordSecret }],
    );
  if (!seen.images)
    return blocked(
      'StorageNotFound',
      `Node ${wish.node} has no storage ${wish.iso.storage}. Correct server.vm.iso.storage: a storage of files with the content type ISO image.`,
      [{ kind: 'Storage', id: wish.iso.storage }],
    );
  return undefined;
}

/** What was written for a password that is lost goes before there is another. */
function password(wish: MachineWish, seen: MachineSeen): MachinePart | undefined {
  if (seen.password.found === 'ours') return undefined;
  const old = cleaning(wish, seen);
  if (old) return old;
  const { passwordSecret } = wish;
  const target = `Secret ${passwordSecret}`;
  return {
    steps: [{ do: 'GeneratePassword', part: 'machine', effect: 'create', target, secret: passwordSecret }],
  };
}

function image({ node, iso }: MachineWish, seen: MachineSeen): MachinePart | undefined {
  const { storage, file, fetch } = iso;
  const volume = isoID(storage, file);
  if (seen.images?.includes(volume)) return undefined;
  if (!fetch)
    return held(
      blocked(
        'ImageNotFound',
        `There is no ${file} on storage ${storage} of node ${node}. Upload the image of Proxmox Backup Server, prepared with: proxmox-auto-install-assistant prepare-iso --fetch-from partition FILE; or set server.vm.iso.url and checksum.`,
        [{ kind: 'Image', id: volume }],
      ),
    );
  const hold = underWay(seen, ['download']) ?? afterFailure(seen, 'download');
  if (hold) return held(hold);
  const target = `installation image ${volume} on ${node}`;
  return { steps: [{ do: 'FetchImage', part: 'machine', effect: 'create', target, node, storage, file, ...fetch }] };
}

function answerFor(wish: MachineWish, { owner }: MachineSeen) {
  const answer = answerOf(wish, owner);
  return { answer, file: answerFileName(owner, answer) };
}

function answer(wish: MachineWish, seen: MachineSeen): MachinePart | undefined {
  const wanted = answerFor(wish, seen);
  const { node, iso, passwordSecret: secret } = wish;
  const volume = isoID(iso.storage, wanted.file);
  if (seen.images?.includes(volume)) return undefined;
  const hold = underWay(seen, ['imgcopy']) ?? afterFailure(seen, 'imgcopy');
  if (hold) return held(hold);
  const target = `image with the answers ${volume} on ${node}`;
  const where = { node, storage: iso.storage, secret, ...wanted };
  return { steps: [{ do: 'UploadAnswer', part: 'machine', effect: 'create', target, ...where }] };
}

function creation(wish: MachineWish, seen: MachineSeen): MachinePart {
  const hold = underWay(seen, ['qmcreate']) ?? afterFailure(seen, 'qmcreate');
  if (hold) return held(hold);
  const wanted = answerFor(wish, seen);
  const { owner } = seen;
  const { name, node, pool, cores, memoryMiB, storage, diskGiB, cacheDiskGiB, bridge, vlan, iso } = wish;
  const vm = {
    node,
    name,
    cores,
    memoryMiB,
    tags: ['hybridcloud', ownerTag(owner)],
    description: markedNotes(owner),
    uuid: machineUUID(owner),
    storage,
    diskGiB,
    cacheDiskGiB,
    bridge,
    mac: macOf(wish, owner),
    ...(vlan === undefined ? {} : { vlan }),
    cds: [isoID(iso.storage, iso.file), isoID(iso.storage, wanted.file)],
    ...(pool === undefined ? {} : { pool }),
  };
  const target = `VM ${name} on ${node}`;
  return { steps: [{ do: 'CreateVm', part: 'machine', effect: 'create', target, vm, once: 'CreateVm' }] };
}

/** There is no machine of ours. */
export function planPreparations(wish: MachineWish, seen: MachineSeen): MachinePart {
  // one that is being made bears no mark yet
  const making = underWay(seen, ['qmcreate']);
  if (making) return held(making);
  const hold = obstacle(wish, seen);
  if (hold) return held(hold);
  return password(wish, seen) ?? image(wish, seen) ?? answer(wish, seen) ?? creation(wish, seen);
}
