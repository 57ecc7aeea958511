// SPDX-License-Identifier: GPL-3.0-or-later
/** What a CustomResourceDefinition says, as far as it is read here. */
import type { KubeObject } from '../object.ts';
import type { Schema } from '../schema/structural.ts';

export interface Names {
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: object };
  readonly additionalPrinterColumns?: readonly {
    name: string;
    type: string;
    jsonPath: string;
    description?: string;
    format?: string;
    priority?: number;
  }[];
}

export interface Spec {
  readonly group: string;
  readonly scope: string;
  readonly names: Names;
  readonly versions: readonly Version[];
}

export function specOf(crd: KubeObject): Spec {
  return crd.spec as unknown as Spec;
}
