// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.device.push` of a SiteVpn: the site's gateway, configured over its own API. */
import { z } from 'zod';
import { matches, withRules, type Rule } from '../rules.ts';
import { secretRef } from '../shared.ts';
import { text, time } from '../status.ts';
import { tls } from '../tls.ts';

const url = withRules(
  z.string().min(9).max(512),
  [
    matches(
      '^https://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~/-]*)?$',
      'device.push.opnsense.url must be an address with https:// and without credentials, query or fragment, e.g. https://192.168.1.1 or https://fw.example.com:8443',
    ),
  ],
  {
    description:
      'Address of the firewall, as its web pages have it. Another one is taken for the same firewall. Example: https://192.168.1.1.',
  },
);

export const push = z
  .object({
    opnsense: z
      .object({
        url,
        tls: tls('device.push.opnsense.tls').optional(),
        credentialsSecretRef: secretRef(
          'device.push.opnsense.credentialsSecretRef',
          'Secret with the keys key and secret: an API key of a user with the privileges "VPN: IPsec: Connections", "VPN: IPsec: Edit Pre-Shared Keys", "System: Gateways" and "System: Static Routes".',
        ),
      })
      .meta({ description: 'An OPNsense, version 25.1 or newer.' }),
  })
  .meta({
    description:
      "The gateway is configured over its API, too: connections, keys, interfaces, gateways and routes, each marked as ours. What else is there is not touched; firewall rules are yours to write. Taken away when this object is deleted; without this field, what was configured stays there. Default: its files are delivered, and nobody's hand but yours touches the gateway.",
  });

type Push = z.output<typeof push>;

/** Of `spec.device`. */
export const pushRules: readonly Rule<{
  readonly type: string;
  readonly secretRef: { readonly name: string };
  readonly push?: Push | undefined;
}>[] = [
  {
    rule: "!has(self.push) || self.type == 'OPNsense'",
    message: 'device.push is for device.type OPNsense alone: install the files of the Secret on other gateways',
    holds: ({ type, push: given }) => given === undefined || type === 'OPNsense',
    fieldPath: '.push',
  },
  {
    rule: '!has(self.push) || self.push.opnsense.credentialsSecretRef.name != self.secretRef.name',
    message:
      'device.push.opnsense.credentialsSecretRef must not be the Secret of device.secretRef: the operator reads the one and writes the other; give it a name of its own',
    holds: ({ push: given, secretRef: made }) =>
      given === undefined || given.opnsense.credentialsSecretRef.name !== made.name,
    fieldPath: '.push.opnsense.credentialsSecretRef.name',
  },
];

/** `status.device.push`. */
export const pushStatus = z
  .object({
    url: text(512, 'The firewall, e.g. https://192.168.1.1.'),
    state: z.enum(['Applied', 'Pending', 'Failed']).meta({
      description:
        'Applied: it is configured as the spec says. Pending: it is being configured. Failed: it cannot be reached, or refuses.',
    }),
    since: time('Since when.').optional(),
  })
  .meta({ description: 'The gateway as it was configured over its API.' });
