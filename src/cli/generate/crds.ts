// SPDX-License-Identifier: GPL-3.0-or-later
import { stringify } from 'yaml';
import { kinds } from '../../api/kinds.ts';
import type { Produced } from './produced.ts';

/** `crds/<group>_<plural>.yaml`, as `kubectl apply` takes them. */
export function crds(): Produced[] {
  return kinds.map((kind) => ({
    path: `crds/${kind.group}_${kind.plural}.yaml`,
    content: `# Generated from src/api by "npm run generate"; do not edit.\n${stringify(kind.crd(), { lineWidth: 0, aliasDuplicateObjects: false })}`,
  }));
}
