// SPDX-License-Identifier: GPL-3.0-or-later
/** Images that other accounts have published in every region: Debian's. Source: Debian wiki, "Cloud/AmazonEC2Image/Trixie": account, names. */
import { createHash } from 'node:crypto';
import type { Image } from './state.ts';

const debian = '136693071363';

/** Oldest first: the version is in the name, `debian-<release>-<architecture>-<day>-<build>`. */
const published: readonly (readonly [name: string, description: string])[] = [
  ['debian-12-amd64-20250316-2053', 'Debian 12 (20250316-2053)'],
  ['debian-13-amd64-20250814-2204', 'Debian 13 (20250814-2204)'],
  ['debian-13-amd64-20251117-2299', 'Debian 13 (20251117-2299)'],
  ['debian-13-arm64-20251117-2299', 'Debian 13 (20251117-2299)'],
];

/** Each region has ids of its own. */
export function publicImages(region: string): Image[] {
  return published.map(([name, description]) => {
    const tail = createHash('sha256').update(`${region}/${name}`).digest('hex').slice(0, 17);
    const day = /-(\d{4})(\d{2})(\d{2})-/.exec(name);
    const createdAt = Date.parse(`${day?.[1]}-${day?.[2]}-${day?.[3]}T00:00:00Z`);
    return {
      id: `ami-${tail}`,
      name,
      description,
      owner: debian,
      architecture: name.includes('arm64') ? 'arm64' : 'x86_64',
      snapshotID: `snap-${tail}`,
      createdAt,
      life: { versions: [{ from: createdAt, value: 'available' }] },
      tags: [],
    };
  });
}
