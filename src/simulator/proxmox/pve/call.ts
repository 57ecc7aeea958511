// SPDX-License-Identifier: GPL-3.0-or-later
import { newTask } from '../task.ts';
import type { Params, Value } from '../contract/validate.ts';
import type { Effect, Guest, StorageRecord } from '../state.ts';
import type { Times, World } from '../world.ts';
import { died } from './errors.ts';
import { callerText, type Caller } from './permissions.ts';

/** One request to PVE that is authenticated, permitted and checked against its contract. */
export interface PveCall {
  readonly world: World;
  readonly caller: Caller;
  readonly params: Params;
  readonly upload?: { readonly filename: string; readonly content: Uint8Array };
}

export type PveHandler = (call: PveCall) => unknown;

export function textParam(params: Params, name: string): string | undefined {
  const value: Value | undefined = params[name];
  return value === undefined ? undefined : String(value);
}

export function needed(params: Params, name: string): string {
  return textParam(params, name) ?? '';
}

export function numberParam(params: Params, name: string): number | undefined {
  const value = params[name];
  return typeof value === 'number' ? value : undefined;
}

export function guestOf({ world, params }: PveCall): Guest {
  const { vmid } = params;
  const guest = world.state.pve.guests.get(Number(vmid));
  if (!guest || guest.kind !== 'qemu' || guest.node !== params['node'])
    throw died(`Configuration file 'nodes/${String(params['node'])}/qemu-server/${String(vmid)}.conf' does not exist`);
  return guest;
}

export function storageOf(world: World, id: string): StorageRecord {
  const storage = world.state.pve.storages.get(id);
  if (!storage) throw died(`storage '${id}' does not exist`);
  return storage;
}

/** PVE::AbstractConfig, check_lock. */
export function demandUnlocked({ config }: Guest): void {
  if (config['lock'] !== undefined) throw died(`VM is locked (${config['lock']})`);
}

export interface Work {
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly ms: keyof Times;
  readonly effect: Effect;
}

/** Forks a worker; the answer is its UPID. */
export function fork({ world, caller }: Pick<PveCall, 'world' | 'caller'>, work: Work): string {
  const { state, times, clock } = world;
  const now = clock.now();
  const task = newTask(state, { product: 'pve', authid: callerText(caller), now, ...work, ms: times[work.ms] });
  state.pve.tasks.push(task);
  return task.upid;
}
