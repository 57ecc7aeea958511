// SPDX-License-Identifier: GPL-3.0-or-later
/** What the clocks of a place show, by the IANA time zones that Intl knows. A wall time is written as the milliseconds since the epoch of the same time in UTC. Pure. */

export const dayMs = 24 * 60 * 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that is not known. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

/** In whole seconds. */
export function wallAt(instant: number, timeZone: string): number {
  const shown = new Map(
    formatFor(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
  // oxlint-disable-next-line no-restricted-globals -- pure: the time is given, Date only reckons
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function offsetAt(instant: number, timeZone: string): number {
  return wallAt(instant, timeZone) - Math.floor(instant / 1000) * 1000;
}

/**
 * When the clocks show that time. One that they skip is taken by the offset before the gap, and of one that they show twice the first counts
 * (RFC 5545, 3.3.5).
 */
export function instantOf(wall: number, timeZone: string): number {
  const shows = (instant: number) => wallAt(instant, timeZone) === wall;
  // no offset is as much as a day
  const before = wall - offsetAt(wall - dayMs, timeZone);
  const after = wall - offsetAt(wall + dayMs, timeZone);
  return shows(before) || !shows(after) ? before : after;
}
