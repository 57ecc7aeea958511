// SPDX-License-Identifier: GPL-3.0-or-later
/** What there is once a step is done; the same object when it already shows. Pure. */
import type { SealedFiles } from '../../sealed-files.ts';
import type { HaproxyFound } from './found.ts';
import type { HaproxyStep } from './steps.ts';

function withoutConfiguration(found: HaproxyFound, name: string): HaproxyFound {
  const { checkedBy: _, ...rest } = found;
  if (found.configMap.found === 'ours' && found.configMap.name === name)
    return { ...rest, configMap: { found: 'absent' } };
  const { configMap: gone, ...left } = found.left;
  return gone === name ? { ...found, left } : found;
}

function withoutPasswords(found: HaproxyFound, name: string): HaproxyFound {
  if (found.secret.found === 'ours' && found.secret.name === name)
    return { ...found, secret: { found: 'absent' }, holdsPasswords: false };
  const { secret: gone, ...left } = found.left;
  return gone === name ? { ...found, left } : found;
}

type Publish = Extract<HaproxyStep, { digest: string }>;

function isThere(kept: SealedFiles, name: string, { digest }: Publish): boolean {
  return kept.found === 'ours' && kept.name === name && kept.digest === digest && kept.intact;
}

function written(found: HaproxyFound, name: string, { digest }: Publish): SealedFiles {
  return { found: 'ours', name, digest, deliveredAt: found.now, intact: true };
}

function withConfiguration(
  found: HaproxyFound,
  step: Extract<HaproxyStep, { do: 'PublishHaproxyConfiguration' }>,
): HaproxyFound {
  const { checkedBy, ...rest } = found;
  if (isThere(found.configMap, step.configMap, step) && checkedBy === step.checkedBy) return found;
  const by = step.checkedBy === undefined ? {} : { checkedBy: step.checkedBy };
  return { ...rest, configMap: written(found, step.configMap, step), ...by };
}

export function afterHaproxy(found: HaproxyFound, step: HaproxyStep): HaproxyFound {
  switch (step.do) {
    case 'RemoveHaproxyConfiguration':
      return withoutConfiguration(found, step.configMap);
    case 'RemoveHaproxyPasswords':
      return withoutPasswords(found, step.secret);
    case 'PublishHaproxyConfiguration':
      return withConfiguration(found, step);
    case 'PublishHaproxyPasswords':
      return isThere(found.secret, step.secret, step) && found.holdsPasswords
        ? found
        : { ...found, secret: written(found, step.secret, step), holdsPasswords: true };
  }
}
