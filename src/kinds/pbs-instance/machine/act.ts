// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * One write each. Whatever touches a machine looks at it again first: numbers are given out anew at once, and what is to be changed, stopped or
 * destroyed must have our tag and our UUID now. Tasks are begun, and followed by the looks that come after.
 */
import { answerFile, answerLabel, answerName } from '../../../clouds/installer/answer-file.ts';
import { isoImage } from '../../../clouds/installer/iso-image.ts';
import { ownershipOfMachine, ownerTag, unmarkedNotes } from '../../../clouds/pve/marks.ts';
import type { VmConfig } from '../../../clouds/pve/vm-config.ts';
import { nextFreeID, powerOf, vmAt, type VmPlace } from '../../../clouds/pve/vms.ts';
import { uploadRequest } from '../../../clouds/pve/volumes.ts';
import { Failure } from '../../../core/failure.ts';
import type { Actions } from '../../../core/kind.ts';
import { changed } from '../../changed.ts';
import { generatePassword, passwordHash } from './password.ts';
import { changeRequest, creationRequest, taskRequest, type Change, type Kept } from './requests.ts';
import type { MachineStep } from './steps.ts';
import type { MachineWorld } from './world.ts';

type Do<Name extends MachineStep['do']> = Extract<MachineStep, { do: Name }>;

/** `undefined`: it is gone. @throws Failure when it is not ours by now. */
async function ours({ pve, owner }: MachineWorld, place: VmPlace): Promise<VmConfig | undefined> {
  const config = await vmAt(pve, place);
  if (config && ownershipOfMachine(config, owner) !== 'mine')
    throw changed(`VM ${place.vmid} on ${place.node} does not bear our tag and UUID; it was not touched`);
  return config;
}

async function mustBeOurs(world: MachineWorld, place: VmPlace): Promise<VmConfig> {
  const config = await ours(world, place);
  if (!config) throw changed(`VM ${place.vmid} on ${place.node} is gone`);
  return config;
}

function keptIn({ owner }: MachineWorld, { tags, description }: VmConfig): Kept {
  const own = ['hybridcloud', ownerTag(owner)];
  return { tags: tags.filter((tag) => !own.includes(tag)), notes: unmarkedNotes(description) };
}

/** With the digest of the look: somebody who came between is not overwritten. */
async function change(world: MachineWorld, step: Change): Promise<void> {
  const config = await mustBeOurs(world, step.place);
  await world.pve.write(changeRequest(step, config.digest, keptIn(world, config)));
}

/** What somebody else's creation took in the same moment is passed over; no number is ever shared. */
const mostTries = 10;

async function create({ pve }: MachineWorld, step: Do<'CreateVm'>): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const vmid = await nextFreeID(pve);
    try {
      await pve.begin(creationRequest(step, vmid));
      return;
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'AlreadyThere') throw error;
    }
  }
  throw changed(`Others took ${mostTries} free ids of Proxmox VE one after the other`);
}

async function upload(world: MachineWorld, step: Do<'UploadAnswer'>): Promise<void> {
  const { node, storage, file, answer, secret } = step;
  const content = answerFile(answer, await passwordHash(world, secret));
  const bytes = isoImage({ label: answerLabel, files: { [answerName]: content } });
  await world.pve.upload(await uploadRequest({ node, storage, file, bytes }));
}

async function startIt(world: MachineWorld, step: Do<'StartVm'>): Promise<void> {
  await mustBeOurs(world, step.place);
  await world.pve.begin(taskRequest(step));
}

async function grow(world: MachineWorld, step: Do<'GrowDisk'>): Promise<void> {
  const { digest } = await mustBeOurs(world, step.place);
  await world.pve.begin(taskRequest(step, digest));
}

/** What is gone needs nothing. */
async function end(world: MachineWorld, step: Do<'StopVm' | 'DestroyVm'>): Promise<void> {
  // whose it is comes last: nothing stands between that look and what is begun
  const power = await powerOf(world.pve, step.place);
  if (!(await ours(world, step.place))) return;
  if (power?.running !== (step.do === 'StopVm'))
    throw changed(`${step.target} is ${power?.running ? 'running' : 'off'} by now`);
  await world.pve.begin(taskRequest(step));
}

async function begin({ pve }: MachineWorld, step: Do<'FetchImage' | 'DeleteAnswer'>): Promise<void> {
  await pve.begin(taskRequest(step));
}

export const machineActions: Actions<MachineStep, MachineWorld> = {
  GeneratePassword: async (world, { secret }) => generatePassword(world, secret),
  FetchImage: begin,
  UploadAnswer: upload,
  CreateVm: create,
  StartVm: startIt,
  DetachCds: change,
  DeleteAnswer: begin,
  UpdateVm: change,
  GrowDisk: grow,
  StopVm: end,
  UnprotectVm: change,
  DestroyVm: end,
  ReleaseVm: change,
};
