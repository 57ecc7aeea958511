// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Every page that people are meant to read, from the root. */
export function pages(): string[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = ['docs', 'src', 'test', 'deploy', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  return [...top, ...below].sort();
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The text without what stands in code. */
export function prose(markdown: string): string {
  return markdown.replace(/^ *```[\s\S]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Where its links lead: `target` as written, without its anchor; `anchor` without `#`. */
export function links(markdown: string): { readonly target: string; readonly anchor: string }[] {
  return [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => {
    const [target = '', anchor = ''] = link.split('#');
    return { target, anchor };
  });
}

/** The anchors of its headings, as GitHub makes them. */
export function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The lines of its shell blocks. */
export function commands(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)];
  return blocks.flatMap(([, code = '']) => code.split('\n').map((line) => line.trim())).filter(Boolean);
}

/** The manifests of its YAML blocks. */
export function manifests(markdown: string): string[] {
  return [...markdown.matchAll(/^ *```yaml\n([\s\S]*?)^ *```$/gm)].map(([, code = '']) => code);
}

/** The text of all sources in these folders. */
export function sourcesOf(folders: readonly string[]): string {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  return paths.map(read).join('\n');
}
