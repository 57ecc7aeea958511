// SPDX-License-Identifier: GPL-3.0-or-later
/** Small readers of the files, which know each format's grammar and nothing of how we write it. */
import type { RenderedGateway } from '../../../../src/kinds/site-vpn/gateway/model.ts';

type Settings = Readonly<Record<string, string>>;
export type Tree = { readonly [key: string]: string | Tree };

export function fileOf({ files }: RenderedGateway, name: string): string {
  const file = files.find((each) => each.name === name);
  if (!file) throw new Error(`no file ${name}, only ${files.map((each) => each.name).join(', ')}`);
  return file.content;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line));
}

/** ipsec.conf: sections begin in the first column, their settings are indented. */
export function readIpsec(text: string): ReadonlyMap<string, Settings> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> = {};
  for (const line of linesOf(text)) {
    if (/^\S/.test(line)) sections.set(line.trim(), (current = {}));
    else {
      const [, name = '', value = ''] = /^\s+([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (name in current) throw new Error(`${name} twice`);
      current[name] = value;
    }
  }
  return sections;
}

/** ipsec.secrets: ids, a colon, the kind, a quoted key. */
export function readSecrets(text: string): { ids: string[]; key: string }[] {
  return linesOf(text).map((line) => {
    const [, ids, key] = /^(.*?)\s+:\s+PSK\s+"([^"]*)"$/.exec(line) ?? [];
    if (ids === undefined || key === undefined) throw new Error(`no secret: ${line}`);
    return { ids: ids.split(/\s+/), key };
  });
}

/** strongswan.conf's grammar: `name {`, `name = value`, `}`. */
export function readStrongSwan(text: string): Tree {
  const root: Record<string, string | Tree> = {};
  const open: Record<string, string | Tree>[] = [root];
  for (const line of linesOf(text)) {
    const top = open.at(-1);
    if (!top) throw new Error('closed too often');
    const [, section] = /^\s*(\S+) \{$/.exec(line) ?? [];
    const [, name, value] = /^\s*(\S+) = (.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      const inner = {};
      top[section] = inner;
      open.push(inner);
    } else if (name !== undefined && value !== undefined) top[name] = value;
    else if (line.trim() === '}') open.pop();
    else throw new Error(`neither section nor setting: ${line}`);
  }
  if (open.length !== 1) throw new Error('not closed');
  return root;
}

/** A Markdown file's tables: rows by their section (empty before the first). */
export function readTables(text: string): ReadonlyMap<string, Settings> {
  const sections = new Map<string, Record<string, string>>([['', {}]]);
  let section = '';
  for (const line of text.split('\n')) {
    const [, heading] = /^## (.*)$/.exec(line) ?? [];
    if (heading !== undefined) sections.set((section = heading), {});
    const [, name, value] = /^\| ([^|]*) \| ([^|]*) \|$/.exec(line) ?? [];
    const rows = sections.get(section);
    if (rows && name !== undefined && value !== undefined && name !== 'setting') rows[name] = value;
  }
  return sections;
}
