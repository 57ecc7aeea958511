// SPDX-License-Identifier: GPL-3.0-or-later
/** The next runs of what the server does by schedule. Pure. */
import type { Scheduled } from '../../../clouds/pbs/store-health.ts';
import { parseCalendarEvent, runsAfter } from '../../../clouds/proxmox/calendar.ts';

/** As many as are told. */
export const toldRuns = 3;

/** The server tells the next one alone. Those after it are reckoned, and told where the same reckoning comes to the next one, too. */
function runsOf({ schedule, nextRun }: Scheduled, zone: string | undefined): readonly number[] {
  if (nextRun === undefined) return [];
  const event = schedule === undefined ? undefined : parseCalendarEvent(schedule);
  if (!event || zone === undefined) return [nextRun];
  const reckoned = runsAfter(event, { after: nextRun - 1000, zone, count: toldRuns });
  return reckoned[0] === nextRun ? reckoned : [nextRun];
}

/** Of all of them together, milliseconds since the epoch. */
export function nextRunsOf(jobs: readonly Scheduled[], zone: string | undefined): readonly number[] {
  const all = new Set(jobs.flatMap((job) => runsOf(job, zone)));
  return [...all].sort((a, b) => a - b).slice(0, toldRuns);
}
