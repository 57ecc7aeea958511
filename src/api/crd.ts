// SPDX-License-Identifier: GPL-3.0-or-later
/** From a kind's zod schemas to its CustomResourceDefinition (apiextensions.k8s.io/v1). */
import { z } from 'zod';
import { category, group, version } from './shared.ts';
import { assertStructural } from './structural.ts';
import type { Schema } from './structural.ts';

interface Column {
  readonly name: string;
  /** `date` shows an age. */
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  /** 0 (default): always shown. 1: with `-o wide` only. */
  readonly priority?: number;
}

export interface KindDefinition<Spec extends z.ZodType = z.ZodType, Status extends z.ZodType = z.ZodType> {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly specSchema: Spec;
  readonly statusSchema: Status;
  /** Between SYNCED and AGE. */
  readonly columns: readonly Column[];
  /** After AGE, with `-o wide` only. */
  readonly wideColumns: readonly Column[];
}

export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced';
    readonly names: {
      readonly kind: string;
      readonly listKind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames: readonly string[];
      readonly categories: readonly string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly served: true;
      readonly storage: true;
      readonly schema: { readonly openAPIV3Schema: Schema };
      readonly subresources: { readonly status: object };
      readonly additionalPrinterColumns: readonly Column[];
    }[];
  };
}

/**
 * What an object reads until its first status: no generation was observed. kstatus takes an object without a status for Current, and one
 * whose observed generation is another than its own for InProgress (sigs.k8s.io/cli-utils, pkg/kstatus; Flux defaults its kinds so since
 * helm-controller#294). Defaults are filled in at every read, also of what was stored without them.
 */
const untold = { observedGeneration: -1 };

export function customResourceDefinition(kind: KindDefinition): CustomResourceDefinition {
  const schema: Schema = {
    type: 'object',
    description: kind.description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: `${group}/${version}` },
      kind: { type: 'string', description: kind.kind },
      metadata: { type: 'object' },
      spec: toSchema(kind.specSchema),
      status: { ...toSchema(kind.statusSchema), default: untold },
    },
  };
  assertStructural(schema, kind.kind);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: kind.shortNames,
        categories: [category],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
          additionalPrinterColumns: columns(kind),
        },
      ],
    },
  };
}

/** The schema of what a user writes (`io: 'input'`): a field with a default is not required. */
export function toSchema(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as Schema;
}

function columns(kind: KindDefinition): Column[] {
  const condition = (type: string, field: string) => `.status.conditions[?(@.type=="${type}")].${field}`;
  const wide: Column[] = [
    ...kind.wideColumns,
    { name: 'Message', type: 'string', jsonPath: condition('Ready', 'message'), description: 'What is happening now.' },
  ];
  return [
    { name: 'Ready', type: 'string', jsonPath: condition('Ready', 'status'), description: 'Works now.' },
    { name: 'Synced', type: 'string', jsonPath: condition('Synced', 'status'), description: 'The spec is applied.' },
    {
      name: 'Reason',
      type: 'string',
      jsonPath: condition('Ready', 'reason'),
      description: 'Why it is ready or not, or that it is paused.',
    },
    ...kind.columns,
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
    ...wide.map((column) => ({ ...column, priority: 1 })),
  ];
}
