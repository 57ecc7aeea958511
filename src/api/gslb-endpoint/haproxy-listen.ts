// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.haproxy.listen`: where HAProxy takes connections of clients. */
import { z } from 'zod';
import { filePath, ipAddress, port } from './haproxy-words.ts';
import { withRules } from '../rules.ts';

const certificatePaths = withRules(
  z
    .array(
      filePath(
        'haproxy.listen.tls.certificatePaths',
        'A PEM file with certificate, chain and key, or a folder of them, e.g. /etc/haproxy/certs/gslb.pem.',
      ),
    )
    .max(4),
  [
    {
      rule: 'self.size() >= 1',
      message:
        'haproxy.listen.tls.certificatePaths must have at least one file on the HAProxy machine, e.g. /etc/haproxy/certs/gslb.pem',
      holds: (self) => self.length > 0,
    },
  ],
  {
    description:
      'Where on the HAProxy machine the certificates are: 1 to 4 files or folders. The operator neither reads nor writes them. Example: [/etc/haproxy/certs/gslb.pem].',
    'x-kubernetes-list-type': 'atomic',
  },
);

const listener = z.object({
  port: port('TCP port. 1 to 65535. Example: 80.'),
  address: ipAddress(
    'haproxy.listen.address',
    'Address on the HAProxy machine. Default: all of IPv4. Example: 192.0.2.100.',
  ).optional(),
  tls: z
    .object({ certificatePaths })
    .optional()
    .meta({ description: 'Set: TLS 1.2 and later ends here. Default: plain.' }),
  action: z.enum(['Serve', 'RedirectToHTTPS']).default('Serve').meta({
    description:
      'Serve: clients get to the servers. RedirectToHTTPS: they are told to come back over https. Default: Serve.',
  }),
});

export const listen = withRules(
  z.array(listener).max(8),
  [
    {
      rule: "self.exists(one, one.action == 'Serve')",
      message: 'haproxy.listen must have a port whose action is Serve, else nobody is served: add one, e.g. {port: 80}',
      holds: (self) => self.some(({ action }) => action === 'Serve'),
    },
    {
      rule: 'self.all(one, self.exists_one(other, other.port == one.port))',
      message: 'haproxy.listen: two have the same port; change one of them',
      holds: (self) => new Set(self.map((one) => one.port)).size === self.length,
    },
    {
      rule: "!self.exists(one, one.action == 'RedirectToHTTPS') || self.exists(one, has(one.tls)) && self.all(one, one.action == 'Serve' || !has(one.tls))",
      message:
        'haproxy.listen: RedirectToHTTPS is for a port without tls beside one with tls: add the one with tls, or set action: Serve',
      holds: (self) =>
        !self.some(({ action }) => action === 'RedirectToHTTPS') ||
        (self.some((one) => one.tls) && self.every(({ action, tls }) => action === 'Serve' || !tls)),
    },
  ],
  {
    description: 'Where HAProxy takes connections. 1 to 8 ports. Default: [{port: 80}]. Example: [{port: 8080}].',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['port'],
  },
).prefault([{ port: 80, action: 'Serve' }]);
