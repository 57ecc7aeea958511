// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec, SiteVpnStatus } from '../../../api/site-vpn.ts';
import type { Desired } from '../../../core/kind.ts';
import { milliseconds } from '../../../core/time.ts';
import { sinceAsked } from '../../answer-age.ts';
import type { Clouds } from '../connect.ts';
import { isLive, isMine } from '../marks.ts';
import type { Observed } from '../observed.ts';
import { isInVpc } from './told.ts';
import { isDue, trialFrom, trialOf, type Trial } from './trial.ts';

type Wish = Desired<SiteVpnSpec, SiteVpnStatus>;

/** A person wants to know how it is now, and what is known is from before. */
function isAsked(desired: Wish, before: Trial | undefined, now: number): boolean {
  const since = sinceAsked(desired, now);
  return since > 0 && now - milliseconds(before?.lastTime ?? '') > since;
}

/** Only what the VPC has is tried, and only once there is a way there: the operator is no port scanner. */
export async function observeProbe(
  { outside, spec, scope, owner }: Clouds,
  desired: Wish,
  { vpcs, connections }: Pick<Observed, 'vpcs' | 'connections'>,
): Promise<Pick<Observed, 'probe'>> {
  const { probe } = spec;
  if (!probe || desired.absent) return {};
  const before = trialOf(probe, desired.last);
  const known = before ? { probe: before } : {};
  const [vpc] = vpcs;
  const connected = connections.some((one) => isLive(one) && isMine(one, owner));
  if (!outside.probes || !vpc || !connected || !isInVpc(probe.host, vpc)) return known;
  const now = outside.clock.now();
  if (!isDue(probe, before, now) && !isAsked(desired, before, now)) return known;
  const outcome = await outside.probes.try(probe, scope);
  return { probe: trialFrom(probe, { outcome, before, now: outside.clock.now() }) };
}
