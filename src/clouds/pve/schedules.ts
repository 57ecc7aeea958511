// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

const runs = z.array(z.looseObject({ timestamp: z.number() }));

/**
 * When a schedule comes after a time, by the clock of Proxmox VE (PVE::API2::Cluster::Jobs, schedule-analyze; everybody may ask). What it once
 * answered of a time stays so, and is asked for once. Milliseconds since the epoch, both.
 */
export function runsFollowing(
  pve: ProxmoxApi,
  schedule: string,
  { after, count }: { readonly after: number; readonly count: number },
): Promise<readonly number[]> {
  const starttime = Math.floor(after / 1000);
  return pve.once(`${count} runs of ${schedule} after ${starttime}`, async () => {
    const request = asked((api) =>
      api.cluster.jobs['schedule-analyze'].$get({ schedule, starttime, iterations: count }),
    );
    return ((await pve.find(request, runs)) ?? []).map(({ timestamp }) => timestamp * 1000);
  });
}
