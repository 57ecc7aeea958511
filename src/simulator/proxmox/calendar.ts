// SPDX-License-Identifier: GPL-3.0-or-later
/** Calendar events: a subset of systemd's (pve-guide, "Calendar Events"; proxmox-time, calendar_event.rs). Times are UTC here, as in the answer file. */

export interface CalendarEvent {
  /** 0 is Sunday; undefined is every day. */
  readonly weekdays: ReadonlySet<number> | undefined;
  readonly months: ReadonlySet<number> | undefined;
  readonly days: ReadonlySet<number> | undefined;
  readonly hours: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
}

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

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
};

function range(from: number, to: number, step = 1): number[] {
  const all: number[] = [];
  for (let at = from; at <= to; at += step) all.push(at);
  return all;
}

/** One part of a list: a number, a range, a star, with a step or without. */
function someOf(part: string, [lowest, highest]: readonly [number, number]): readonly number[] | undefined {
  const matched = /^(\*|\d+)(?:\.\.(\d+))?(?:\/(\d+))?$/.exec(part);
  if (!matched) return undefined;
  const [, from = '', to, every] = matched;
  const start = from === '*' ? lowest : Number(from);
  const open = from === '*' || every !== undefined ? highest : start;
  const [end, step] = [Number(to ?? open), Number(every ?? 1)];
  return start < lowest || end > highest || step < 1 ? undefined : range(start, end, step);
}

/** `5`, `1,3`, `8..17`, star, and a step after a slash; undefined when it is none of these. */
function numbers(text: string, limits: readonly [number, number]): ReadonlySet<number> | undefined {
  const parts = text.split(',').map((part) => someOf(part, limits));
  return parts.includes(undefined) ? undefined : new Set(parts.flatMap((part) => part ?? []));
}

function weekdaysOf(text: string): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [from = -1, to] = part.split(/\.\.|-/).map((day) => names.indexOf(day.slice(0, 3)));
    if (from < 0 || to === -1) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === (to ?? from)) break;
    }
  }
  return found;
}

function dateOf(text: string): Pick<CalendarEvent, 'months' | 'days'> | undefined {
  const parts = text.split('-');
  const day = numbers(parts.at(-1) ?? '', [1, 31]);
  const month = parts.length > 1 ? numbers(parts.at(-2) ?? '', [1, 12]) : undefined;
  if (!day || parts.length > 3 || (parts.length > 1 && !month)) return undefined;
  return { days: day, months: month };
}

function timeOf(text: string): Pick<CalendarEvent, 'hours' | 'minutes'> | undefined {
  const [hour = '', minute] = text.includes(':') ? text.split(':') : ['*', text];
  const hours = numbers(hour, [0, 23]);
  const minutes = numbers(minute ?? '', [0, 59]);
  return hours && minutes ? { hours, minutes } : undefined;
}

function takeDate(parts: string[]): Pick<CalendarEvent, 'months' | 'days'> | undefined {
  return parts[0]?.includes('-') ? dateOf(parts.shift() ?? '') : { months: undefined, days: undefined };
}

const isWord = (text: string | undefined) => /^[a-z]/i.test(text ?? '');

/** `mon..fri 22:30`, `02:00`, every six hours with a star and `/6:00`, `daily`; undefined when it cannot be parsed. */
export function parseCalendarEvent(text: string): CalendarEvent | undefined {
  const plain = text.trim().toLowerCase();
  const parts = (shortcuts[plain] ?? plain).split(/\s+/);
  const days = isWord(parts[0]) ? parts.shift() : undefined;
  const weekdays = days === undefined ? undefined : weekdaysOf(days);
  if (days !== undefined && !weekdays) return undefined;
  const date = takeDate(parts);
  const time = timeOf(parts[0] ?? '00:00');
  const whole = parts.length <= 1 && plain !== '';
  return whole && date && time ? { weekdays, ...date, ...time } : undefined;
}

const minute = 60_000;

function dayFits({ weekdays, months, days }: CalendarEvent, at: Date): boolean {
  if (weekdays && !weekdays.has(at.getUTCDay())) return false;
  return (!months || months.has(at.getUTCMonth() + 1)) && (!days || days.has(at.getUTCDate()));
}

const sorted = (all: ReadonlySet<number>) => [...all].sort((a, b) => a - b);

/** The first time strictly after `after`, milliseconds since the epoch; undefined when there is none within four years. */
export function nextEvent(event: CalendarEvent, after: number): number | undefined {
  const midnight = Math.floor(after / 86_400_000) * 86_400_000;
  const times = sorted(event.hours).flatMap((hour) => sorted(event.minutes).map((one) => (hour * 60 + one) * minute));
  for (let day = 0; day < 1462; day++) {
    const start = midnight + day * 86_400_000;
    if (!dayFits(event, new Date(start))) continue;
    const time = times.find((one) => start + one > after);
    if (time !== undefined) return start + time;
  }
  return undefined;
}

/** A world asks for the same ones at every request. */
const kept = new Map<string, number | undefined>();

export function nextRun(schedule: string, after: number): number | undefined {
  const name = `${after} ${schedule}`;
  if (kept.has(name)) return kept.get(name);
  const event = parseCalendarEvent(schedule);
  const next = event && nextEvent(event, after);
  if (kept.size > 1000) kept.clear();
  kept.set(name, next);
  return next;
}
