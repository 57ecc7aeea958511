// SPDX-License-Identifier: GPL-3.0-or-later
/** The algorithms of a SiteVpn's tunnels, as AWS names them, and which of them are weak. */
import { z } from 'zod';
import { withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';

const encryptions = ['AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16'] as const;
const integrities = ['SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512'] as const;
/** https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html */
const groups = {
  phase1: [2, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24],
  phase2: [2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24],
};
/** Short, or with primes that nobody can check (RFC 8247, section 2.4; RFC 8247 calls 22 MUST NOT, 23 and 24 SHOULD NOT). */
export const weakGroups: readonly number[] = [2, 5, 22, 23, 24];
export const weakIntegrities: readonly string[] = ['SHA1'];

export const ikeVersions = withRules(
  z
    .array(z.enum(['ikev1', 'ikev2']).meta({ description: 'ikev2, or the old ikev1.' }))
    .max(2)
    .default(['ikev2']),
  [notEmpty('tunnels.ikeVersions', 'ikev2'), unique('tunnels.ikeVersions')],
  {
    description:
      'Versions of IKE that AWS accepts; ikev1 needs cryptoPolicy AllowWeak. Default: ikev2. Example: [ikev2].',
    'x-kubernetes-list-type': 'atomic',
  },
);

function notEmpty(field: string, example: string): Rule<readonly unknown[]> {
  return {
    rule: 'self.size() >= 1',
    message: `${field} must not be empty: AWS would then accept everything, weak ones too; name at least one, e.g. ${example}`,
    holds: (self) => self.length > 0,
  };
}

function unique(field: string): Rule<readonly unknown[]> {
  return {
    rule: 'self.all(one, self.filter(other, other == one).size() == 1)',
    message: `${field} must not hold a value twice; remove one`,
    holds: (self) => new Set(self).size === self.length,
  };
}

/** AWS says from 900 seconds, up to eight hours for phase 1 and one for phase 2. */
export function phase(name: 'phase1' | 'phase2') {
  const field = `tunnels.${name}`;
  const most = name === 'phase1' ? 28_800 : 3600;
  const what = name === 'phase1' ? 'the IKE negotiation' : 'the traffic';
  const hours = name === 'phase1' ? 'eight hours' : 'one hour';
  return z
    .object({
      encryption: withRules(
        z
          .array(z.enum(encryptions).meta({ description: 'As AWS names it, e.g. AES256.' }))
          .max(4)
          .default(['AES256']),
        [notEmpty(`${field}.encryption`, 'AES256'), unique(`${field}.encryption`)],
        {
          description: `Ciphers that AWS accepts for ${what}. Give one, and both sides know which it is. Default: AES256. Example: [AES256-GCM-16].`,
          'x-kubernetes-list-type': 'atomic',
        },
      ),
      integrity: withRules(
        z
          .array(z.enum(integrities).meta({ description: 'As AWS names it, e.g. SHA2-256.' }))
          .max(4)
          .default(['SHA2-256']),
        [notEmpty(`${field}.integrity`, 'SHA2-256'), unique(`${field}.integrity`)],
        {
          description: `Hashes that AWS accepts for ${what}; SHA1 needs cryptoPolicy AllowWeak. Default: SHA2-256. Example: [SHA2-384].`,
          'x-kubernetes-list-type': 'atomic',
        },
      ),
      dhGroups: withRules(
        z
          .array(z.int().min(2).max(24).meta({ description: 'Number of a group, e.g. 14.' }))
          .max(13)
          .default([14]),
        [
          notEmpty(`${field}.dhGroups`, '14'),
          unique(`${field}.dhGroups`),
          {
            rule: `self.all(group, group in [${groups[name].join(', ')}])`,
            message: `${field}.dhGroups may hold ${groups[name].join(', ')} only: AWS has no others; use 14 or 19 to 21`,
            holds: (self) => self.every((group) => groups[name].includes(group)),
          },
        ],
        {
          description: `Diffie-Hellman groups that AWS accepts for ${what}; ${name === 'phase1' ? '2, 22, 23 and 24 need' : '2, 5, 22, 23 and 24 need'} cryptoPolicy AllowWeak. Default: 14. Example: [20].`,
          'x-kubernetes-list-type': 'atomic',
        },
      ),
      lifetimeSeconds: z
        .int()
        .min(900)
        .max(most)
        .default(most)
        .meta({
          description: `After how many seconds the keys of ${what} are made anew, ${hours} at most. 900 to ${most} seconds. Default: ${most}. Example: ${most === 3600 ? 1800 : 14_400}.`,
        }),
    })
    .prefault({ encryption: ['AES256'], integrity: ['SHA2-256'], dhGroups: [14], lifetimeSeconds: most })
    .meta({ description: `What AWS accepts for ${what}.` });
}
