// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, rename, writeFile } from 'node:fs/promises';

/** Writes a snapshot beside the file and moves it there: whoever reads sees the old one or the new one, never half of it. */
export async function saveSnapshot(file: string, snapshot: unknown): Promise<void> {
  const half = `${file}.tmp`;
  // it holds the secrets of a simulated world: nobody else's to read
  await writeFile(half, JSON.stringify(snapshot), { mode: 0o600 });
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
