// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './machines.ts';
import { writeScene, type Scene } from './scene.ts';

/** What the story said. */
export interface Told {
  /** The words after this name; empty where the story did not come to it. */
  words(name: string): readonly string[];
  /** How many seconds it took; Infinity where it never came to be. */
  seconds(name: string): number;
  /** When replies to the ping that goes on all the time came, in seconds. */
  readonly replies: readonly number[];
  /** All that the machine printed. */
  readonly text: string;
}

function told(text: string): Told {
  const lines = text.matchAll(/@@ (\S+) ?([^\r\n]*)/g);
  const all = [...lines].map(([, name = '', rest = '']) => ({ name, words: rest.split(' ').filter(Boolean) }));
  const words = (name: string) => all.find((line) => line.name === name)?.words ?? [];
  return {
    words,
    seconds: (name) => {
      const seconds = Number(words(name)[0]);
      return Number.isNaN(seconds) ? Infinity : seconds;
    },
    replies: all.filter(({ name }) => name === 'reply').map((line) => Number(line.words[0])),
    text,
  };
}

/** The longest time without a reply, between these two moments, in seconds. */
export function longestSilence({ replies }: Told, from: number, to: number): number {
  const moments = [from, ...replies.filter((moment) => moment > from && moment < to), to];
  return Math.max(...moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0)));
}

/** Boots the machine, plays the story, and ends it after this time whatever happens. */
export async function play(machine: Machine, scene: Scene, seconds: number): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'vpn-'));
  try {
    writeScene(folder, scene, process.env.VPN_TOOLS ?? '');
    const { program, options } = machine.command(folder);
    // a group of its own: user-mode Linux is many processes
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    const closed = once(child, 'close');
    const end = () => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    };
    const timer = setTimeout(end, seconds * 1000);
    await closed;
    clearTimeout(timer);
    end();
    return told(Buffer.concat(pieces).toString());
  } finally {
    rmSync(folder, { recursive: true });
  }
}
