// SPDX-License-Identifier: GPL-3.0-or-later
import type { ChildProcess } from 'node:child_process';
import { end, message, start } from './processes.ts';

export const sides = ['ours', 'client-node'] as const;
export type Side = (typeof sides)[number];

/** Milliseconds, megabytes. */
export interface Cost {
  readonly syncWallMs: number;
  readonly syncCPUMs: number;
  readonly heapMB: number;
  readonly eventCPUMs: number;
  readonly eventWallMs: number;
}

export interface Measured {
  readonly objectBytes: number;
  /** The least of all rounds, figure by figure: noise only ever adds. */
  readonly least: Readonly<Record<Side, Cost>>;
  readonly rounds: readonly Readonly<Record<Side, Cost>>[];
}

export interface Size {
  readonly objects: number;
  readonly events: number;
  readonly rounds: number;
}

async function measureOne(side: Side, server: ChildProcess, url: string, { objects, events }: Size): Promise<Cost> {
  const client = start('./watcher.ts', [side, url, String(objects)]);
  try {
    type Figures = { wallMs: number; cpuMs: number; heapMB: number };
    const { sync } = await message<{ sync: Figures }>(client);
    const answer = message<{ burst: Figures }>(client);
    client.send({ events });
    server.send({ events });
    const { burst } = await answer;
    return {
      syncWallMs: sync.wallMs,
      syncCPUMs: sync.cpuMs,
      heapMB: sync.heapMB,
      eventCPUMs: burst.cpuMs,
      eventWallMs: burst.wallMs,
    };
  } finally {
    await end(client);
  }
}

/** Every side in every round, in turn; one server for all. */
export async function measureSides(size: Size): Promise<Measured> {
  const server = start('./list-server.ts', [String(size.objects)]);
  try {
    const { url, bytes } = await message<{ url: string; bytes: number }>(server);
    const rounds: Record<Side, Cost>[] = [];
    for (let round = 0; round < size.rounds; round++) {
      const order = round % 2 === 0 ? sides : sides.toReversed();
      const costs = {} as Record<Side, Cost>;
      for (const side of order) costs[side] = await measureOne(side, server, url, size);
      rounds.push(costs);
    }
    const least = { ours: leastOf(rounds, 'ours'), 'client-node': leastOf(rounds, 'client-node') };
    return { objectBytes: bytes, least, rounds };
  } finally {
    await end(server);
  }
}

function leastOf(rounds: readonly Readonly<Record<Side, Cost>>[], side: Side): Cost {
  const least = (figure: keyof Cost) => Math.min(...rounds.map((round) => round[side][figure]));
  return {
    syncWallMs: least('syncWallMs'),
    syncCPUMs: least('syncCPUMs'),
    heapMB: least('heapMB'),
    eventCPUMs: least('eventCPUMs'),
    eventWallMs: least('eventWallMs'),
  };
}
