// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows of it. Pure. */
import type { Facts } from '../../../core/kind.ts';
import { rfc3339 } from '../../../core/time.ts';
import type { SealedFiles } from '../../sealed-files.ts';
import type { HaproxyDesired } from './desired.ts';
import type { HaproxyFound } from './found.ts';
import { planHaproxy } from './plan.ts';

type Condition = NonNullable<Facts['conditions']>[number];

function condition(desired: HaproxyDesired, found: HaproxyFound): Condition {
  const type = 'HaproxyPublished';
  const { hold, steps } = planHaproxy(desired, found);
  if (hold) return { type, status: 'False', reason: hold.reason, message: hold.message };
  if (steps.some((step) => step.effect !== 'delete'))
    return { type, status: 'False', reason: 'Publishing', message: 'The configuration is about to be published' };
  if (found.checkedBy !== undefined)
    return { type, status: 'True', reason: 'Accepted', message: `HAProxy ${found.checkedBy} has accepted it` };
  return {
    type,
    status: 'True',
    reason: 'NotChecked',
    message:
      'There is no haproxy where the operator runs, so nobody has read it yet: run haproxy -c -dW on it before you install it.',
  };
}

/** What is left over is remembered until it is gone: nothing else leads to it. */
function nameOf(kept: SealedFiles, left: string | undefined): string | undefined {
  return left ?? (kept.found === 'ours' ? kept.name : undefined);
}

function fieldsOf({ configMap, secret, checkedBy, left }: HaproxyFound): Facts['fields'] {
  const [name, secretName] = [nameOf(configMap, left.configMap), nameOf(secret, left.secret)];
  if (name === undefined) return {};
  const published =
    configMap.found === 'ours'
      ? { digest: configMap.digest, publishedAt: rfc3339(configMap.deliveredAt) }
      : { digest: '' };
  const check = checkedBy === undefined ? { check: 'NotChecked' } : { check: 'Accepted', checkedBy };
  return {
    haproxy: { configMapName: name, ...(secretName === undefined ? {} : { secretName }), ...published, ...check },
  };
}

export function haproxyFacts(desired: HaproxyDesired | undefined, found: HaproxyFound | undefined): Facts {
  if (!found) return { fields: {} };
  return { fields: fieldsOf(found), conditions: desired ? [condition(desired, found)] : [] };
}
