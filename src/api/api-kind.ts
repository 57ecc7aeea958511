// SPDX-License-Identifier: GPL-3.0-or-later
import type { z } from 'zod';
import { customResourceDefinition } from './crd.ts';
import type { CustomResourceDefinition, KindDefinition } from './crd.ts';
import { group, version } from './shared.ts';

/** What the rest of the program needs to know of a kind's API. */
export interface ApiKind<Spec extends z.ZodType = z.ZodType, Status extends z.ZodType = z.ZodType>
  extends KindDefinition<Spec, Status> {
  readonly group: typeof group;
  readonly version: typeof version;
  /** The manifest that teaches it to an API server. Throws when the schemas are not structural. */
  crd(): CustomResourceDefinition;
}

export function apiKind<Spec extends z.ZodType, Status extends z.ZodType>(
  definition: KindDefinition<Spec, Status>,
): ApiKind<Spec, Status> {
  return { ...definition, group, version, crd: () => customResourceDefinition(definition) };
}
