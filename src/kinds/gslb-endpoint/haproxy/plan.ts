// SPDX-License-Identifier: GPL-3.0-or-later
/** What is published, once HAProxy has accepted it: until then the last good one stays. Pure. */
import type { Hold } from '../../../core/plan.ts';
import type { HaproxyDesired, SecretDesired } from './desired.ts';
import type { HaproxyFound } from './found.ts';
import type { HaproxyStep } from './steps.ts';

export interface HaproxyPart {
  readonly steps: readonly HaproxyStep[];
  readonly hold?: Hold;
}

function blocked(reason: string, message: string, by: { readonly kind: string; readonly id: string }): Hold {
  return { why: 'Blocked', reason, message, blockedBy: [{ ...by, why: reason }] };
}

function foreignHold({ configMap, secret }: HaproxyFound): Hold | undefined {
  const message = (what: string, field: string) =>
    `${what} of haproxy.${field} exists and was not made by this object; it was not changed. Delete it, or take haproxy out of the spec and put it in again with another name there.`;
  if (configMap.found === 'foreign')
    return blocked('ConfigMapNotOurs', message(`ConfigMap ${configMap.name}`, 'configMapName'), {
      kind: 'ConfigMap',
      id: configMap.name,
    });
  if (secret.found === 'foreign')
    return blocked('SecretNotOurs', message(`Secret ${secret.name}`, 'secretRef'), { kind: 'Secret', id: secret.name });
  return undefined;
}

const rules = {
  stats: { field: 'haproxy.stats.passwordSecretRef', rule: '8 to 128 printable ASCII characters' },
  vrrp: { field: 'haproxy.keepalived.passwordSecretRef', rule: '1 to 8 letters and digits' },
} as const;

function passwordHold({ passwords }: HaproxyFound, wanted: SecretDesired | undefined): Hold | undefined {
  for (const use of ['stats', 'vrrp'] as const) {
    const [found, id] = [passwords[use], wanted?.from[use]];
    if (id === undefined || found === 'Here') continue;
    const { field, rule } = rules[use];
    const what = found === 'Malformed' ? 'has another password than that' : 'does not exist, or lacks the key';
    return blocked(
      'HaproxyPasswordMissing',
      `Secret ${id} (${field}) ${what}: create it in this namespace with the key password, ${rule}.`,
      { kind: 'Secret', id },
    );
  }
  return undefined;
}

function refusalHold({ verdict, configMap }: HaproxyFound): Hold | undefined {
  if (verdict?.verdict !== 'Refused') return undefined;
  const stays = configMap.found === 'ours' ? 'the one that was published before stays' : 'nothing was published';
  return blocked(
    'HaproxyRefused',
    `HAProxy ${verdict.by} refuses the configuration, and ${stays}: ${verdict.complaint}. Change what it names in spec.haproxy.`,
    { kind: 'HAProxy', id: verdict.by },
  );
}

/** Nothing is published that nobody could read who might have refused it. */
function silenceHold({ verdict }: HaproxyFound): Hold | undefined {
  if (verdict?.verdict !== 'Silent') return undefined;
  return { why: 'Waiting', reason: 'HaproxyCheckSilent', message: verdict.message, lookAgainAfterMs: 60_000 };
}

function leftOver({ left }: HaproxyFound): readonly HaproxyStep[] {
  const { configMap, secret } = left;
  return [
    ...(configMap === undefined ? [] : [removeConfiguration(configMap)]),
    ...(secret === undefined ? [] : [removePasswords(secret)]),
  ];
}

function removeConfiguration(configMap: string): HaproxyStep {
  return { do: 'RemoveHaproxyConfiguration', effect: 'delete', target: `config map ${configMap}`, configMap };
}

function removePasswords(secret: string): HaproxyStep {
  return { do: 'RemoveHaproxyPasswords', effect: 'delete', target: `secret ${secret}`, secret };
}

function publishedAs(kept: HaproxyFound['secret']) {
  return kept.found === 'ours' ? ({ effect: 'update' } as const) : ({ effect: 'create', named: true } as const);
}

function passwordSteps({ secret }: HaproxyDesired, found: HaproxyFound): readonly HaproxyStep[] {
  const { secret: kept, holdsPasswords } = found;
  if (!secret || (kept.found === 'ours' && kept.intact && holdsPasswords)) return [];
  const { name, from, digest } = secret;
  const target = `secret ${name}`;
  return [{ do: 'PublishHaproxyPasswords', ...publishedAs(kept), target, secret: name, from, digest }];
}

function configurationSteps({ configMap, digest }: HaproxyDesired, found: HaproxyFound): readonly HaproxyStep[] {
  const { configMap: kept, verdict } = found;
  const by = verdict?.verdict === 'Accepted' ? { checkedBy: verdict.by } : {};
  // what was published unchecked is checked as soon as there is somebody who can; by a newer version it is not told anew
  const toldOf = by.checkedBy === undefined || found.checkedBy !== undefined;
  if (kept.found === 'ours' && kept.digest === digest && kept.intact && toldOf) return [];
  const target = `config map ${configMap}`;
  return [{ do: 'PublishHaproxyConfiguration', ...publishedAs(kept), target, configMap, digest, ...by }];
}

/** The passwords first: the rest names their files. */
function publishing(desired: HaproxyDesired, found: HaproxyFound): readonly HaproxyStep[] {
  return [...passwordSteps(desired, found), ...configurationSteps(desired, found)];
}

/**
 * @param desired `undefined`: none is wanted, or no more.
 * @param found `undefined`: there is none, and never was.
 */
export function planHaproxy(desired: HaproxyDesired | undefined, found: HaproxyFound | undefined): HaproxyPart {
  if (!found) return { steps: [] };
  const left = leftOver(found);
  if (!desired) return { steps: left };
  const hold = foreignHold(found) ?? passwordHold(found, desired.secret) ?? refusalHold(found);
  if (hold) return { steps: left, hold };
  const steps = publishing(desired, found);
  const silent = steps.length > 0 ? silenceHold(found) : undefined;
  return silent ? { steps: left, hold: silent } : { steps: [...steps, ...left] };
}

/** Deletion: what this object made goes, wherever the spec has it. */
export function absentHaproxy(found: HaproxyFound | undefined): HaproxyPart {
  if (!found) return { steps: [] };
  const { configMap, secret } = found;
  return {
    steps: [
      ...(configMap.found === 'ours' ? [removeConfiguration(configMap.name)] : []),
      ...(secret.found === 'ours' ? [removePasswords(secret.name)] : []),
      ...leftOver(found),
    ],
  };
}
