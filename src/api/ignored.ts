// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.ignoreFields`, the same of every kind: what is left to somebody else, of what a kind says may be. */
import { z } from 'zod';
import { withRules } from './rules.ts';

export interface Ignorable {
  /** As `status.drift` names them, without the names of items. */
  readonly paths: readonly [string, ...string[]];
  /** What is never left to others. */
  readonly never: string;
  readonly description: string;
}

export function ignoreFieldsOf({ paths, never, description }: Ignorable) {
  return withRules(
    z
      .array(
        z
          .string()
          .max(64)
          .meta({ description: `As status.drift names it, e.g. ${paths[0]}.` }),
      )
      .max(paths.length),
    [
      {
        rule: `self.all(field, field in [${paths.map((field) => `'${field}'`).join(', ')}])`,
        message: `ignoreFields may hold ${paths.join(', ')} only: ${never} is never left to others; remove the rest`,
        holds: (self) => self.every((field) => paths.includes(field)),
      },
    ],
    { description, 'x-kubernetes-list-type': 'atomic' },
  );
}
