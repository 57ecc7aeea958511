// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.maintenance`: when what works may be interrupted. */
import { z } from 'zod';
import type { DeepReadonly } from './readonly.ts';
import { matches, withRules } from './rules.ts';

/** As `Date.getUTCDay` counts them. */
export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const window = z.object({
  name: withRules(
    z.string().min(1).max(63),
    [
      matches(
        '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
        "maintenance.windows.name must be lower-case letters, digits and '-', a letter or digit at both ends, e.g. weekday-nights",
      ),
    ],
    { description: 'Name of the window, for messages. 1 to 63 characters. Example: weekday-nights.' },
  ),
  days: withRules(
    z.array(z.enum(weekdays).meta({ description: 'Name of the day, e.g. Sunday.' })).max(7),
    [
      {
        rule: 'self.size() > 0',
        message:
          'maintenance.windows.days must name a day, e.g. [Saturday, Sunday]; leave it out for every day, or set maintenance.freeze for none',
        holds: (self) => self.length > 0,
      },
    ],
    {
      description:
        'Days, by the clock of timeZone, on which it opens. Default: every day. Example: [Saturday, Sunday].',
      'x-kubernetes-list-type': 'set',
    },
  ).optional(),
  start: withRules(
    z.string().max(5),
    [
      matches(
        '^([01][0-9]|2[0-3]):[0-5][0-9]$',
        'maintenance.windows.start must be a time of day in quotes, 00:00 to 23:59, e.g. "02:30"',
      ),
    ],
    {
      description:
        'When it opens, by the clock of timeZone. A time that the clock skips in spring counts as if it had not been set forward; of one that comes twice in autumn the first counts. Example: "02:30".',
    },
  ),
  durationMinutes: z.int().min(15).max(1440).meta({
    description: 'How long it stays open; it may last into the next day. 15 to 1440 minutes. Example: 120.',
  }),
  timeZone: withRules(
    z.string().min(1).max(64),
    [
      matches(
        '^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$',
        'maintenance.windows.timeZone must be the name of a time zone, e.g. Asia/Seoul or UTC; not an offset',
      ),
    ],
    { description: 'Time zone of start and days. Default: UTC. Example: Asia/Seoul.' },
  )
    // the API server has no rule that knows them
    .refine(isTimeZone, { message: 'there is no such time zone; take a name of the IANA database, e.g. Asia/Seoul' })
    .default('UTC'),
});

export const maintenance = withRules(
  z.object({
    windows: z
      .array(window)
      .max(14)
      .default([])
      .meta({
        description: 'Times at which it may be done, e.g. two hours each Sunday night. Up to 14. Default: none.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
    freeze: z.boolean().default(false).meta({
      description: 'While true, no window opens, e.g. before a holiday. Default: false. Example: true.',
    }),
  }),
  [
    {
      rule: 'self.freeze || self.windows.size() > 0',
      message:
        'maintenance.windows must have a window, or nothing would ever be interrupted: add one, or set freeze: true if that is what is wanted',
      holds: ({ windows, freeze }) => freeze || windows.length > 0,
      fieldPath: '.windows',
    },
  ],
  {
    description:
      'When what works may be interrupted. Outside of these times changes that interrupt it wait; everything else goes on, and so does what repairs an outage, and a deletion of this object. The annotation hybridcloud.dev/allow-disruption-until has them done at once. Default: at any time.',
  },
);

export type Maintenance = DeepReadonly<z.output<typeof maintenance>>;
