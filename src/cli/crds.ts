// SPDX-License-Identifier: GPL-3.0-or-later
import { stringify } from 'yaml';
import { kinds } from '../api/kinds.ts';

/** All CRDs as one stream of YAML documents. */
export async function printCRDs(): Promise<number> {
  console.log(kinds.map((kind) => `---\n${stringify(kind.crd(), { aliasDuplicateObjects: false })}`).join(''));
  return Promise.resolve(0);
}
