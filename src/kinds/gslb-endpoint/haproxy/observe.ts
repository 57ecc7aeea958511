// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../../../core/failure.ts';
import type { ConfigMap } from '../../../core/objects.ts';
import type { Outside } from '../../outside.ts';
import { readSealed } from '../../sealed-files.ts';
import { checkedByOf } from './config-map.ts';
import { haproxyDesired, type HaproxyDesired, type HaproxySource } from './desired.ts';
import type { HaproxyFound, VerdictFound } from './found.ts';
import { readPasswords } from './passwords.ts';
import { renderConfiguration } from './render.ts';
import { secretFiles } from './secret-files.ts';

/** What a look at it reaches. */
export interface HaproxyReach {
  readonly outside: Outside;
  readonly owner: { readonly uid: string };
}

/** What the last status remembers: `status.haproxy`. */
export interface HaproxyLast {
  readonly haproxy?: { readonly configMapName: string; readonly secretName?: string | undefined } | undefined;
}

/** With other passwords, as what is checked is written to a file for a moment. */
async function ask({ outside }: HaproxyReach, { model, secret }: HaproxyDesired): Promise<VerdictFound> {
  if (!outside.haproxy) return { verdict: 'NotChecked' };
  const users = secret?.from.stats === undefined ? [] : secretFiles({ stats: 'of-nobody' });
  const write = (certificatePath: string) => renderConfiguration(model, { at: 'Check', certificatePath });
  try {
    return await outside.haproxy.check(
      write,
      users.map(({ content }) => content),
    );
  } catch (error) {
    // the name and its health checks do not wait for a program that hangs
    if (error instanceof Failure) return { verdict: 'Silent', message: error.message };
    throw error;
  }
}

function sameFiles(have: ReadonlyMap<string, string> | undefined, want: ReadonlyMap<string, string> | undefined) {
  return (
    have !== undefined && want?.size === have.size && [...want].every(([name, content]) => have.get(name) === content)
  );
}

async function configMapOf({ outside }: HaproxyReach, namespace: string, name: string | undefined) {
  return name === undefined ? undefined : outside.configMaps.read(namespace, name);
}

async function secretOf({ outside }: HaproxyReach, namespace: string, name: string | undefined) {
  return name === undefined ? undefined : outside.secrets.read(namespace, name);
}

/** What the status remembers and the spec does not name any more. */
async function leftOver(
  reach: HaproxyReach,
  { namespace, last }: { readonly namespace: string; readonly last: HaproxyLast },
  desired: HaproxyDesired | undefined,
): Promise<HaproxyFound['left']> {
  const { configMapName, secretName } = last.haproxy ?? {};
  const ours = (kept: ConfigMap | undefined) => readSealed(kept, reach.owner.uid).found === 'ours';
  const configMap = configMapName === desired?.configMap ? undefined : configMapName;
  const secret = secretName === desired?.secret?.name ? undefined : secretName;
  return {
    ...(configMap !== undefined && ours(await configMapOf(reach, namespace, configMap)) ? { configMap } : {}),
    ...(secret !== undefined && ours(await secretOf(reach, namespace, secret)) ? { secret } : {}),
  };
}

async function look(
  reach: HaproxyReach,
  namespace: string,
  desired: HaproxyDesired | undefined,
): Promise<Omit<HaproxyFound, 'now' | 'left'>> {
  const { outside, owner } = reach;
  const wanted = desired?.secret;
  const configMap = await configMapOf(reach, namespace, desired?.configMap);
  const secret = await secretOf(reach, namespace, wanted?.name);
  const passwords = await readPasswords({ outside, namespace }, wanted?.from ?? {});
  const checkedBy = configMap && checkedByOf(configMap);
  return {
    configMap: readSealed(configMap, owner.uid),
    ...(checkedBy === undefined ? {} : { checkedBy }),
    secret: readSealed(secret, owner.uid),
    holdsPasswords: sameFiles(secret?.data, passwords.files),
    passwords: passwords.told,
  };
}

/** Reads only. `undefined`: none is wanted, and none was published. */
export async function observeHaproxy(
  reach: HaproxyReach,
  source: HaproxySource & { readonly last: HaproxyLast },
): Promise<HaproxyFound | undefined> {
  const desired = haproxyDesired(source);
  if (!desired && !source.last.haproxy) return undefined;
  return {
    now: reach.outside.clock.now(),
    ...(await look(reach, source.namespace, desired)),
    left: await leftOver(reach, source, desired),
    ...(desired ? { verdict: await ask(reach, desired) } : {}),
  };
}
