// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wrong about windows of maintenance and about fields that are left to others, the same of every kind that has them. */
import type { Bad } from './bad.ts';
import type { changed, Spec } from './manifests.ts';

type Change = (values: Parameters<typeof changed>[0]) => Spec;

export const goodMaintenance = {
  windows: [
    { name: 'weekend', days: ['Saturday', 'Sunday'], start: '01:30', durationMinutes: 180, timeZone: 'Asia/Seoul' },
    { name: 'noon', start: '12:00', durationMinutes: 15 },
  ],
};

export function badMaintenance(change: Change): readonly Bad[] {
  const window = (name: string, values: object, message: string, parsed?: string): Bad => ({
    name,
    spec: change({
      maintenance: { windows: [{ name: 'nights', start: '02:00', durationMinutes: 60, ...values }] },
    }),
    message,
    ...(parsed === undefined ? {} : { parsed }),
  });
  return [
    {
      name: 'no window and no freeze',
      spec: change({ maintenance: {} }),
      message: 'maintenance.windows must have a window',
    },
    window('a window with a space in its name', { name: 'a b' }, 'maintenance.windows.name must be lower-case letters'),
    window('a window on no day', { days: [] }, 'maintenance.windows.days must name a day'),
    window('a day in short', { days: ['Mon'] }, 'spec.maintenance.windows[0].days[0]', 'maintenance.windows.0.days.0'),
    window('half past 24', { start: '24:30' }, 'maintenance.windows.start must be a time of day'),
    window('an hour of one digit', { start: '2:00' }, 'maintenance.windows.start must be a time of day'),
    window(
      'an offset for a zone',
      { timeZone: '+09:00' },
      'maintenance.windows.timeZone must be the name of a time zone',
    ),
    window(
      'a window of five minutes',
      { durationMinutes: 5 },
      'spec.maintenance.windows[0].durationMinutes',
      'maintenance.windows.0.durationMinutes must be at least 15',
    ),
    window(
      'a window of two days',
      { durationMinutes: 2880 },
      'spec.maintenance.windows[0].durationMinutes',
      'maintenance.windows.0.durationMinutes must be at most 1440',
    ),
  ];
}

/** @param protectedPath A setting that drift may name, and that is never left to others. */
export function badIgnoring(change: Change, paths: readonly string[], protectedPath: string): readonly Bad[] {
  const message = `ignoreFields may hold ${paths.join(', ')} only`;
  return [
    {
      name: `${protectedPath} left to others`,
      spec: change({ ignoreFields: [...paths.slice(1), protectedPath] }),
      message,
    },
    { name: 'fields by a pattern', spec: change({ ignoreFields: [`${paths[0]?.split('.')[0] ?? ''}.*`] }), message },
  ];
}

export const goodIgnoring = (change: Change, paths: readonly string[]) => ({
  name: 'all that may be left to others',
  spec: change({ ignoreFields: [...paths] }),
});
