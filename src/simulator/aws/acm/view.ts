// SPDX-License-Identifier: GPL-3.0-or-later
/** The truth about a region's certificates, for tests. */
import type { World } from '../call.ts';
import { acmOf, allTrue } from './held.ts';
import { standingOf, type Standing } from './status.ts';
import type { Certificate } from './state.ts';

export interface CertificateView extends Omit<Certificate, 'tags'>, Standing {
  readonly tags: Readonly<Record<string, string>>;
}

export function certificatesView(world: World, place: { account: string; region: string }): CertificateView[] {
  const at = { ...place, now: world.clock.now() };
  return allTrue(acmOf(world.state, place.account, place.region)).map((one) => ({
    ...one,
    ...standingOf(world, at, one),
    tags: Object.fromEntries(one.tags),
  }));
}
