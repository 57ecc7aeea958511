// SPDX-License-Identifier: GPL-3.0-or-later
/** `local-lvm:50,discard=on,ssd=1`: one value with a name that need not be written, and options (PVE::JSONSchema::parse_property_string). */
export interface PropertyString {
  /** What stands without a name. */
  readonly first?: string;
  readonly options: Readonly<Record<string, string>>;
}

export function parsePropertyString(text: string): PropertyString {
  const options: Record<string, string> = {};
  let first: string | undefined;
  for (const part of text.split(',')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    if (at < 0) first ??= part;
    else options[part.slice(0, at)] = part.slice(at + 1);
  }
  return { ...(first === undefined ? {} : { first }), options };
}

const unsafe = /[,\p{Cc}]/u;

/** @throws RangeError where a value could be read as two: nothing that a user writes may become an option of its own. */
export function propertyString({ first, options }: PropertyString): string {
  const parts = Object.entries(options).map(([name, value]) => {
    if (unsafe.test(value)) throw new RangeError(`${name} cannot hold a comma or a line's end`);
    return `${name}=${value}`;
  });
  if (first === undefined) return parts.join(',');
  if (unsafe.test(first) || first.includes('='))
    throw new RangeError('the first value cannot hold a comma, "=" or a line\'s end');
  return [first, ...parts].join(',');
}
