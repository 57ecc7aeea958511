// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.server.vm.network` of a PbsInstance. */
import { z } from 'zod';
import { celIsIPv4, isIPv4 } from '../gslb-endpoint/target.ts';
import { matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { celContains, celIsCIDR, contains, isCIDR } from '../site-vpn/cidr.ts';

const at = 'server.vm.network';

function ipv4(field: string, description: string, example: string) {
  return withRules(
    z.string().min(7).max(15),
    [
      {
        rule: celIsIPv4('self'),
        message: `${at}.${field} must be an IPv4 address, e.g. ${example}`,
        holds: isIPv4,
      },
    ],
    { description: `${description} Example: ${example}.` },
  );
}

const fields = z.object({
  bridge: withRules(
    z.string().min(1).max(15),
    [
      matches(
        '^[A-Za-z][A-Za-z0-9_.-]*$',
        `${at}.bridge must be the name of a bridge of the node: letters, digits, '_', '-' and '.', a letter first, e.g. vmbr0`,
      ),
    ],
    { description: 'Bridge of the node that the VM is connected to. Default: vmbr0. Example: vmbr1.' },
  ).default('vmbr0'),
  vlanID: z.int().min(1).max(4094).optional().meta({
    description: 'VLAN tag of what the VM sends. 1 to 4094. Default: none. Example: 20.',
  }),
  macAddress: withRules(
    z.string().min(17).max(17),
    [
      matches(
        '^[0-9A-F][02468ACE](:[0-9A-F]{2}){5}$',
        `${at}.macAddress must be a unicast address of six pairs of capital hex digits, e.g. BC:24:11:0A:0B:0C`,
      ),
    ],
    {
      description:
        'Address of the network card, for a DHCP server or a switch that knows it. Another one later is for a VM that is made anew. Default: one that follows from the object, as the VM shows it. Example: BC:24:11:0A:0B:0C.',
    },
  ).optional(),
  addressing: z.enum(['Static', 'DHCP']).default('Static').meta({
    description:
      'Static: address, gateway and dns are set in the VM. DHCP: the network gives them at the installation, and the server keeps what it got (so reserve it for macAddress); server.vm.fqdn has to lead to it in DNS, as it is reached by that name. Cannot be changed. Default: Static.',
  }),
  address: withRules(
    z.string().min(9).max(18),
    [
      {
        rule: celIsCIDR('self'),
        message: `${at}.address must be an IPv4 address with the length of its prefix, e.g. 192.168.0.20/24`,
        holds: isCIDR,
      },
      {
        rule: 'self == oldSelf',
        message: `${at}.address cannot be changed: the installed server would keep the old one; change it on the server, then use server.type Existing`,
      },
    ],
    {
      description:
        "With addressing Static: the VM's address and the length of its prefix. Cannot be changed. Example: 192.168.0.20/24.",
    },
  ).optional(),
  gateway: ipv4(
    'gateway',
    'With addressing Static: router of that network. Set at the installation: another one later is for a server that is made anew.',
    '192.168.0.1',
  ).optional(),
  dns: ipv4(
    'dns',
    'With addressing Static: a DNS server; S3 is found by it. Set at the installation: another one later is for a server that is made anew.',
    '192.168.0.1',
  ).optional(),
});

type Network = z.output<typeof fields>;

const names = ['address', 'gateway', 'dns'] as const;

const complete: readonly Rule<Network>[] = names.flatMap((name): Rule<Network>[] => [
  {
    rule: `self.addressing == 'DHCP' || has(self.${name})`,
    message: `${at}.${name} is required with addressing Static: set it, or use addressing: DHCP`,
    holds: (self) => self.addressing === 'DHCP' || self[name] !== undefined,
    fieldPath: `.${name}`,
  },
  {
    rule: `self.addressing == 'Static' || !has(self.${name})`,
    message: `${at}.${name} belongs to addressing Static: remove it, as the network gives it with DHCP`,
    holds: (self) => self.addressing === 'Static' || self[name] === undefined,
    fieldPath: `.${name}`,
  },
]);

export const network = withRules(
  fields,
  [
    ...complete,
    {
      rule: `!has(self.address) || !has(self.gateway) || !${celIsCIDR('self.address')} || !${celIsIPv4('self.gateway')} || ${celContains('self.address', "(self.gateway + '/32')")}`,
      message: `${at}.gateway must be in the network of address, else nothing reaches the VM from elsewhere: correct one of them`,
      holds: ({ address, gateway }) =>
        address === undefined ||
        gateway === undefined ||
        !isCIDR(address) ||
        !isIPv4(gateway) ||
        contains(address, `${gateway}/32`),
      fieldPath: '.gateway',
    },
    {
      rule: "!has(self.address) || !has(self.gateway) || self.address.split('/')[0] != self.gateway",
      message: `${at}.address must not be that of the gateway: give the VM an address of its own`,
      holds: ({ address, gateway }) => address === undefined || address.split('/')[0] !== gateway,
      fieldPath: '.address',
    },
    {
      rule: 'self.addressing == oldSelf.addressing',
      message: `${at}.addressing cannot be changed: the installed server would keep what it has; change it on the server, then use server.type Existing`,
    },
  ],
  { description: 'How the VM is connected.' },
);
