// SPDX-License-Identifier: GPL-3.0-or-later
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** What a reply is made of: an array repeats its element, undefined leaves it out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

export function escapeXml(text: string): string {
  return /[&<>"\r]/.test(text) ? text.replace(/[&<>"\r]/g, (character) => escapes[character] ?? character) : text;
}

export function writeXml(name: string, value: Xml, attributes = ''): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: Xml) => writeXml(name, item)).join('');
  const open = attributes ? `<${name} ${attributes}>` : `<${name}>`;
  if (typeof value !== 'object') return `${open}${escapeXml(String(value))}</${name}>`;
  const inner = Object.entries(value as Record<string, Xml>).map(([child, item]) => writeXml(child, item));
  return `${open}${inner.join('')}</${name}>`;
}

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An element read from a request: text, or children by name, each a list in document order. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  processEntities: true,
});

/** The root element, or undefined when the text is no well-formed XML. Document types are refused: nothing we accept needs entities. */
export function readXml(text: string): XmlElement | undefined {
  if (/<!(DOCTYPE|ENTITY)/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
  const nodes = parser.parse(text) as Record<string, unknown>[];
  return nodes.map(element).find((node) => node !== undefined);
}

function element(node: Record<string, unknown>): XmlElement | undefined {
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name === '#text' || name.startsWith('?')) return undefined;
  const inner = (node[name] ?? []) as Record<string, unknown>[];
  const children = inner.map(element).filter((child) => child !== undefined);
  const text = inner.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('');
  return { name, text: children.length > 0 ? '' : text, children };
}
