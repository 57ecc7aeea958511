// SPDX-License-Identifier: GPL-3.0-or-later
/** The server as it will be once a step is done or an event happened; the same object when it already shows. Pure. */
import { pbsVersion } from '../../../clouds/pbs/node.ts';
import type { Event } from '../../../core/step.ts';
import { rightsNeeded } from './rights.ts';
import { insideOf, type Inside, type ServerSeen } from './seen.ts';
import type { ServerStep } from './steps.ts';
import { mountOf } from './wish.ts';

type Do<Name extends ServerStep['do']> = Extract<ServerStep, { do: Name }>;

function pinned(seen: ServerSeen, { vm, fingerprint }: Do<'PinCertificate'>): ServerSeen {
  const { secret } = seen;
  if (secret.found === 'ours' && secret.vm === vm && secret.fingerprints.includes(fingerprint)) return seen;
  const { shown: _shown, inside: _inside, ...rest } = seen;
  return { ...rest, secret: { found: 'ours', vm, fingerprints: [fingerprint] } };
}

function pinnedNext(seen: ServerSeen, { fingerprint }: Do<'PinNextCertificate'>): ServerSeen {
  const { secret } = seen;
  if (secret.found !== 'ours' || secret.fingerprints.includes(fingerprint)) return seen;
  return { ...seen, secret: { ...secret, fingerprints: [...secret.fingerprints.slice(-1), fingerprint] } };
}

/** What a server is taken for that nobody has seen: as it should be, with a disk that is empty. */
function foreseen({ tokenID, disks }: Do<'MakeOperatorToken'>): Inside {
  const cache = { mounted: [], disks: [{ name: 'sdb', unused: true, bytes: 0 }] };
  return { tokenID, version: pbsVersion('4.1.9'), lacking: rightsNeeded({ disks }), ...(disks ? { cache } : {}) };
}

function withToken(seen: ServerSeen, step: Do<'MakeOperatorToken'>): ServerSeen {
  const { secret } = seen;
  if (secret.found !== 'ours' || insideOf(seen)) return seen;
  return { ...seen, secret: { ...secret, tokenID: step.tokenID }, inside: foreseen(step) };
}

function edited(seen: ServerSeen, edit: (inside: Inside) => Inside): ServerSeen {
  const inside = insideOf(seen);
  if (!inside) return seen;
  const next = edit(inside);
  return next === inside ? seen : { ...seen, inside: next };
}

function granted(seen: ServerSeen, { grants }: Do<'GrantOperator'>): ServerSeen {
  return edited(seen, (inside) => {
    const lacking = inside.lacking.filter(({ path }) => !grants.some((grant) => grant.path === path));
    return lacking.length === inside.lacking.length ? inside : { ...inside, lacking };
  });
}

function mounted(seen: ServerSeen, { name, disk }: Do<'PrepareCacheDisk'>): ServerSeen {
  const path = mountOf({ name });
  return edited(seen, (inside) => {
    const { cache = { mounted: [], disks: [] } } = inside;
    if (cache.mounted.includes(path)) return inside;
    const disks = cache.disks.map((one) => (one.name === disk ? { ...one, unused: false } : one));
    return { ...inside, cache: { mounted: [...cache.mounted, path], disks } };
  });
}

export function afterServerStep(seen: ServerSeen, step: ServerStep): ServerSeen {
  switch (step.do) {
    case 'PinCertificate':
      return pinned(seen, step);
    case 'PinNextCertificate':
      return pinnedNext(seen, step);
    case 'MakeOperatorToken':
      return withToken(seen, step);
    case 'GrantOperator':
      return granted(seen, step);
    case 'RetireRootPassword':
      return seen.rootKept ? { ...seen, rootKept: false } : seen;
    case 'PrepareCacheDisk':
      return mounted(seen, step);
    default:
      return seen.inside === 'Rejected' ? seen : { ...seen, inside: 'Rejected' };
  }
}

/** The disk that is being formatted is the only one that there was. */
export function afterServerEvent(
  seen: ServerSeen,
  event: Event,
  cache: { readonly name: string } | undefined,
): ServerSeen {
  if (event.happens !== 'CacheDiskMounted' || !cache) return seen;
  return edited(seen, (inside) => {
    const path = mountOf(cache);
    if (!inside.cache || inside.cache.mounted.includes(path)) return inside;
    const { making: _over, ...rest } = inside.cache;
    return { ...inside, cache: { ...rest, mounted: [...rest.mounted, path] } };
  });
}
