// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.probe` of a SiteVpn: whether the VPC answers, tried from where the operator runs. */
import { z } from 'zod';
import { celMatches, matches, withRules } from '../rules.ts';
import { addressPattern } from './cidr.ts';
import { text, time } from '../status.ts';

/** The machine itself, its link, groups, and nothing at all: none of them is a host of a VPC. */
const notInVpcs = '^((0|127|22[4-9]|2[3-5][0-9])[.].*|169[.]254[.].*)$';

const host = withRules(
  z.string().min(7).max(15),
  [
    matches(addressPattern, 'probe.host must be an IPv4 address in the VPC, e.g. 10.26.1.10; a name is not looked up'),
    {
      rule: `!${celMatches('self', notInVpcs)}`,
      message:
        'probe.host must not be a loopback, link-local or multicast address, which no VPC has: set the private address of a host there, e.g. 10.26.1.10',
      holds: (self) => !new RegExp(notInVpcs).test(self),
    },
  ],
  {
    description:
      "Private IPv4 address of a host in the VPC, which lets the operator's network in; not the VPC's own resolver (its base plus two), which does not answer over a VPN. Example: 10.26.1.10.",
  },
);

export const probe = z
  .object({
    host,
    port: z.int().min(1).max(65_535).meta({
      description:
        'TCP port there. That nothing listens is as good an answer as any: packets came and went. 1 to 65535. Example: 22.',
    }),
    intervalSeconds: z.int().min(60).max(86_400).default(300).meta({
      description: 'How often it is tried; sooner after a failure. 60 to 86400 seconds. Default: 300. Example: 3600.',
    }),
  })
  .meta({
    description:
      'Whether a host in the VPC answers over the VPN: a TCP connection is opened from where the operator runs, and closed at once. Told in the condition DataPathReachable, apart from Ready and from what AWS says of the tunnels. The operator has to run behind the site gateway, and its network has to be in site.cidrs. Default: nothing is tried.',
  });

/** `status.probe`. */
export const probeStatus = z
  .object({
    host: text(15, 'What was tried, e.g. 10.26.1.10.'),
    port: z.int().min(1).max(65_535).meta({ description: 'The port, e.g. 22.' }),
    lastTime: time('When it was last tried.'),
    outcome: z.enum(['Accepted', 'Refused', 'NoAnswer', 'NoRoute', 'NotSent']).meta({
      description:
        'Accepted or Refused: packets come and go. NoAnswer: silence. NoRoute: no way there is known. NotSent: the machine of the operator may not send it. One failure alone does not change it.',
    }),
    consecutiveFailures: z
      .int()
      .min(0)
      .max(1_000_000_000)
      .meta({ description: 'How often in a row nothing answered; 0 after an answer.' }),
  })
  .meta({ description: 'Whether the VPC answers.' });
