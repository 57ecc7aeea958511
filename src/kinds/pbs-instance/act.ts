// SPDX-License-Identifier: GPL-3.0-or-later
import type { Actions } from '../../core/kind.ts';
import type { ProbeResult, Step } from '../../core/step.ts';
import type { Clouds } from './connect.ts';
import { machineActions } from './machine/act.ts';
import { serverActions } from './server/act.ts';
import { restoreActions } from './restore/act.ts';
import type { PbsStep } from './steps.ts';
import { storeActions } from './store/act.ts';
import { wiringActions } from './wiring/act.ts';
import { machineWorld, pbsOf, restoreWorld, serverClouds, storeClouds, wiringWorld } from './worlds.ts';

type Action<World> = (world: World, step: never) => Promise<ProbeResult | void>;

/** A part's actions, each with what the part reaches now. */
function inWorld<S extends Step, World>(
  actions: Actions<S, World>,
  worldOf: (clouds: Clouds) => Promise<World> | World,
): Actions<S, Clouds> {
  const all = Object.entries(actions as Readonly<Record<string, Action<World>>>);
  const bound = all.map(([name, action]) => [
    name,
    async (clouds: Clouds, step: never) => action(await worldOf(clouds), step),
  ]);
  return Object.fromEntries(bound) as Actions<S, Clouds>;
}

export const act: Actions<PbsStep, Clouds> = {
  ...inWorld(machineActions, machineWorld),
  ...inWorld(serverActions, serverClouds),
  ...inWorld(storeActions, async (clouds) => storeClouds(clouds, await pbsOf(clouds))),
  ...inWorld(wiringActions, async (clouds) => wiringWorld(clouds, await pbsOf(clouds))),
  ...inWorld(restoreActions, restoreWorld),
};
