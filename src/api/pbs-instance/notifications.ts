// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.jobs[].notifications` of a PbsInstance: who hears from Proxmox VE of a job's run. */
import { z } from 'zod';
import { matches, withRules } from '../rules.ts';

/** Of Proxmox VE (PVE::JSONSchema, email-or-username; PVE::Tools, EMAIL_RE), and no option of sendmail. */
const recipient = withRules(
  z.string().min(1).max(254),
  [
    matches(
      '^[A-Za-z0-9_][A-Za-z0-9_+~-]*([.][A-Za-z0-9_+~-]+)*(@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*)?$',
      'notifications.mailTo must be mail addresses, or users of the nodes, e.g. backup@example.com or root',
    ),
  ],
  { description: 'A mail address, e.g. backup@example.com, or a user of the nodes, e.g. root.' },
);

export const notifications = withRules(
  z.object({
    mode: z.enum(['Auto', 'LegacySendmail', 'NotificationSystem']).default('Auto').meta({
      description:
        'Auto: mail to mailTo where there is any, else the notification system. LegacySendmail: mail to mailTo by the sendmail of the nodes. NotificationSystem: the targets and matchers under Datacenter > Notifications. Default: Auto.',
    }),
    mailTo: z.array(recipient).max(20).optional().meta({
      description:
        'Who is mailed, up to 20. Default: nobody by this job; the mailto of a node in its /etc/vzdump.conf counts then. Example: [backup@example.com].',
      'x-kubernetes-list-type': 'set',
    }),
    mailOn: z.enum(['Always', 'Failure']).default('Always').meta({
      description: 'When they are mailed: after every run, or only after one that failed. Default: Always.',
    }),
  }),
  [
    {
      rule: "self.mode != 'LegacySendmail' || (has(self.mailTo) && self.mailTo.size() > 0)",
      message:
        'notifications.mailTo is required with notifications.mode LegacySendmail: nobody would hear of a run; name somebody, or set mode: NotificationSystem',
      holds: ({ mode, mailTo = [] }) => mode !== 'LegacySendmail' || mailTo.length > 0,
      fieldPath: '.mailTo',
    },
    {
      rule: "self.mode != 'NotificationSystem' || !has(self.mailTo) || self.mailTo.size() == 0",
      message:
        'notifications.mailTo must not stand beside notifications.mode NotificationSystem, which ignores it: remove it, and name its targets under Datacenter > Notifications',
      holds: ({ mode, mailTo = [] }) => mode !== 'NotificationSystem' || mailTo.length === 0,
      fieldPath: '.mailTo',
    },
    {
      rule: "self.mailOn != 'Failure' || (has(self.mailTo) && self.mailTo.size() > 0)",
      message:
        'notifications.mailOn is about mail to notifications.mailTo: name somebody there, or remove mailOn; for the notification system make a matcher for the severity error in Proxmox VE',
      holds: ({ mailOn, mailTo = [] }) => mailOn !== 'Failure' || mailTo.length > 0,
      fieldPath: '.mailOn',
    },
  ],
  {
    description:
      "How Proxmox VE tells people of the job's runs, all of it as it stands here. Default: as it is set in Proxmox VE, and what was set stays when this is taken away. Example: {mode: Auto, mailTo: [backup@example.com], mailOn: Failure}.",
  },
);
