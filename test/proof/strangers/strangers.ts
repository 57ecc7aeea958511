// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Numbers of machines are given out again at once, and anybody may copy a tag or write notes. In each run machines change hands before any
 * request, but between an act's last look and what it then begins: Proxmox VE takes no condition with that (a change of the configuration
 * has the digest, so there, too, anything may come between). No write ever meets a machine that has not both our tag and our UUID.
 */
import type { HttpsApi, HttpsRequest } from '../../../src/clouds/https/https-api.ts';
import { SharedLooks } from '../../../src/clouds/shared-look.ts';
import { Kept } from '../../../src/clouds/proxmox/kept.ts';
import { ProxmoxApi } from '../../../src/clouds/proxmox/proxmox-api.ts';
import { machineUUID, markedNotes, ownerTag } from '../../../src/clouds/pve/marks.ts';
import { isMissing, refusal } from '../../../src/clouds/pve/refusals.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Owner } from '../../../src/core/owner-mark.ts';
import { absentMachine } from '../../../src/kinds/pbs-instance/machine/absent.ts';
import { machineActions } from '../../../src/kinds/pbs-instance/machine/act.ts';
import { observeMachine } from '../../../src/kinds/pbs-instance/machine/observe.ts';
import { planMachine } from '../../../src/kinds/pbs-instance/machine/plan.ts';
import type { MachineStep } from '../../../src/kinds/pbs-instance/machine/steps.ts';
import type { MachineWish } from '../../../src/kinds/pbs-instance/machine/wish.ts';
import type { MachineWorld } from '../../../src/kinds/pbs-instance/machine/world.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { seeded } from '../plans.ts';
import { Hypervisor, type Machine } from './hypervisor.ts';

const owner: Owner = { uid: '7b1f2c1e-0d0a-4a38-9c53-0f3b8f2f6a10', cluster: 'cluster-1', object: 'default/main' };
const other: Owner = { uid: '99999999-0000-4000-8000-000000000000', cluster: 'cluster-1', object: 'default/other' };
const elsewhere: Owner = { ...owner, cluster: 'cluster-2' };

const wish: MachineWish = {
  name: 'pbs-main',
  node: 'node1',
  cores: 2,
  memoryMiB: 4096,
  storage: 'local-lvm',
  diskGiB: 50,
  cacheDiskGiB: 64,
  bridge: 'vmbr0',
  network: { source: 'Static', cidr: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
  fqdn: 'pbs-main.example.com',
  mailTo: 'root@example.com',
  timeZone: 'UTC',
  iso: { storage: 'local', file: 'pbs-auto.iso' },
  passwordSecret: 'main-root',
};

type Random = () => number;
const pick = <T>(random: Random, from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];

function isOurs({ config }: Machine): boolean {
  const { tags = '', smbios1 = '' } = config;
  return tags.split(';').includes(ownerTag(owner)) && smbios1.includes(machineUUID(owner));
}

/** Whole, but for what an administrator or the installer changed. */
function ours(random: Random, vmid: number): Machine {
  const cds: Record<string, string> = random() < 0.4 ? { ide2: 'local:iso/pbs-auto.iso,media=cdrom' } : {};
  return {
    vmid,
    node: pick(random, ['node1', 'node2']),
    running: random() < 0.5,
    config: {
      name: 'pbs-main',
      tags: `hybridcloud;${ownerTag(owner)}`,
      smbios1: `uuid=${machineUUID(owner)}`,
      description: random() < 0.9 ? markedNotes(owner) : 'written anew',
      protection: pick(random, ['0', '1']),
      cores: pick(random, ['2', '4']),
      memory: '4096',
      scsi0: 'local-lvm:vm-disk-0,size=50G',
      scsi1: 'local-lvm:vm-disk-1,size=64G',
      ...cds,
    },
  };
}

/** A machine of somebody else: with the marks of others, of another cluster's object, and with one of ours, copied. */
function stranger(random: Random, vmid: number): Machine {
  const tag = pick(random, ['prod', ownerTag(other), ownerTag(elsewhere), ownerTag(owner), '']);
  const uuids = [machineUUID(other), machineUUID(elsewhere), '00000000-0000-4000-8000-000000000001'] as const;
  const uuid = tag !== ownerTag(owner) && random() < 0.3 ? machineUUID(owner) : pick(random, uuids);
  const notes = pick(random, ['', markedNotes(other), markedNotes(owner), markedNotes(elsewhere)]);
  const { config, ...machine } = ours(random, vmid);
  return { ...machine, config: { ...config, tags: `hybridcloud;${tag}`, smbios1: `uuid=${uuid}`, description: notes } };
}

/** What others do: destroy, make, move, switch, and write into the marks. */
function happens(random: Random, machines: Map<number, Machine>): void {
  const all = [...machines.values()];
  const one = all[Math.floor(random() * all.length)];
  if (!one) {
    machines.set(100, stranger(random, 100));
    return;
  }
  const { vmid } = one;
  const deeds: readonly [() => void, ...(() => void)[]] = [
    () => void machines.set(vmid, stranger(random, vmid)),
    () => void machines.set(vmid, stranger(random, vmid)),
    () => void machines.delete(vmid),
    () => {
      one.config['tags'] = 'taken-off';
    },
    () => {
      one.config['smbios1'] = `uuid=${machineUUID(other)}`;
    },
    () => {
      one.running = !one.running;
    },
    () => {
      one.config['protection'] = pick(random, ['0', '1']);
    },
    () => {
      one.node = pick(random, ['node1', 'node2']);
    },
  ];
  pick(random, deeds)();
}

/** What Proxmox VE takes no condition with. */
const unconditional = /^(DELETE|POST .*\/status\/)/;

export interface Touched {
  /** By which the run is made again. */
  readonly seed: number;
  readonly what: string;
}

interface Stage {
  readonly world: MachineWorld;
  readonly found: string[];
  readonly random: Random;
}

function stageOf(seed: number): Stage {
  const random = seeded(seed);
  const found: string[] = [];
  const touched = (what: string, machine: Machine) => {
    if (!isOurs(machine)) found.push(`${what} met VM ${machine.vmid}: ${JSON.stringify(machine.config)}`);
  };
  const before = ({ effect, action }: HttpsRequest) => {
    if (effect === 'write' && unconditional.test(action)) return;
    if (random() < 0.12) happens(random, pve.machines);
  };
  const pve = new Hypervisor(['local:iso/pbs-auto.iso'], touched, before);
  for (let vmid = 100; vmid < 103; vmid++) if (random() < 0.6) pve.machines.set(vmid, stranger(random, vmid));
  const own = 100 + Math.floor(random() * 4);
  if (random() < 0.8) pve.machines.set(own, ours(random, own));
  const last = random() < 0.7 ? { last: { node: 'node1', vmid: 100 + Math.floor(random() * 4) } } : {};
  return { world: { ...worldOn(pve, random), ...last }, found, random };
}

function worldOn(pve: Hypervisor, random: Random): MachineWorld {
  const clock = new VirtualClock();
  const metadata = { name: 'main', namespace: 'default', uid: owner.uid };
  const kept = new Map([
    ['username', 'root@pam'],
    ['password', 'a password'],
    ['passwordHash', '$6$salt$hash'],
  ]);
  const secret = { type: 'hybridcloud.dev/pbs-root', owners: [{ uid: owner.uid }], data: kept, annotations: {} };
  return {
    pve: new ProxmoxApi({
      api: pve as unknown as HttpsApi,
      dialect: { product: 'Proxmox VE', credentials: {}, login: 'operator@pve!operator', refusal, isMissing },
      scope: { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: owner.uid, policy: 'Apply' },
      looks: new SharedLooks(clock),
      kept: new Kept(),
    }),
    tokenID: 'operator@pve!operator',
    owner,
    object: { apiVersion: 'hybridcloud.dev/v1alpha1', kind: 'PbsInstance', metadata } as never,
    secrets: { read: () => Promise.resolve(secret) } as never,
    now: () => clock.now(),
    random: (size) => new Uint8Array(size),
    learnSecret: () => undefined,
    answers: () => Promise.resolve(random() < 0.5),
  };
}

/** Uploading and the like touch no machine. */
function touchesMachine(step: MachineStep): boolean {
  return 'place' in step || step.do === 'CreateVm';
}

type Act = (world: MachineWorld, step: MachineStep) => Promise<void>;

const byTheBook: Act = (world, step) => (machineActions[step.do] as Act)(world, step);

async function goes({ world, random }: Stage, act: Act): Promise<number> {
  const intent = pick(random, ['wanted', 'Retain', 'Delete'] as const);
  let acts = 0;
  for (let looks = 0; looks < 3; looks++) {
    const seen = await observeMachine(world, wish);
    const { steps } = intent === 'wanted' ? planMachine(wish, seen) : absentMachine(wish, seen, intent);
    const [step] = steps.filter(touchesMachine);
    if (!step) continue;
    acts++;
    await act(world, step).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
  }
  return acts;
}

export interface Survived {
  readonly runs: number;
  /** Steps that touch a machine. */
  readonly acts: number;
  readonly touched: readonly Touched[];
}

/** Every run follows from its seed: the first from `seed`, the next from the number after it. @param act Default: the operator's own. */
export async function strangersSurvive(runs: number, seed: number, act = byTheBook): Promise<Survived> {
  const touched: Touched[] = [];
  let acts = 0;
  for (let run = 0; run < runs; run++) {
    const stage = stageOf(seed + run);
    acts += await goes(stage, act).catch((error: unknown) => {
      if (error instanceof Failure) return 0;
      throw error;
    });
    touched.push(...stage.found.map((what) => ({ seed: seed + run, what })));
  }
  return { runs, acts, touched };
}
