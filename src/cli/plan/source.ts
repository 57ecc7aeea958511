// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command/exit-status.ts';
import { printable } from '../command/printable.ts';

export interface Source {
  /** As the user named it; `-` is shown as `stdin`. */
  readonly name: string;
  readonly text: string;
}

/** The API server takes requests up to 3 MiB; a larger file holds no object, and parsing it would take long. */
const mostBytes = 3 * 1024 * 1024;
const mostBytesTogether = 16 * 1024 * 1024;
const mostFiles = 2000;
const extensions = ['.yaml', '.yml', '.json'];

function tooLarge(name: string): CommandError {
  return new CommandError(`${name} is larger than 3 MiB, which no API server would take: split it`);
}

function unreadable(name: string, error: unknown): CommandError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const shown = printable(name, 200);
  if (code === 'ENOENT') return new CommandError(`${shown} is not there: give a file, a folder, or - for stdin`);
  if (code === 'EACCES') return new CommandError(`${shown} may not be read: change its permissions`);
  return new CommandError(`${shown} cannot be read (${code})`);
}

function decoded(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError(`${name} is not UTF-8 text: save it as UTF-8`);
  }
}

/** By the piece, so that what never ends (a device, a pipe) is left in time. */
async function readPieces(name: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of pieces) {
    size += part.byteLength;
    if (size > mostBytes) throw tooLarge(printable(name, 200));
    parts.push(part);
  }
  return decoded(printable(name, 200), Buffer.concat(parts));
}

async function filesIn(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  const files = entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && extensions.some((end) => entry.name.endsWith(end)))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length > mostFiles)
    throw new CommandError(`${printable(folder)} holds more than ${mostFiles} manifests: name a folder below it`);
  return files.sort();
}

async function readOne(name: string): Promise<Source> {
  return { name, text: await readPieces(name, createReadStream(name)) };
}

export interface SourceOptions {
  readonly recursive: boolean;
  /** Asked for when it is named, and not before: Node holds a process up that has touched it. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

/**
 * Files as named, the `.yaml`, `.yml` and `.json` files of folders in the order of their names, and stdin.
 * @throws CommandError in one line.
 */
export async function readSources(names: readonly string[], { recursive, stdin }: SourceOptions): Promise<Source[]> {
  const sources: Source[] = [];
  let left = mostBytesTogether;
  const take = (source: Source): void => {
    left -= source.text.length;
    if (left < 0) throw new CommandError('the files together are larger than 16 MiB: plan them in parts');
    sources.push(source);
  };
  for (const name of new Set(names)) {
    if (name === '-') {
      take({ name: 'stdin', text: await readPieces('stdin', stdin()) });
      continue;
    }
    try {
      const folder = (await stat(name)).isDirectory();
      const files = folder ? await filesIn(name, recursive) : [name];
      if (files.length === 0)
        throw new CommandError(`${printable(name)} holds no .yaml, .yml or .json file: name the files, or give -R`);
      for (const file of files) take(await readOne(file));
    } catch (error) {
      throw error instanceof CommandError ? error : unreadable(name, error);
    }
  }
  return sources;
}
