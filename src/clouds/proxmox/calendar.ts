// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Calendar events as Proxmox VE and Proxmox Backup Server take them (proxmox-time, calendar_event.rs; pve-guide, "Calendar Events"):
 * `mon..fri 22:30`, `*-1,15 02:00`, a star with `/6:00`, `daily`. What is not understood is `undefined`: the server has the last word on it.
 */

type Some = ReadonlySet<number>;

export interface CalendarEvent {
  /** 0 is Sunday. Absent, here and below: every one. */
  readonly weekdays?: Some;
  readonly years?: Some;
  readonly months?: Some;
  readonly days?: Some;
  readonly hours: Some;
  readonly minutes: Some;
  readonly seconds: Some;
}

const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const shortcuts: Readonly<Record<string, string>> = {
  minutely: '*:*',
  hourly: '*:00',
  daily: '00:00',
  weekly: 'mon 00:00',
  monthly: '*-1 00:00',
  yearly: '1-1 00:00',
  annually: '1-1 00:00',
  quarterly: '1,4,7,10-1 00:00',
  semiannually: '1,7-1 00:00',
  'semi-annually': '1,7-1 00:00',
};

type Range = readonly [least: number, most: number];

function rangeOf({ from, to, every }: Readonly<Record<string, string | undefined>>, [least, most]: Range): Range {
  if (from === '*') return [least, Number(to ?? most)];
  return [Number(from), Number(to ?? (every === undefined ? from : most))];
}

function someOf(part: string, limits: Range): readonly number[] | undefined {
  const { groups } = /^(?<from>\*|\d{1,4})(?:\.\.(?<to>\d{1,4}))?(?:\/(?<every>\d{1,4}))?$/.exec(part) ?? {};
  if (!groups) return undefined;
  const [first, last] = rangeOf(groups, limits);
  const step = Number(groups['every'] ?? 1);
  if (first < limits[0] || last > limits[1] || first > last || step < 1) return undefined;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, at) => first + at * step);
}

function numbers(text: string | undefined, range: Range): Some | undefined {
  const parts = (text ?? '').split(',').map((part) => someOf(part, range));
  return parts.includes(undefined) ? undefined : new Set(parts.flatMap((part) => part ?? []));
}

function dayOf(name: string): number {
  return name.length < 3 ? -1 : dayNames.findIndex((day) => day === name || day.slice(0, 3) === name);
}

function weekdaysOf(text: string): Pick<CalendarEvent, 'weekdays'> | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [from = -1, to = from, ...more] = part.split('..').map(dayOf);
    if (from < 0 || to < 0 || more.length > 0) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === to) break;
    }
  }
  return { weekdays: found };
}

type Dates = Pick<CalendarEvent, 'years' | 'months' | 'days'>;

function datesOf(text: string): Dates | undefined {
  const [day, month, year, ...more] = text.split('-').toReversed();
  const days = numbers(day, [1, 31]);
  const months = month === undefined ? undefined : numbers(month, [1, 12]);
  const years = year === undefined ? undefined : numbers(year, [1970, 2200]);
  if (!days || !months || more.length > 0 || (year !== undefined && !years)) return undefined;
  return { days, months, ...(years ? { years } : {}) };
}

function timesOf(text: string): Pick<CalendarEvent, 'hours' | 'minutes' | 'seconds'> | undefined {
  // one number alone is the minute of every hour
  const [hour, minute, second = '0', ...more] = text.includes(':') ? text.split(':') : ['*', text];
  const [hours, minutes, seconds] = [numbers(hour, [0, 23]), numbers(minute, [0, 59]), numbers(second, [0, 59])];
  return hours && minutes && seconds && more.length === 0 ? { hours, minutes, seconds } : undefined;
}

const shape = /^(?:(?<days>[a-z]\S*)(?:\s+|$))?(?:(?<date>[^\s:]*-\S*)(?:\s+|$))?(?<time>\S+)?$/;

export function parseCalendarEvent(text: string): CalendarEvent | undefined {
  const plain = text.trim().toLowerCase();
  const { groups } = shape.exec(shortcuts[plain] ?? plain) ?? {};
  if (plain === '' || !groups) return undefined;
  const { days, date, time = '00:00' } = groups;
  const weekdays = days === undefined ? {} : weekdaysOf(days);
  const dates = date === undefined ? {} : datesOf(date);
  const times = timesOf(time);
  return weekdays && dates && times ? { ...weekdays, ...dates, ...times } : undefined;
}

const day = 86_400_000;

/** @param date Midnight UTC of a day. */
function isOn({ weekdays, years, months, days }: CalendarEvent, date: Date): boolean {
  const fits = (some: Some | undefined, value: number) => some === undefined || some.has(value);
  return (
    fits(weekdays, date.getUTCDay()) &&
    fits(years, date.getUTCFullYear()) &&
    fits(months, date.getUTCMonth() + 1) &&
    fits(days, date.getUTCDate())
  );
}

/** Four years are the same again and again, but for the days of the week. */
const cycle = 4 * 365 + 1;
const anyCycle = Date.UTC(2027, 0, 1);

export function runsPerMonth(event: CalendarEvent): number {
  const { years: _any, ...often } = event;
  let found = 0;
  for (let at = 0; at < cycle; at++) if (isOn(often, new Date(anyCycle + at * day))) found++;
  const { hours, minutes, seconds } = event;
  return (found / 48) * hours.size * minutes.size * seconds.size;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const names = ['year', 'month', 'day', 'hour', 'minute', 'second'];
  const fields = Object.fromEntries(names.map((name) => [name, 'numeric']));
  const made = new Intl.DateTimeFormat('en-US', { ...fields, timeZone: zone, hourCycle: 'h23' });
  formats.set(zone, made);
  return made;
}

/** The clock on the wall there, as if it were UTC. */
function wallOf(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((name) => parts.get(name));
  return Date.UTC(year, month - 1, date, hour, minute, second);
}

function fromWall(zone: string, wall: number): number {
  const guess = wall - (wallOf(zone, wall) - wall);
  return guess - (wallOf(zone, guess) - wall);
}

/** Seconds after midnight, rising. */
function* timesOfDay({ hours, minutes, seconds }: CalendarEvent): Generator<number> {
  const sorted = (some: Some) => [...some].sort((a, b) => a - b);
  const [later, latest] = [sorted(minutes), sorted(seconds)];
  for (const hour of sorted(hours))
    for (const minute of later) for (const second of latest) yield (hour * 60 + minute) * 60 + second;
}

function* walls(event: CalendarEvent, from: number): Generator<number> {
  for (let date = from; date < from + cycle * day; date += day) {
    if (!isOn(event, new Date(date))) continue;
    for (const seconds of timesOfDay(event)) yield date + seconds * 1000;
  }
}

/**
 * The next times after `after`, milliseconds since the epoch, by the clock of a time zone (IANA, e.g. `Asia/Seoul`); fewer where there are not
 * as many within four years, none where the zone is not known.
 */
export function runsAfter(
  event: CalendarEvent,
  { after, zone, count }: { readonly after: number; readonly zone: string; readonly count: number },
): readonly number[] {
  const found: number[] = [];
  try {
    for (const wall of walls(event, Math.floor(wallOf(zone, after) / day) * day)) {
      const at = fromWall(zone, wall);
      if (at > after) found.push(at);
      if (found.length >= count) break;
    }
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
  return found;
}
