// SPDX-License-Identifier: GPL-3.0-or-later
/** What an OPNsense answers, as far as we look. */
import { z } from 'zod';

/** Of a search. Lists of other versions have fewer fields, and words in place of values: only what is plain text in all of them is used. */
export const rowsSchema = z.object({
  rows: z.array(
    z.object({
      uuid: z.string().optional(),
      description: z.string().optional(),
      descr: z.string().optional(),
      // of pre-shared keys
      ident: z.string().optional(),
      remote_ident: z.string().optional(),
      // of VTIs
      reqid: z.union([z.string(), z.number()]).optional(),
      // of gateways
      name: z.string().optional(),
      // of routes
      network: z.string().optional(),
      gateway: z.unknown().optional(),
      enabled: z.unknown().optional(),
      disabled: z.unknown().optional(),
    }),
  ),
});

export type Row = z.output<typeof rowsSchema>['rows'][number];

export const enabledSchema = z.object({ enabled: z.boolean() });

export const resultSchema = z.object({
  result: z.string().optional(),
  status: z.string().optional(),
  validations: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
});

/** Of errors that are no validations (www/api.php). */
export const errorSchema = z.object({ errorMessage: z.string().optional(), message: z.string().optional() });

const optionsSchema = z.record(z.string(), z.object({ selected: z.union([z.number(), z.string(), z.boolean()]) }));

/** A field is its value, or, where the model has a list to choose from, that list with what is chosen (BaseListField.php). */
function valueOf(field: unknown): string {
  if (typeof field === 'string') return field;
  if (typeof field === 'number') return String(field);
  const options = optionsSchema.safeParse(field);
  if (!options.success) return '';
  return Object.entries(options.data)
    .filter(([, { selected }]) => Number(selected) === 1)
    .map(([name]) => name)
    .toSorted()
    .join(',');
}

/** The fields of one record; `undefined` when there is none (an empty list). */
export function fieldsOf(answer: unknown, envelope: string): Readonly<Record<string, string>> | undefined {
  const parsed = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(answer);
  const fields = parsed.success ? parsed.data[envelope] : undefined;
  return fields && Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)]));
}
