// SPDX-License-Identifier: GPL-3.0-or-later
/** Reads only, each shared by all objects of one login, and none that a bucket has to answer. */
import { observePbs } from './observe-pbs.ts';
import { observePve } from './observe-pve.ts';
import type { WorthSeen } from './seen.ts';
import type { WorthWish } from './wish.ts';
import type { WorthWorld } from './world.ts';

export async function observeWorth(world: WorthWorld, wish: WorthWish): Promise<WorthSeen> {
  const [pve, pbs] = await Promise.all([observePve(world, wish), observePbs(world, wish)]);
  return { now: world.now(), pve, pbs };
}
