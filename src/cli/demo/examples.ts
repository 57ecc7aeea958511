// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** The simulated worlds grant this namespace the operator's cloud identity. */
const namespace = 'default';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Every document of examples/, in the order of the file names, with a namespace. */
export function examples(): Manifest[] {
  const folder = fileURLToPath(new URL('../../../examples/', import.meta.url));
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
