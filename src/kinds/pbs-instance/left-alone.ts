// SPDX-License-Identifier: GPL-3.0-or-later
/** What somebody else looks after (`spec.ignoreFields`) is wanted as it is found. Pure. */
import type { PbsInstanceSpec } from '../../api/pbs-instance.ts';
import { leftAs } from '../../core/ignoring.ts';
import type { MachineSeen } from './machine/seen.ts';
import type { MachineWish } from './machine/wish.ts';
import type { StoreSeen } from './store/seen.ts';
import type { StoreWish } from './store/wish.ts';
import type { WiringSeen } from './wiring/seen.ts';
import type { WiringWish } from './wiring/wish.ts';

type Spec = Pick<PbsInstanceSpec, 'ignoreFields'>;

export function machineLeft(spec: Spec, wish: MachineWish, { vm }: MachineSeen): MachineWish {
  const { cores, memoryMiB } = vm?.atNextStart ?? {};
  return {
    ...wish,
    cores: leftAs(spec, 'server.vm.cores', { want: wish.cores, found: cores }),
    memoryMiB: leftAs(spec, 'server.vm.memory', { want: wish.memoryMiB, found: memoryMiB }),
  };
}

export function storeLeft(spec: Spec, wish: StoreWish, { datastore, prune, verify }: StoreSeen): StoreWish {
  const left = (path: string, want: string, found: string | undefined) => leftAs(spec, path, { want, found });
  const { gcSchedule } = wish.datastore;
  return {
    ...wish,
    datastore: { ...wish.datastore, gcSchedule: left('datastore.gcSchedule', gcSchedule, datastore?.gcSchedule) },
    prune: { ...wish.prune, schedule: left('datastore.prune.schedule', wish.prune.schedule, prune?.schedule) },
    verify: { ...wish.verify, schedule: left('datastore.verify.schedule', wish.verify.schedule, verify?.schedule) },
  };
}

export function wiringLeft(spec: Spec, wish: WiringWish, { jobs }: Pick<WiringSeen, 'jobs'>): WiringWish {
  const scheduleOf = (id: string) => jobs.find((one) => one.id === id)?.schedule;
  return {
    ...wish,
    jobs: wish.jobs.map((job) => ({
      ...job,
      schedule: leftAs(spec, 'jobs.schedule', { want: job.schedule, found: scheduleOf(job.id) }),
    })),
  };
}
