// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.haproxy.keepalived`: an address that moves between the HAProxy machines of one network (VRRP). */
import { z } from 'zod';
import { port, shortName } from './haproxy-words.ts';
import { matches, withRules } from '../rules.ts';
import { addressPattern } from '../site-vpn/cidr.ts';
import { secretRef } from '../shared.ts';

const prefixed = `${addressPattern.slice(0, -1)}/(3[0-2]|[12]?[0-9])$`;

const node = z.object({
  name: shortName('haproxy.keepalived.nodes.name', 'Name of the machine; its file is keepalived-<name>.conf, e.g. a.'),
  address: withRules(
    z.string().min(7).max(15),
    [matches(addressPattern, 'haproxy.keepalived.nodes.address must be an IPv4 address, e.g. 192.0.2.11')],
    { description: 'Its own address in that network, to and from which VRRP goes, e.g. 192.0.2.11.' },
  ),
  priority: z.int().min(40).max(254).meta({
    description: 'The one with the highest priority that works has the address. 40 to 254. Example: 110.',
  }),
});

const nodes = withRules(
  z.array(node).max(8),
  [
    {
      rule: 'self.size() >= 2',
      message: 'haproxy.keepalived.nodes must have at least two machines, else there is nobody to hand the address to',
      holds: (self) => self.length >= 2,
    },
    {
      rule: 'self.all(one, self.filter(other, other.address == one.address || other.priority == one.priority || other.name == one.name).size() == 1)',
      message: 'haproxy.keepalived.nodes: two machines have the same name, address or priority; give each its own',
      holds: (self) =>
        (['name', 'address', 'priority'] as const).every(
          (field) => new Set(self.map((one) => one[field])).size === self.length,
        ),
    },
  ],
  {
    description:
      'The machines, each with a file of its own. 2 to 8. Example: [{name: a, address: 192.168.0.11, priority: 110}, {name: b, address: 192.168.0.12, priority: 100}].',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
);

export const keepalived = withRules(
  z.object({
    virtualAddress: withRules(
      z.string().min(9).max(18),
      [
        matches(
          prefixed,
          'haproxy.keepalived.virtualAddress must be an IPv4 address with the length of its network, e.g. 192.0.2.100/24',
        ),
      ],
      { description: 'The address that moves, with the length of its network, e.g. 192.0.2.100/24.' },
    ),
    interface: withRules(
      z.string().min(1).max(15),
      [
        matches(
          '^[A-Za-z][A-Za-z0-9_.-]*$',
          'haproxy.keepalived.interface must be the name of a network interface as Linux has it, e.g. eth0',
        ),
      ],
      { description: 'Network interface of the machines, e.g. eth0.' },
    ),
    virtualRouterID: z.int().min(1).max(255).meta({
      description: 'Number of this group, used by no other in that network. 1 to 255. Example: 51.',
    }),
    nodes,
    advertisementSeconds: z.int().min(1).max(60).default(1).meta({
      description:
        'How often the one that has the address says so; after three times as long without, another takes it. 1 to 60 seconds. Default: 1. Example: 2.',
    }),
    preemption: z.enum(['Preempt', 'Stay']).default('Preempt').meta({
      description:
        'What happens when a machine of higher priority comes back. Preempt: it takes the address. Stay: the address stays where it is. Default: Preempt.',
    }),
    checkPort: port(
      'Port on the loopback of each machine where HAProxy tells keepalived that it works. 1 to 65535. Default: 8406. Example: 9406.',
    ).default(8406),
    passwordSecretRef: secretRef(
      'haproxy.keepalived.passwordSecretRef',
      'Secret with the key password, 1 to 8 letters and digits, against mix-ups with another group: VRRP sends it in the clear, and only its version 2 knows it (RFC 3768). Default: none, and version 3.',
    ).optional(),
  }),
  [
    {
      rule: "self.nodes.all(one, one.address != self.virtualAddress.split('/')[0])",
      message:
        'haproxy.keepalived.virtualAddress must not be the address of a machine: it has to be one that nobody has, e.g. 192.0.2.100/24',
      holds: ({ nodes: all, virtualAddress }) => all.every(({ address }) => address !== virtualAddress.split('/')[0]),
      fieldPath: '.virtualAddress',
    },
  ],
  {
    description:
      'Files for keepalived, which moves an address between the HAProxy machines of one network. Default: none.',
  },
);
