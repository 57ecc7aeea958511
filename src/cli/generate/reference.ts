// SPDX-License-Identifier: GPL-3.0-or-later
import type { ApiKind } from '../../api/api-kind.ts';
import { toSchema } from '../../api/crd.ts';
import { kinds } from '../../api/kinds.ts';
import type { Schema } from '../../api/structural.ts';
import type { Produced } from './produced.ts';

/** One page a kind: every field with its type, limits, default and rules. */
export function reference(): Produced[] {
  return kinds.map((kind) => ({
    path: `docs/reference/${kind.kind.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}.md`,
    content: page(kind),
  }));
}

function page(kind: ApiKind): string {
  const columns = kind.crd().spec.versions[0]?.additionalPrinterColumns ?? [];
  const names = columns.filter((column) => !column.priority).map((column) => column.name.toUpperCase());
  const wide = columns.filter((column) => column.priority).map((column) => column.name.toUpperCase());
  return `<!-- Generated from src/api by "npm run generate"; do not edit. -->
# ${kind.kind}

${kind.description}

| | |
|---|---|
| apiVersion | \`${kind.group}/${kind.version}\` |
| kind | \`${kind.kind}\`, namespaced |
| for kubectl | \`${kind.plural}\`, \`${kind.singular}\`, ${kind.shortNames.map((name) => `\`${name}\``).join(', ')}; among others with \`kubectl get hybrid\` |
| columns | ${names.join(', ')} |
| with \`-o wide\` | ${wide.join(', ')} |

## spec

${fields(toSchema(kind.specSchema), 'spec')}

## status

${fields(toSchema(kind.statusSchema), 'status')}
`;
}

function fields(schema: Schema, path: string): string {
  return [
    '| field | type | default | meaning |',
    '|---|---|---|---|',
    ...rows(schema, path),
    ...ruleLists(schema, path),
  ].join('\n');
}

function rows(schema: Schema, path: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const at = `${path}.${name}`;
    const required = schema.required?.includes(name) ? ', required' : '';
    const inner = part.items ? rows(part.items, `${at}[]`) : rows(part, at);
    return [
      `| \`${at}\` | ${typeOf(part)}${required} | ${defaultOf(part)} | ${cell(part.description ?? '')} |`,
      ...inner,
    ];
  });
}

function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (schema.items) return `list of up to ${schema.maxItems}`;
  if (schema.additionalProperties) return `map of up to ${schema.maxProperties}`;
  if (schema.type === 'integer' && (schema.maximum ?? 0) < Number.MAX_SAFE_INTEGER)
    return `integer, ${schema.minimum} to ${schema.maximum}`;
  return schema.type ?? '';
}

function defaultOf(schema: Schema): string {
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
}

function ruleLists(schema: Schema, path: string): string[] {
  const messages = rulesOf(schema);
  return messages.length === 0
    ? []
    : [
        '',
        `Rules of \`${path}\`, as the API server says them:`,
        '',
        ...messages.map((message) => `- ${cell(message)}`),
      ];
}

function rulesOf(schema: Schema): string[] {
  return [
    ...(schema['x-kubernetes-validations'] ?? []).map(({ message }) => message),
    ...Object.values(schema.properties ?? {}).flatMap(rulesOf),
    ...(schema.items ? rulesOf(schema.items) : []),
  ];
}

/** Characters that Markdown would take for a table, a tag or emphasis. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('*', '\\*')
    .replaceAll('_', '\\_')
    .replaceAll('${', '$\\{');
}
