// SPDX-License-Identifier: GPL-3.0-or-later
import { visible } from '../../kernel/versioned.ts';
import type { World } from '../call.ts';
import { canonicalName, within } from '../route53/names.ts';

/** What a CNAME of that name points to, as DNS answers now: of the zone that is nearest to the name. @param name Absolute, with the dot at the end */
export function published({ state }: Pick<World, 'state'>, name: string, now: number): string | undefined {
  const { zones, records } = state.route53;
  const wanted = canonicalName(name);
  const near = [...zones.values()]
    .flatMap((slot) => visible(slot, now) ?? [])
    .filter((zone) => within(wanted, zone.name))
    .toSorted((a, b) => b.name.length - a.name.length);
  const found = near.slice(0, 1).flatMap((zone) => [...(records.get(zone.id)?.values() ?? [])]);
  const set = found.map((slot) => visible(slot, now)).find((one) => one?.type === 'CNAME' && one.name === wanted);
  return set?.values[0];
}
