// SPDX-License-Identifier: GPL-3.0-or-later
/** The recording on disk: one line for each command, so that a change of it can be read. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Done, Recording } from './story.ts';

const file = join(import.meta.dirname, 'recorded.json');

export function readRecording(): Recording {
  return JSON.parse(readFileSync(file, 'utf8')) as Recording;
}

export function writeRecording(recording: Recording): void {
  const stories = Object.entries(recording).map(([name, commands]) => {
    const lines = commands.map((done: Done) => JSON.stringify(done)).join(',\n');
    return `${JSON.stringify(name)}: [\n${lines}\n]`;
  });
  writeFileSync(file, `{\n${stories.join(',\n')}\n}\n`);
}
