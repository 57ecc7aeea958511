// SPDX-License-Identifier: GPL-3.0-or-later
import { open, readFile, rename } from 'node:fs/promises';

/** Writes a snapshot beside the file and moves it there: whoever reads sees the old one or the new one, never half of it. */
export async function saveSnapshot(file: string, snapshot: unknown): Promise<void> {
  const half = `${file}.tmp`;
  // it holds the secrets of a simulated world: nobody else's to read
  const handle = await open(half, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(snapshot));
    // on the disk before it takes the place of the old one: a machine that dies leaves one of the two
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(half, file);
}

/** `undefined` when there is no file yet. Throws an Error in one line when it is no snapshot. */
export async function loadSnapshot(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} holds no snapshot of a simulated world: move it away, or name another file`);
  }
}
