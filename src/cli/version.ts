// SPDX-License-Identifier: GPL-3.0-or-later
import description from '../../package.json' with { type: 'json' };
import { kinds } from '../api/kinds.ts';
import { exitStatus } from './command/exit-status.ts';
import type { Call } from './command/verb.ts';

export async function printVersion({ given }: Call): Promise<number> {
  const { version } = description;
  const api = kinds.map(({ group, version: served, kind }) => ({ group, version: served, kind }));
  const shape = { version, node: process.versions.node, kinds: api };
  console.log(given.values['output'] === 'json' ? JSON.stringify(shape) : version);
  return Promise.resolve(exitStatus.done);
}
