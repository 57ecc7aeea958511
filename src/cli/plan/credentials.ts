// SPDX-License-Identifier: GPL-3.0-or-later
/** AWS credentials of the person who plans: variables, or a profile with keys in it. The operator itself reads no profiles. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../clouds/aws/clients.ts';
import { UsageError } from '../../operator/configuration.ts';
import type { Env } from '../command/verb.ts';
import { CommandError } from '../command/exit-status.ts';
import { suggestion } from '../command/nearest.ts';
import { printable } from '../command/printable.ts';

export interface UserCredentials {
  readonly credentials: Credentials;
  /** For people: `the variables AWS_ACCESS_KEY_ID …`. */
  readonly from: string;
}

function complete(
  id: string | undefined,
  secret: string | undefined,
  token: string | undefined,
): Credentials | undefined {
  if (!id || !secret) return undefined;
  return { accessKeyID: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
}

export function fromVariables(env: Env): UserCredentials | undefined {
  const credentials = complete(env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']);
  return credentials && { credentials, from: 'AWS_ACCESS_KEY_ID' };
}

/** Sections of an INI file, as the AWS CLI User Guide, "Configuration and credential file settings", describes them. */
export function sectionsIn(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line)?.[1];
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map();
      sections.set(heading, section);
    }
    const [, name, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) section?.set(name, value);
  }
  return sections;
}

async function fromProfile(name: string, env: Env): Promise<UserCredentials> {
  const home = env['HOME'] ?? homedir();
  const files = [
    env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(home, '.aws', 'credentials'),
    env['AWS_CONFIG_FILE'] ?? join(home, '.aws', 'config'),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const all = texts.map(sectionsIn);
  const known = [...new Set(all.flatMap((sections) => [...sections.keys()]))];
  const shown = printable(name);
  if (!known.includes(name))
    throw new CommandError(
      `there is no profile ${shown}${suggestion(name, known)} in ${files.join(' or ')}: give another --credentials profile=NAME`,
    );
  const value = (key: string) => all.map((sections) => sections.get(name)?.get(key)).find(Boolean);
  const credentials = complete(value('aws_access_key_id'), value('aws_secret_access_key'), value('aws_session_token'));
  if (credentials) return { credentials, from: `profile ${shown}` };
  const cure = `eval "$(aws configure export-credentials --profile ${shown} --format env)"`;
  throw new CommandError(
    `profile ${shown} holds no keys (it logs in another way): run ${cure}, then give --credentials env`,
  );
}

/** @param choice `env`, `profile`, `profile=NAME`, or nothing. @throws CommandError or UsageError in one line. */
export async function userCredentials(choice: string | undefined, env: Env): Promise<UserCredentials | undefined> {
  if (choice === undefined) return undefined;
  const [source = '', ...rest] = choice.split('=');
  if (source === 'profile') return fromProfile(rest.join('=') || env['AWS_PROFILE'] || 'default', env);
  if (choice !== 'env')
    throw new UsageError(`--credentials is "${printable(choice)}": give env, profile, or profile=NAME`);
  const found = fromVariables(env);
  if (!found)
    throw new CommandError(
      'no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --credentials profile=NAME',
    );
  return found;
}
