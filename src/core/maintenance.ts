// SPDX-License-Identifier: GPL-3.0-or-later
/** When what works may be interrupted: `spec.maintenance`, and the annotation that overrides it for a while. Pure. */
import { annotations } from '../api/annotations.ts';
import { weekdays, type Maintenance } from '../api/maintenance.ts';
import { dayMs, instantOf, wallAt } from './local-time.ts';
import { milliseconds } from './time.ts';

export type Window = Maintenance['windows'][number];

export type WindowState =
  | { readonly is: 'Open' }
  | { readonly is: 'Closed'; readonly window: Window; readonly opens: number }
  | { readonly is: 'Frozen' };

/** What has no end would be forgotten. */
const longestOverrideMs = 24 * 60 * 60_000;

/** Whether a person takes an interruption now. @param now Milliseconds since the epoch. */
export function mayDisrupt(given: Readonly<Record<string, string>>, now: number): boolean {
  const until = milliseconds(given[annotations.allowDisruptionUntil] ?? '');
  return until > now && until - now <= longestOverrideMs;
}

/** The object's own, whatever its kind. */
export function maintenanceOf(spec: unknown): Maintenance | undefined {
  return ((spec ?? {}) as { readonly maintenance?: Maintenance }).maintenance;
}

/** Yesterday's may still be open, and a week ahead there is one of each day. */
const reach = Array.from({ length: 10 }, (_, at) => at - 1);

/** Openings around now, in order. */
function openings({ days = weekdays, start, timeZone }: Window, now: number): number[] {
  const [hours = 0, minutes = 0] = start.split(':').map(Number);
  const today = Math.floor(wallAt(now, timeZone) / dayMs);
  return reach
    .map((ahead) => today + ahead)
    .filter((day) => {
      // the first day of the epoch was a Thursday
      const name = weekdays[(day + 4) % 7];
      return name !== undefined && days.includes(name);
    })
    .map((day) => instantOf(day * dayMs + (hours * 60 + minutes) * 60_000, timeZone));
}

export function windowAt(maintenance: Maintenance | undefined, now: number): WindowState {
  if (!maintenance) return { is: 'Open' };
  if (maintenance.freeze) return { is: 'Frozen' };
  const all = maintenance.windows.flatMap((window) => openings(window, now).map((opens) => ({ window, opens })));
  if (all.some(({ window, opens }) => opens <= now && now < opens + window.durationMinutes * 60_000))
    return { is: 'Open' };
  const [next] = all.filter(({ opens }) => opens > now).toSorted((a, b) => a.opens - b.opens);
  return next ? { is: 'Closed', ...next } : { is: 'Frozen' };
}
