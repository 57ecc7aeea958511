// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shown } from '../../leaks/channels.ts';
import { until } from '../kube-world.ts';
import { conditionIn, kstatusOf, type KStatus, type Seen } from './kstatus.ts';

export interface State extends Seen {
  /** Milliseconds since the epoch, when the line arrived. */
  readonly at: number;
}

export interface Recorder {
  readonly states: readonly State[];
  /** The states of one object. */
  of(name: string): readonly State[];
  stop(): void;
}

/** Every state that a reader could see from the moment on at which this resolves, in order. It comes through a file, which never makes the watcher wait for this process. */
export async function record(kubeconfig: string, namespace: string): Promise<Recorder> {
  const states: State[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  const file = openSync(join(folder, 'states'), 'a+');
  const watcher = spawn(process.execPath, [join(import.meta.dirname, 'watcher.ts'), kubeconfig, namespace], {
    stdio: ['ignore', file, 'inherit'],
  });
  let offset = 0;
  let stopped = false;
  let listed = false;
  const read = () => {
    if (stopped) return states;
    if (watcher.exitCode !== null) throw new Error(`the watcher ended with ${watcher.exitCode}`);
    const bytes = Buffer.alloc(fstatSync(file).size - offset);
    const length = readSync(file, bytes, { position: offset });
    const whole = bytes.subarray(0, bytes.lastIndexOf('\n', length) + 1);
    offset += whole.length;
    const lines = String(whole).split('\n').filter(Boolean);
    listed ||= lines.includes('listed');
    states.push(...lines.filter((line) => line !== 'listed').map(stateIn));
    return states;
  };
  await until(() => (read(), listed), 60_000);
  return {
    get states() {
      return read();
    },
    of: (name) => read().filter(({ metadata }) => metadata.name === name),
    stop: () => {
      read();
      stopped = true;
      watcher.kill();
      closeSync(file);
      rmSync(folder, { recursive: true });
    },
  };
}

function stateIn(line: string): State {
  shown('an object, as it was watched', line);
  const end = line.indexOf(' ');
  return { ...(JSON.parse(line.slice(end)) as Seen), at: Number(line.slice(0, end)) };
}

/** One line a state: what kstatus says, and what the conditions say. */
export function told(state: Seen): string {
  const said = ['Ready', 'Synced', 'Reconciling', 'Stalled'].map((type) => {
    const condition = conditionIn(state, type);
    return `${type}=${condition ? `${condition.status}/${condition.reason}` : '-'}`;
  });
  return [kstatusOf(state) satisfies KStatus, ...said].join(' ');
}

/** What must hold between any two states that follow each other, whatever happened; the lines say what did not. */
export function brokenRules(states: readonly Seen[]): string[] {
  return states.flatMap((state, index) => {
    const before = states[index - 1];
    const { generation, resourceVersion } = state.metadata;
    const conditions = state.status?.conditions ?? [];
    const where = `${state.metadata.name} at ${resourceVersion}`;
    const ahead = conditions.filter(({ observedGeneration }) => observedGeneration > generation);
    const split = conditions.filter(
      ({ observedGeneration }) => observedGeneration !== state.status?.observedGeneration,
    );
    const moved = conditions.filter((condition) => {
      const old = before && conditionIn(before, condition.type);
      return old?.status === condition.status && old.lastTransitionTime !== condition.lastTransitionTime;
    });
    const both = ['Reconciling', 'Stalled'].every((type) => conditionIn(state, type)?.status === 'True');
    return [
      ...ahead.map(({ type }) => `${where}: ${type} has seen a generation that is not there`),
      ...split.map(({ type }) => `${where}: ${type} has seen another generation than the status says`),
      ...moved.map(({ type }) => `${where}: ${type} moved its transition time without a transition`),
      ...(both ? [`${where}: both Reconciling and Stalled`] : []),
      ...conditions
        .filter(({ reason }) => !/^[A-Z][A-Za-z0-9]*$/.test(reason))
        .map(({ type }) => `${where}: ${type} has no reason`),
    ];
  });
}
