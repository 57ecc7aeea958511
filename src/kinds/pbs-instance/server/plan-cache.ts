// SPDX-License-Identifier: GPL-3.0-or-later
/** The second disk of a VM that we made, as a directory for the cache of the datastore. Pure. */
import { blocked, held, type ServerPart } from './part.ts';
import type { CacheDisk, Inside } from './seen.ts';
import type { ServerStep } from './steps.ts';
import { mountOf, type MadeServer } from './wish.ts';

/** After a failure that may pass. */
const againMs = 10 * 60_000;
const pollMs = 3000;

function makingHold(url: string, { making }: CacheDisk, now: number): ServerPart | undefined {
  if (making?.is === 'Running')
    return held({
      why: 'Waiting',
      reason: 'CacheDiskFormatting',
      message: `The cache disk of ${url} is being formatted`,
      until: { happens: 'CacheDiskMounted', id: url },
      lookAgainAfterMs: pollMs,
    });
  if (making?.is !== 'Failed' || now - making.startedAt > againMs) return undefined;
  const hold = blocked(
    'CacheDiskFailed',
    `The cache disk of ${url} could not be formatted: ${making.message}. It is tried again by itself; look at Administration > Storage / Disks there.`,
    url,
  );
  return held({ ...hold, lookAgainAfterMs: againMs - (now - making.startedAt) });
}

export function planCacheDisk(
  { url, cache }: MadeServer,
  now: number,
  { cache: found }: Inside,
): ServerPart | undefined {
  if (!cache || !found || found.mounted.includes(mountOf(cache))) return undefined;
  const making = makingHold(url, found, now);
  if (making) return making;
  const [disk, ...others] = found.disks.filter(({ unused }) => unused);
  if (!disk || others.length > 0) {
    const what = disk ? `${others.length + 1} empty disks` : 'no empty disk';
    return held(
      blocked(
        'CacheDiskUnclear',
        `${url} has ${what}, and exactly one was to become the cache. Leave one without partitions, or make the directory ${cache.name} there yourself (Administration > Storage / Disks > Directory).`,
        url,
      ),
    );
  }
  const target = `cache disk ${disk.name} of ${url}`;
  const step: ServerStep = {
    part: 'server',
    do: 'PrepareCacheDisk',
    effect: 'create',
    target,
    url,
    name: cache.name,
    disk: disk.name,
  };
  return { steps: [step] };
}
