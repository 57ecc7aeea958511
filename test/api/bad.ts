// SPDX-License-Identifier: GPL-3.0-or-later
import { changed } from './manifests.ts';
import type { Spec } from './manifests.ts';

export interface Bad {
  readonly name: string;
  readonly spec: Spec;
  /** Part of the API server's message. */
  readonly message: string;
  /** Part of `parseBackupTarget`'s message, where the API server's own wording cannot be ours. */
  readonly parsed?: string;
}

type Values = Parameters<typeof changed>[0];

export function bad(name: string, values: Values, message: string, parsed?: string): Bad {
  return { name, spec: changed(values), message, ...(parsed === undefined ? {} : { parsed }) };
}
