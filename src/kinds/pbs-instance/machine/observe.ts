// SPDX-License-Identifier: GPL-3.0-or-later
/** A look at the machine and what it is made of. Reads only. */
import { ownershipOfMachine, ownerTag } from '../../../clouds/pve/marks.ts';
import { listedTasks } from '../../../clouds/pve/tasks.ts';
import type { VmConfig } from '../../../clouds/pve/vm-config.ts';
import { listedVms, nextFreeID, powerOf, vmAt, vmAtNextStart, type VmPlace } from '../../../clouds/pve/vms.ts';
import { isosOn } from '../../../clouds/pve/volumes.ts';
import { Failure } from '../../../core/failure.ts';
import { oneLine } from '../../../core/one-line.ts';
import { answersOf } from './answer-iso.ts';
import { observePassword } from './password.ts';
import type { Doubtful, MachineSeen, VmSeen } from './seen.ts';
import { byType, endedWithNode, isShutDownBy, ownTasks, powerIn, seenIn, type TasksSeen } from './tasks.ts';
import { cdsOf } from './vm.ts';
import { hostOf, type MachineWish } from './wish.ts';
import type { MachineWorld } from './world.ts';

interface Candidate {
  readonly place: VmPlace;
  readonly config: VmConfig;
}

const same = (a: VmPlace, b: VmPlace) => a.vmid === b.vmid && a.node === b.node;

/** All that bear our tag, wherever they are, and what is where ours was: its tag may have been taken off. */
async function candidates({ pve, owner, last }: MachineWorld): Promise<readonly Candidate[]> {
  const listed = await listedVms(pve);
  const tagged = listed.filter(({ tags }) => tags.includes(ownerTag(owner)));
  const moved = last && listed.find(({ vmid }) => vmid === last.vmid);
  const remembered = moved ?? last;
  const more = remembered && !tagged.some((one) => one.vmid === remembered.vmid) ? [remembered] : [];
  const places = [...tagged, ...more].map(({ node, vmid }): VmPlace => ({ node, vmid }));
  const found = await Promise.all(places.map(async (place) => ({ place, config: await vmAt(pve, place) })));
  return found.flatMap(({ place, config }) => (config ? [{ place, config }] : []));
}

interface Found {
  readonly mine?: Candidate;
  readonly doubtful: readonly Doubtful[];
}

async function find(world: MachineWorld): Promise<Found> {
  const { owner, last } = world;
  const all = await candidates(world);
  const judged = all.map((one) => ({ ...one, is: ownershipOfMachine(one.config, owner) }));
  const ours = judged.filter(({ is }) => is === 'mine').toSorted((a, b) => a.place.vmid - b.place.vmid);
  const mine = ours.find(({ place }) => last && same(place, last)) ?? ours[0];
  const doubtful = judged.flatMap((one): readonly Doubtful[] => {
    if (one === mine || one.is === 'not mine') return [];
    const why = one.is === 'mine' ? 'Second' : 'PartlyMarked';
    return [{ place: one.place, name: oneLine(one.config.name), why }];
  });
  return { ...(mine ? { mine } : {}), doubtful };
}

async function vmSeen(
  world: MachineWorld,
  { place, config }: Candidate,
): Promise<{ readonly vm: VmSeen; readonly tasks: TasksSeen } | undefined> {
  const { pve } = world;
  const since = Math.max(0, (config.createdAt ?? 1) - 1);
  const [atNextStart, power, tasks] = await Promise.all([
    vmAtNextStart(pve, place),
    powerOf(pve, place),
    listedTasks(pve, { node: place.node, vmid: place.vmid, since }),
  ]);
  if (!atNextStart || !power) return undefined;
  const startedAt = power.running ? { startedAt: world.now() - power.uptime * 1000 } : {};
  const last = powerIn(tasks);
  const leaving = isShutDownBy(world.tokenID, tasks) ? ({ leaving: true } as const) : {};
  const seen: VmSeen = {
    place,
    now: config,
    atNextStart,
    running: power.running,
    ...startedAt,
    power: last.is,
    ...leaving,
  };
  // off in the middle of the installation, or after it
  const isOpen = !power.running && last.is === 'Started' && cdsOf(seen).length > 0;
  const lost = isOpen && (await endedWithNode(world, place.node, last.at));
  return { vm: lost ? { ...seen, power: 'Stopped' } : seen, tasks: await seenIn(pve, byType(tasks)) };
}

/** While nothing is there yet, or an answer is still there. */
async function storageTasks(world: MachineWorld, { node }: MachineWish, types: readonly string[]): Promise<TasksSeen> {
  const { pve, tokenID } = world;
  const lists = await ownTasks(pve, { node, types, tokenID, now: world.now() / 1000 });
  return seenIn(pve, lists);
}

/** A machine that is installed does not depend on the storage that it was installed from. */
async function imagesSeen(
  { pve }: MachineWorld,
  { node, iso }: MachineWish,
  vm: VmSeen | undefined,
): Promise<readonly string[] | undefined> {
  try {
    return (await isosOn(pve, { node, storage: iso.storage }))?.map(({ volid }) => volid);
  } catch (error) {
    if (vm && cdsOf(vm).length === 0 && error instanceof Failure && error.class !== 'Fenced') return undefined;
    throw error;
  }
}

function typesOf(wish: MachineWish, isThere: boolean, answers: readonly string[]): readonly string[] {
  if (isThere) return answers.length > 0 ? ['imgdel'] : [];
  return ['qmcreate', 'imgcopy', 'imgdel', ...(wish.iso.fetch ? ['download'] : [])];
}

export async function observeMachine(world: MachineWorld, wish: MachineWish): Promise<MachineSeen> {
  const { owner } = world;
  const { mine, doubtful } = await find(world);
  const seen = mine && (await vmSeen(world, mine));
  const images = await imagesSeen(world, wish, seen?.vm);
  const types = typesOf(wish, seen !== undefined, answersOf(owner, wish, images));
  const stored = await storageTasks(world, wish, types);
  return {
    now: world.now(),
    owner,
    ...(seen ? { vm: seen.vm } : { nextID: await nextFreeID(world.pve) }),
    doubtful,
    password: await observePassword(world, wish.passwordSecret),
    ...(images ? { images } : {}),
    tasks: [...(seen?.tasks.tasks ?? []), ...stored.tasks],
    failed: [...(seen?.tasks.failed ?? []), ...stored.failed],
    answers: await world.answers(hostOf(wish)),
  };
}
