// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { CommandError } from '../command/exit-status.ts';

/** The simulated worlds grant this namespace the operator's cloud identity. */
const namespace = 'default';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Beside the sources, or beside the bundle. */
function folderOfExamples(): string {
  const folders = ['../../../examples/', './examples/', '../examples/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = folders.find((folder) => existsSync(`${folder}01-backup-target.yaml`));
  if (!found) throw new CommandError('the examples are not there: run the demo from the checkout or from the package');
  return found;
}

/** Every document of examples/, in the order of the file names, with a namespace. */
export function examples(): Manifest[] {
  const folder = folderOfExamples();
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(`${folder}${file}`, 'utf8')).map((document) => {
      const manifest = document.toJS() as Manifest;
      return { ...manifest, metadata: { ...manifest.metadata, namespace } };
    }),
  );
}
