// SPDX-License-Identifier: GPL-3.0-or-later
import { stringify } from 'yaml';
import { kinds } from '../api/kinds.ts';
import { exitStatus } from './command/exit-status.ts';
import type { Call } from './command/verb.ts';

/** All CRDs as one stream of YAML documents, or one List in JSON; `kubectl apply -f -` takes both. */
export async function printCRDs({ given }: Call): Promise<number> {
  const items = kinds.map((kind) => kind.crd());
  const yaml = () => items.map((crd) => `---\n${stringify(crd, { aliasDuplicateObjects: false })}`).join('');
  const list = () => `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`;
  process.stdout.write(given.values['output'] === 'json' ? list() : yaml());
  return Promise.resolve(exitStatus.done);
}
