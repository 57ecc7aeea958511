// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.tunnels` of a SiteVpn: the options of both tunnels, and what is each one's own. */
import { z } from 'zod';
import { withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { secretRef } from '../shared.ts';
import { ikeVersions, phase, weakGroups, weakIntegrities } from './algorithms.ts';
import { canonicalCIDR, celIsCIDR, isCIDR } from './cidr.ts';

/** EC2 API reference, VpnTunnelOptionsSpecification: TunnelInsideCidr. */
const reservedInside = [0, 1, 2, 3, 4, 5].map((third) => `169.254.${third}.0/30`).concat('169.254.169.252/30');

function tunnel(name: 'tunnel1' | 'tunnel2') {
  const field = `tunnels.${name}.insideCIDR`;
  const example = name === 'tunnel1' ? '169.254.10.0/30' : '169.254.11.0/30';
  const insideCIDR = withRules(
    z.string().min(9).max(18),
    [
      ...canonicalCIDR(field, example),
      {
        rule: `!${celIsCIDR('self')} || (self.startsWith('169.254.') && self.endsWith('/30'))`,
        message: `${field} must be a /30 of 169.254.0.0/16, e.g. ${example}; correct it`,
        holds: (self) => !isCIDR(self) || (self.startsWith('169.254.') && self.endsWith('/30')),
      },
      {
        rule: `!(self in [${reservedInside.map((one) => `'${one}'`).join(', ')}])`,
        message: `${field} must not be 169.254.0.0/30 to 169.254.5.0/30 or 169.254.169.252/30: AWS keeps these for itself; take another, e.g. ${example}`,
        holds: (self) => !reservedInside.includes(self),
      },
    ],
    {
      description: `The addresses inside the tunnel: AWS has the first, the site's gateway the second. A /30 of 169.254.0.0/16 that no other tunnel of the gateway has. Default: AWS chooses. Example: ${example}.`,
    },
  );
  return z
    .object({
      insideCIDR: insideCIDR.optional(),
      presharedKeySecretRef: secretRef(
        `tunnels.${name}.presharedKeySecretRef`,
        "Secret with the key presharedKey: 8 to 64 letters, digits, '.' and '_', not beginning with 0. Another value in it is set on this tunnel. Default: AWS makes one. Example: {name: office-vpn-tunnel-1}.",
      ).optional(),
    })
    .prefault({})
    .meta({
      description: `What is this tunnel's own. Which is which: by insideCIDR, else by the key, else tunnel1 is the one with the lower outside address.`,
    });
}

const fields = z.object({
  cryptoPolicy: z.enum(['Strong', 'AllowWeak']).default('Strong').meta({
    description:
      'AllowWeak also takes ikev1, SHA1 and the Diffie-Hellman groups 2, 5, 22, 23 and 24, for a gateway that can do no better. Default: Strong.',
  }),
  ikeVersions,
  phase1: phase('phase1'),
  phase2: phase('phase2'),
  rekeyMarginSeconds: z.int().min(60).max(1800).default(270).meta({
    description:
      "How long before the end of a key's life AWS begins to make it anew. 60 seconds to half of phase2.lifetimeSeconds. Default: 270. Example: 540.",
  }),
  rekeyFuzzPercent: z.int().min(0).max(100).default(100).meta({
    description: 'By how much that margin varies by chance. 0 to 100 percent. Default: 100. Example: 50.',
  }),
  replayWindowPackets: z.int().min(64).max(2048).default(1024).meta({
    description:
      'Within how many packets AWS takes one that is late. 64 to 2048 packets. Default: 1024. Example: 2048.',
  }),
  dpdTimeoutSeconds: z.int().min(30).max(3600).default(30).meta({
    description: 'After how many silent seconds a peer is dead. 30 to 3600 seconds. Default: 30. Example: 60.',
  }),
  dpdAction: z.enum(['clear', 'none', 'restart']).default('restart').meta({
    description:
      'What AWS does then: clear ends the session, none nothing, restart begins a new one. Default: restart.',
  }),
  startup: z.enum(['add', 'start']).default('start').meta({
    description: "Who begins: add waits for the site's gateway, start lets AWS begin, too. Default: start.",
  }),
  tunnel1: tunnel('tunnel1'),
  tunnel2: tunnel('tunnel2'),
});

type Fields = z.output<typeof fields>;

function strong(phaseName: 'phase1' | 'phase2', list: 'integrity' | 'dhGroups'): Rule<Fields> {
  const weak = list === 'integrity' ? weakIntegrities : weakGroups;
  const values = weak.map((one) => (typeof one === 'string' ? `'${one}'` : String(one))).join(', ');
  const place = `${phaseName}.${list}`;
  const cure = list === 'integrity' ? 'use SHA2-256' : 'use 14 or more, but not 22 to 24';
  return {
    rule: `self.cryptoPolicy == 'AllowWeak' || !self.${place}.exists(one, one in [${values}])`,
    message: `tunnels.${place} holds what is weak (${weak.join(', ')}): ${cure}, or allow it with tunnels.cryptoPolicy: AllowWeak`,
    holds: (self) =>
      self.cryptoPolicy === 'AllowWeak' || !self[phaseName][list].some((one) => weak.some((bad) => bad === one)),
    fieldPath: `.${place}`,
  };
}

const rules: Rule<Fields>[] = [
  {
    rule: "self.cryptoPolicy == 'AllowWeak' || !('ikev1' in self.ikeVersions)",
    message:
      'tunnels.ikeVersions holds ikev1, which is weak: use ikev2 only, or allow it with tunnels.cryptoPolicy: AllowWeak',
    holds: (self) => self.cryptoPolicy === 'AllowWeak' || !self.ikeVersions.includes('ikev1'),
    fieldPath: '.ikeVersions',
  },
  strong('phase1', 'integrity'),
  strong('phase2', 'integrity'),
  strong('phase1', 'dhGroups'),
  strong('phase2', 'dhGroups'),
  {
    // RFC 5282 has combined modes for IKEv2 only
    rule: "!('ikev1' in self.ikeVersions) || self.phase1.encryption.exists(one, one in ['AES128', 'AES256'])",
    message:
      'tunnels.phase1.encryption holds GCM only, which ikev1 does not know: add AES256, or remove ikev1 from tunnels.ikeVersions',
    holds: (self) =>
      !self.ikeVersions.includes('ikev1') || self.phase1.encryption.some((one) => one === 'AES128' || one === 'AES256'),
    fieldPath: '.phase1.encryption',
  },
  {
    // Site-to-Site VPN User Guide, "Tunnel initiation options"
    rule: "self.startup == 'add' || 'ikev2' in self.ikeVersions",
    message:
      'tunnels.startup: start needs ikev2, as AWS begins no ikev1: set startup: add, or add ikev2 to tunnels.ikeVersions',
    holds: (self) => self.startup === 'add' || self.ikeVersions.includes('ikev2'),
    fieldPath: '.startup',
  },
  {
    rule: 'self.phase2.lifetimeSeconds < self.phase1.lifetimeSeconds',
    message:
      'tunnels.phase2.lifetimeSeconds must be shorter than that of phase1: AWS refuses it otherwise; lower it, or raise phase1.lifetimeSeconds',
    holds: (self) => self.phase2.lifetimeSeconds < self.phase1.lifetimeSeconds,
    fieldPath: '.phase2.lifetimeSeconds',
  },
  {
    rule: 'int(self.rekeyMarginSeconds) * 2 <= int(self.phase2.lifetimeSeconds)',
    message: 'tunnels.rekeyMarginSeconds must be at most half of phase2.lifetimeSeconds: lower it',
    holds: (self) => self.rekeyMarginSeconds * 2 <= self.phase2.lifetimeSeconds,
    fieldPath: '.rekeyMarginSeconds',
  },
  {
    rule: '!has(self.tunnel1.insideCIDR) || !has(self.tunnel2.insideCIDR) || self.tunnel1.insideCIDR != self.tunnel2.insideCIDR',
    message: 'tunnels.tunnel2.insideCIDR must not be that of tunnel1: take another /30, e.g. 169.254.11.0/30',
    holds: ({ tunnel1, tunnel2 }) => tunnel1.insideCIDR === undefined || tunnel1.insideCIDR !== tunnel2.insideCIDR,
    fieldPath: '.tunnel2.insideCIDR',
  },
  {
    rule: '!has(self.tunnel1.presharedKeySecretRef) || !has(self.tunnel2.presharedKeySecretRef) || self.tunnel1.presharedKeySecretRef.name != self.tunnel2.presharedKeySecretRef.name',
    message:
      'tunnels.tunnel2.presharedKeySecretRef must not be the Secret of tunnel1: who learns one key would have both; give each tunnel one of its own',
    holds: ({ tunnel1, tunnel2 }) =>
      tunnel1.presharedKeySecretRef === undefined ||
      tunnel1.presharedKeySecretRef.name !== tunnel2.presharedKeySecretRef?.name,
    fieldPath: '.tunnel2.presharedKeySecretRef.name',
  },
];

const phaseDefault = { encryption: ['AES256' as const], integrity: ['SHA2-256' as const], dhGroups: [14] };

export const tunnels = withRules(fields, rules, {
  description: 'Both tunnels: what AWS accepts and offers. One is changed at a time, and only while the other is up.',
}).prefault({
  // An API server checks a default against the rules before it fills in defaults inside it: so these are spelt out.
  cryptoPolicy: 'Strong',
  ikeVersions: ['ikev2'],
  phase1: { ...phaseDefault, lifetimeSeconds: 28_800 },
  phase2: { ...phaseDefault, lifetimeSeconds: 3600 },
  rekeyMarginSeconds: 270,
  rekeyFuzzPercent: 100,
  replayWindowPackets: 1024,
  dpdTimeoutSeconds: 30,
  dpdAction: 'restart',
  startup: 'start',
  tunnel1: {},
  tunnel2: {},
});
