// SPDX-License-Identifier: GPL-3.0-or-later
/** Reads an XML request body by its model. Lists are repeated elements, as S3 writes nearly all of its own. */
import type { Fields, Members, Shape, Value } from './model.ts';
import { violations } from './validate.ts';
import { readXml, type XmlElement } from './xml.ts';

/** undefined: not well-formed, or not as the model says. */
export function readXmlFields(body: Uint8Array, root: string, members: Members): Fields | undefined {
  const element = readXml(new TextDecoder().decode(body));
  if (element?.name !== root) return undefined;
  const fields = structure(element, members);
  return fields && violations(fields, members).length === 0 ? fields : undefined;
}

function structure(element: XmlElement, members: Members): Fields | undefined {
  const fields: Record<string, Value> = {};
  for (const child of element.children) {
    const shape = Object.hasOwn(members, child.name) ? members[child.name] : undefined;
    const value = shape && read(child, shape.is === 'list' ? shape.of : shape);
    if (!shape || value === undefined) return undefined;
    const before = fields[child.name];
    if (before !== undefined && shape.is !== 'list') return undefined;
    fields[child.name] = shape.is === 'list' ? [...((before ?? []) as Value[]), value] : value;
  }
  return fields;
}

function read(element: XmlElement, shape: Shape): Value | undefined {
  if (shape.is === 'structure') return structure(element, shape.members);
  if (element.children.length > 0) return undefined;
  return shape.is === 'text' ? element.text : element.text.trim();
}
