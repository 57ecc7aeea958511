// SPDX-License-Identifier: GPL-3.0-or-later
/** From a spec to the files. Pure: equal models give equal bytes. */
import { digest } from '../../../core/digest.ts';
import { backend } from './backend.ts';
import { frontends } from './frontends.ts';
import { guide } from './guide.ts';
import { keepalivedFiles } from './keepalived.ts';
import type { HaproxyFile, HaproxyModel, Where } from './model.ts';
import { defaults, global, resolvers } from './settings.ts';

export const configurationFile = 'haproxy.cfg';

/** HAProxy's limit of a line is 2047 bytes, with 64 words (configuration manual, 2.1; MAX_LINE_ARGS). */
const longest = 2047;

/** What the schema lets through is short and printable; this is for the day on which one of its rules has a hole. */
function sound({ name, content }: HaproxyFile): void {
  if (!/^[-._a-zA-Z0-9]+$/.test(name) || /[^\n\x20-\x7e]/.test(content))
    throw new Error('A rendered file holds a character that no configuration needs.');
  if (content.split('\n').some((one) => one.length > longest)) throw new Error('A rendered line is too long.');
}

export function renderConfiguration(model: HaproxyModel, where: Where = { at: 'Home' }): string {
  const lines = [
    `# GslbEndpoint ${model.object}. Written by hybrid-cloud-operator: what is changed here is written over.`,
    ...global(model, where),
    '',
    ...defaults(model),
    ...resolvers(model, where),
    ...frontends(model, where),
    ...backend(model, where),
  ];
  return `${lines.join('\n')}\n`;
}

export interface RenderedHaproxy {
  /** For the ConfigMap: they hold no password. The README is first. */
  readonly files: readonly HaproxyFile[];
  /** Equal exactly when the files are; 16 hex digits. */
  readonly digest: string;
}

export function renderHaproxy(model: HaproxyModel): RenderedHaproxy {
  const files = [
    guide(model),
    { name: configurationFile, content: renderConfiguration(model) },
    ...keepalivedFiles(model),
  ];
  for (const file of files) sound(file);
  return { files, digest: digest(...files.flatMap(({ name, content }) => [name, content])) };
}
