// SPDX-License-Identifier: GPL-3.0-or-later
/** What keys and their Secret look like once a step is done. Pure. */
import type { Observed, OurSecret } from './observed.ts';
import { isNextReserved, isReserved } from './plan/reservation.ts';
import type { KeyStep } from './steps.ts';

type Step<Do extends KeyStep['do']> = Extract<KeyStep, { do: Do }>;

function reserved(world: Observed, { besides, supersedes }: Step<'ReserveSecret'>): Observed {
  if (isReserved(world, besides)) return world;
  return {
    ...world,
    secret: { found: 'ours', reserved: { at: world.now, besides, supersedes }, intact: true, describes: false },
  };
}

function nextReserved(world: Observed, { besides }: Step<'ReserveNextKey'>): Observed {
  const { secret, now } = world;
  if (secret.found !== 'ours' || isNextReserved(world, besides)) return world;
  const { refused: _refused, ...rest } = secret;
  return { ...world, secret: { ...rest, pending: { reserved: { at: now, besides }, intact: true } } };
}

function created(world: Observed, { user, besides, place }: Step<'CreateAccessKey'>): Observed {
  const { secret, keys, now } = world;
  if (keys.some((key) => !besides.includes(key.id))) return world;
  const key = place === 'current' ? `<access key of ${user}>` : `<access key of ${user}, the next>`;
  const delivered = { key, at: now };
  const changedTo = (next: OurSecret): Observed => ({
    ...world,
    keys: [...keys, { id: key, createdAt: now, active: true }],
    secret: next,
  });
  if (place === 'pending') {
    if (secret.found !== 'ours') return world;
    const pending = secret.pending ?? { reserved: { at: now, besides }, intact: true };
    return changedTo({ ...secret, pending: { ...pending, delivered, intact: true } });
  }
  const reservation = secret.found === 'ours' ? secret.reserved : { at: now, besides, supersedes: [] };
  return changedTo({ found: 'ours', reserved: reservation, delivered, intact: true, describes: true });
}

function promoted(world: Observed, { key, replaces }: Step<'PromoteAccessKey'>): Observed {
  const { secret, now } = world;
  if (secret.found !== 'ours' || secret.pending?.delivered?.key !== key) return world;
  const { pending, refused: _refused, ...rest } = secret;
  return {
    ...world,
    secret: {
      ...rest,
      reserved: { ...pending.reserved, supersedes: [] },
      delivered: { key, at: now },
      intact: true,
      retiring: replaces,
    },
  };
}

function deactivated(world: Observed, { key, createdAt }: Step<'DeactivateAccessKey'>): Observed {
  const { secret, keys, now } = world;
  const active = keys.some((one) => one.id === key && one.active);
  const at = secret.found === 'ours' && secret.retiring?.key === key ? secret.retiring.deactivatedAt : undefined;
  if (!active && at !== undefined && at <= now) return world;
  return {
    ...world,
    keys: active ? keys.map((one) => (one.id === key ? { ...one, active: false } : one)) : keys,
    secret: secret.found === 'ours' ? { ...secret, retiring: { key, createdAt, deactivatedAt: now } } : secret,
  };
}

export function afterKey(world: Observed, step: KeyStep): Observed {
  const { secret, keys } = world;
  switch (step.do) {
    case 'ReserveSecret':
      return reserved(world, step);
    case 'ReserveNextKey':
      return nextReserved(world, step);
    case 'CreateAccessKey':
      return created(world, step);
    case 'PromoteAccessKey':
      return promoted(world, step);
    case 'DeactivateAccessKey':
      return deactivated(world, step);
    case 'DeleteAccessKey':
      return keys.some(({ id }) => id === step.key)
        ? { ...world, keys: keys.filter(({ id }) => id !== step.key) }
        : world;
    case 'DescribeAccess':
      return secret.found === 'ours' && !secret.describes
        ? { ...world, secret: { ...secret, describes: true } }
        : world;
    case 'RemoveSecret':
      return secret.found === 'absent' ? world : { ...world, secret: { found: 'absent' } };
  }
}
