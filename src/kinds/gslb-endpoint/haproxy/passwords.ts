// SPDX-License-Identifier: GPL-3.0-or-later
/** Passwords that the spec names: read where they are compared or delivered, and never part of what is observed. */
import type { Outside } from '../../outside.ts';
import { secretFiles, wellFormed, type Passwords } from './secret-files.ts';
import type { HaproxyFound } from './found.ts';

const dataKey = 'password';

interface Reach {
  readonly outside: Pick<Outside, 'secrets' | 'learnSecret'>;
  readonly namespace: string;
}

/** With the line end that an editor leaves taken off. */
async function readPassword({ outside, namespace }: Reach, secret: string): Promise<string | undefined> {
  const live = await outside.secrets.read(namespace, secret);
  const password = live?.data.get(dataKey)?.replace(/\r?\n$/, '');
  if (password === undefined || password === '') return undefined;
  outside.learnSecret(password);
  return password;
}

export interface PasswordsRead {
  readonly told: HaproxyFound['passwords'];
  /** The files with them, once all of them are there and well formed. */
  readonly files?: ReadonlyMap<string, string>;
}

export async function readPasswords(reach: Reach, from: Passwords): Promise<PasswordsRead> {
  const told: { -readonly [Of in keyof Passwords]?: 'Here' | 'Absent' | 'Malformed' } = {};
  const values: { -readonly [Of in keyof Passwords]?: string } = {};
  for (const use of ['stats', 'vrrp'] as const) {
    const secret = from[use];
    if (secret === undefined) continue;
    const password = await readPassword(reach, secret);
    const good = password !== undefined && wellFormed[use].test(password);
    told[use] = good ? 'Here' : password === undefined ? 'Absent' : 'Malformed';
    if (good) values[use] = password;
  }
  if (Object.values(told).some((one) => one !== 'Here')) return { told };
  return { told, files: new Map(secretFiles(values).map(({ name, content }) => [name, content])) };
}
