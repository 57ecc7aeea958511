// SPDX-License-Identifier: GPL-3.0-or-later
/** `local-lvm:50,discard=on`: comma-separated properties, one of them without its name (PVE::JSONSchema, parse_property_string). */
import type { Properties, Schema } from './endpoint.ts';

/** What stands there, aliases resolved; or what is wrong with it. */
export type Parsed = { readonly values: Readonly<Record<string, string>> } | { readonly wrong: string };

/** `virtio=BC:24:11:…`: a property that says two things, its own name being the value of another. */
function assign(
  values: Record<string, string>,
  properties: Properties,
  [name, value]: readonly [string, string],
): void {
  const schema = properties[name];
  if (schema?.keyAlias !== undefined) values[schema.keyAlias] = name;
  values[schema?.alias ?? name] = value;
}

function defaultKeyOf(properties: Properties): string | undefined {
  return Object.entries(properties).find(([, schema]: readonly [string, Schema]) => Boolean(schema.default_key))?.[0];
}

export function parsePropertyString(text: string, properties: Properties, defaultKey?: string): Parsed {
  const values: Record<string, string> = {};
  const unnamed = defaultKey ?? defaultKeyOf(properties);
  for (const part of text.split(',')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals < 0 ? unnamed : part.slice(0, equals);
    if (name === undefined || (equals < 0 && values[name] !== undefined))
      return { wrong: `value without key, but schema does not define a default key` };
    if (values[properties[name]?.alias ?? name] !== undefined)
      return { wrong: `duplicate key in comma-separated list property: ${name}` };
    if (!Object.hasOwn(properties, name))
      return {
        wrong: `format error\n${name}: property is not defined in schema and the schema does not allow additional properties`,
      };
    assign(values, properties, [name, part.slice(equals + 1)]);
  }
  return { values };
}

/** The other way round, the unnamed one first. */
export function printPropertyString(values: Readonly<Record<string, string | undefined>>, unnamed?: string): string {
  const first = unnamed === undefined ? undefined : values[unnamed];
  const rest = Object.entries(values).filter(([name, value]) => name !== unnamed && value !== undefined);
  return [...(first === undefined ? [] : [first]), ...rest.map(([name, value]) => `${name}=${value}`)].join(',');
}
