// SPDX-License-Identifier: GPL-3.0-or-later
import type { Params } from '../contract/validate.ts';
import type { Effect, Task } from '../state.ts';
import { newTask } from '../task.ts';
import type { Times, World } from '../world.ts';
import { bad, PbsError } from './errors.ts';
import { authidOf, type PbsCaller } from './permissions.ts';
import type { Datastore, PbsServer } from './state.ts';

/** One request to a PBS that is authenticated, permitted and checked against its contract. */
export interface PbsCall {
  readonly world: World;
  readonly server: PbsServer;
  readonly caller: PbsCaller;
  readonly params: Params;
}

export type PbsHandler = (call: PbsCall) => unknown;

export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  return value === undefined ? undefined : String(value);
}

export function must(params: Params, name: string): string {
  return text(params, name) ?? '';
}

export function number(params: Params, name: string): number | undefined {
  const value = params[name];
  return typeof value === 'number' ? value : undefined;
}

export function list(params: Params, name: string): readonly string[] {
  const value = params[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** Its own clock may be off. */
export function timeOf({ world, server }: Pick<PbsCall, 'world' | 'server'>): number {
  return world.clock.now() + server.skewMs;
}

export interface PbsWork {
  readonly type: string;
  readonly id: string;
  readonly ms: keyof Times;
  readonly effect: Effect;
  /** Default now. */
  readonly at?: number;
}

export function start({ world, server, caller }: Pick<PbsCall, 'world' | 'server' | 'caller'>, work: PbsWork): Task {
  const { state, times } = world;
  const { at: now = world.clock.now() } = work;
  const task = newTask(state, {
    product: 'pbs',
    node: server.hostname,
    authid: authidOf(caller),
    now,
    ...work,
    ms: times[work.ms],
  });
  server.tasks.push(task);
  return task;
}

export function datastoreOf({ server }: Pick<PbsCall, 'server'>, name: string): Datastore {
  const store = server.datastores.get(name);
  if (!store) throw bad(`no such datastore '${name}'`);
  return store;
}

/** pbs-api-types, maintenance.rs. */
export function demandOpen(store: Datastore, how: 'read' | 'write'): void {
  const { maintenance } = store;
  if (maintenance === undefined || (maintenance === 'read-only' && how === 'read')) return;
  const mode = maintenance === 's3-refresh' ? 'S3 refresh' : maintenance;
  throw new PbsError(400, `datastore '${store.name}' is in ${mode} maintenance mode`);
}
