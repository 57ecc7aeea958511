// SPDX-License-Identifier: GPL-3.0-or-later
import type { StorageRecord } from '../state.ts';
import type { World } from '../world.ts';

export function usedOf(world: World, { id }: StorageRecord): number {
  let used = 0;
  for (const volume of world.state.pve.volumes.values()) if (volume.storage === id) used += volume.size;
  return used;
}

export function freeOf(world: World, storage: StorageRecord): number {
  return storage.total - usedOf(world, storage);
}
