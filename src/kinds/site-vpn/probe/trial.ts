// SPDX-License-Identifier: GPL-3.0-or-later
/** What is kept of the last probe, and when the next one is due. Pure. */
import type { SiteVpnSpec, SiteVpnStatus } from '../../../api/site-vpn.ts';
import type { ProbeOutcome } from '../../../clouds/tcp/tcp-probes.ts';
import { milliseconds, rfc3339 } from '../../../core/time.ts';

export type Trial = NonNullable<SiteVpnStatus['probe']>;
type Wish = NonNullable<SiteVpnSpec['probe']>;

const firstRetryMs = 5000;

export function answered(outcome: ProbeOutcome): boolean {
  return outcome === 'Accepted' || outcome === 'Refused';
}

/** Of this very port; another one was never tried. */
export function trialOf({ host, port }: Wish, { probe }: Pick<SiteVpnStatus, 'probe'>): Trial | undefined {
  return probe?.host === host && probe.port === port ? probe : undefined;
}

/** At its interval; after a failure sooner, then less and less often. Milliseconds since the epoch. */
export function dueAfter({ intervalSeconds }: Wish, { lastTime, consecutiveFailures: failures }: Trial): number {
  const last = milliseconds(lastTime) || 0;
  const intervalMs = intervalSeconds * 1000;
  const retryMs = firstRetryMs * 2 ** Math.min(20, Math.max(0, failures - 1));
  return last + (failures === 0 ? intervalMs : Math.min(intervalMs, retryMs));
}

/** One from the future was written by a clock that was set back since. */
export function isDue(wish: Wish, trial: Trial | undefined, now: number): boolean {
  return !trial || !(milliseconds(trial.lastTime) <= now) || dueAfter(wish, trial) <= now;
}

/** One failure alone is no outage: what was answered before is told until the second. */
export function trialFrom(
  { host, port }: Wish,
  {
    outcome,
    before,
    now,
  }: { readonly outcome: ProbeOutcome; readonly before: Trial | undefined; readonly now: number },
): Trial {
  const at = { host, port, lastTime: rfc3339(now) };
  if (answered(outcome)) return { ...at, outcome, consecutiveFailures: 0 };
  const consecutiveFailures = Math.min(1_000_000_000, (before?.consecutiveFailures ?? 0) + 1);
  const doubted = before && answered(before.outcome) && consecutiveFailures < 2;
  return { ...at, outcome: doubted ? before.outcome : outcome, consecutiveFailures };
}
