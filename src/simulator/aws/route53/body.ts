// SPDX-License-Identifier: GPL-3.0-or-later
/** Reads request bodies: every list is an element that wraps its items (Smithy specification, "AWS restXml protocol"). */
import { AwsError } from '../errors.ts';
import type { Fields, Members, Shape, Value } from '../protocol/model.ts';
import { violations } from '../protocol/validate.ts';
import { readXml, type XmlElement } from '../protocol/xml.ts';

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

/** @throws {AwsError} InvalidInput: no XML, or an element that the operation does not take. */
export function readBody(body: Uint8Array, root: string, members: Members): Fields {
  const element = readXml(new TextDecoder().decode(body));
  if (element?.name !== root) throw invalidInput('Invalid XML ; the document is not well-formed or has another root');
  return structure(element, members);
}

/** @throws {AwsError} InvalidInput, in the words that AWS's services share. */
export function checkModel(fields: Fields, members: Members): void {
  const found = violations(fields, members);
  if (found.length === 0) return;
  const count = `${found.length} validation error${found.length > 1 ? 's' : ''} detected`;
  throw invalidInput(`${count}: ${found.join('; ')}`);
}

function structure(element: XmlElement, members: Members): Fields {
  const fields: Record<string, Value> = {};
  for (const child of element.children) {
    const shape = Object.hasOwn(members, child.name) ? members[child.name] : undefined;
    // the words of the XML schema's own validation, which Route 53 passes on (for example in kubernetes-sigs/external-dns#1147)
    if (!shape || fields[child.name] !== undefined)
      throw invalidInput(
        `Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with element '${child.name}'`,
      );
    fields[child.name] = read(child, shape);
  }
  return fields;
}

function read(element: XmlElement, shape: Shape): Value {
  if (shape.is === 'structure') return structure(element, shape.members);
  if (shape.is === 'list') return element.children.map((child) => read(child, shape.of));
  return shape.is === 'text' ? element.text : element.text.trim();
}

export function part(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function count(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'string' ? Number(value) : undefined;
}
