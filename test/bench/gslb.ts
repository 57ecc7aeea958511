// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoints in simulated worlds: what Route 53 is asked, counted exactly, and how long it takes, under virtual time. */
import {
  callsPerEndpoint,
  fewestAtRest,
  fewestSeconds,
  many,
  readsAtRest,
  statusesAtRest,
} from '../kinds/gslb-endpoint/many.ts';
import { atMost, type Figures } from './figures.ts';

export async function measureGslb(names: number, each: number) {
  const it = await many(names, each, 3600);
  const hour = Object.values(it.resting).reduce((sum, count) => sum + count, 0);
  return { ...it, callsPerHourAtRest: hour };
}

export function gslbGoals(it: Awaited<ReturnType<typeof measureGslb>>): Figures {
  return {
    'P4 GslbEndpoints from nothing to Ready, ratio to what five requests a second allow': atMost(
      1.1,
      it.seconds / fewestSeconds(it),
    ),
    'P4 requests to Route 53 per endpoint made': atMost(3.4, callsPerEndpoint(it)),
    'P4 requests that Route 53 refused': atMost(0, it.refused),
    'P6 reads of Route 53 at rest, ratio to the fewest': atMost(1.2, readsAtRest(it) / fewestAtRest(it)),
    'P6 requests an hour at rest, all endpoints told of': atMost(
      1.2 * (fewestAtRest(it) + statusesAtRest(it)),
      it.callsPerHourAtRest,
    ),
  };
}
