// SPDX-License-Identifier: GPL-3.0-or-later
/** What the world looks like once a step is done or an event happened; the same object when it already shows. Pure. */
import { isStep, type Event } from '../../core/step.ts';
import { imaginedServer, imaginedWiring } from './imagined.ts';
import { afterMachineEvent } from './machine/after-event.ts';
import { afterMachine } from './machine/after.ts';
import type { Observed } from './observed.ts';
import { cacheName } from './of-spec.ts';
import { afterServerEvent, afterServerStep } from './server/after.ts';
import { afterRestore, afterRestoreEvent } from './restore/after.ts';
import type { PbsStep } from './steps.ts';
import { afterStoreEvent, afterStoreStep } from './store/after.ts';
import { afterWiring } from './wiring/after.ts';

type PartName = 'machine' | 'server' | 'store' | 'wiring' | 'restore';

function put<Name extends PartName>(world: Observed, name: Name, next: Observed[Name]): Observed {
  return next === world[name] ? world : { ...world, [name]: next };
}

function afterEvent(world: Observed, event: Event): Observed {
  const { machine, server, store, wiring, restore } = world;
  const now = 'seconds' in event ? { ...world, now: world.now + event.seconds * 1000 } : world;
  const parts: readonly ((seen: Observed) => Observed)[] = [
    (seen) => (machine ? put(seen, 'machine', afterMachineEvent(machine, event)) : seen),
    (seen) => (server ? put(seen, 'server', afterServerEvent(server, event, { name: cacheName })) : seen),
    (seen) => (store ? put(seen, 'store', afterStoreEvent(store, event)) : seen),
    (seen) => (wiring ? put(seen, 'wiring', afterWiring(wiring, event)) : seen),
    (seen) => (restore ? put(seen, 'restore', afterRestoreEvent(restore, event)) : seen),
  ];
  return parts.reduce((seen, next) => next(seen), now);
}

export function after(world: Observed, change: PbsStep | Event): Observed {
  if (!isStep<PbsStep>(change)) return afterEvent(world, change);
  switch (change.part) {
    case 'machine':
      return world.machine ? put(world, 'machine', afterMachine(world.machine, change)) : world;
    case 'server':
      return put(world, 'server', afterServerStep(world.server ?? imaginedServer(world), change));
    case 'store':
      return world.store ? put(world, 'store', afterStoreStep(world.store, change)) : world;
    case 'restore':
      return world.restore ? put(world, 'restore', afterRestore(world.restore, change)) : world;
    case 'wiring':
      return put(world, 'wiring', afterWiring(world.wiring ?? imaginedWiring(world), change));
  }
}
