// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What an object made is looked for in the cluster that it was made in. Seen from another one all of it seems gone: a deletion would leave a server
 * behind, and a second server would be led into the bucket of one that still writes there.
 */
import { annotations } from '../../api/annotations.ts';
import { clusterID } from '../../clouds/pve/cluster.ts';
import type { ProxmoxApi } from '../../clouds/proxmox/proxmox-api.ts';
import { Failure } from '../../core/failure.ts';
import { serverKnown } from './known.ts';
import type { Observed } from './observed.ts';
import { wiringWish } from './of-spec.ts';
import { isOurStorage } from './wiring/plan-storage.ts';
import type { PbsDesired } from './wish.ts';

/** An authority is rarely made anew, and what is ours is there all the same. */
const rareMs = 24 * 3_600_000;

/** What is ours is here: then so is the rest. */
function isHere(desired: PbsDesired, observed: Observed): boolean {
  const { machine, wiring } = observed;
  if (machine?.vm) return true;
  const wish = () => wiringWish(desired, serverKnown(desired, observed));
  return wiring?.storage !== undefined && isOurStorage(wish(), wiring, wiring.storage);
}

function wrong(url: string, { was, is }: { readonly was: string; readonly is: string }): Failure {
  return new Failure({
    class: 'Denied',
    reason: 'WrongCluster',
    message: `${url} (proxmox.url) is another Proxmox VE cluster (${is}) than the one that what this object made is in; nothing was done. Give it an address of that cluster again; or, if that one is gone for good, or its backup server is off and is to stay there, annotate this object with ${annotations.leaveCluster}: "${was}".`,
  });
}

/**
 * For `status.clusterID`; not asked while nothing of this object is anywhere.
 * @throws Failure `WrongCluster` when nothing of it is here, the status remembers another cluster, and nobody said that what is there may stay.
 */
export async function sameCluster(
  pve: ProxmoxApi,
  desired: PbsDesired,
  observed: Observed,
): Promise<{ readonly clusterID?: string }> {
  const was = desired.last.clusterID;
  const here = isHere(desired, observed);
  if (!here && was === undefined) return {};
  const is = await pve.look('cluster', here ? rareMs : 0, () => clusterID(pve));
  if (here) return is === undefined ? {} : { clusterID: is };
  const left = desired.annotations[annotations.leaveCluster]?.trim();
  if (is !== was && left !== was) throw wrong(observed.place, { was: was ?? '', is: is ?? 'none' });
  return {};
}
