// SPDX-License-Identifier: GPL-3.0-or-later
/** How the other end of a connection is known, where it may have no public certificate. There is no way to go without. */
import { z } from 'zod';
import { celMatches, withRules } from './rules.ts';
import { secretRef } from './shared.ts';

const example = Array.from({ length: 16 }, (_, index) => `AB:${index + 10}`).join(':');

const pattern = '^([0-9A-Fa-f]{64}|([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$';

/** @param field Where it stands in the spec: `device.push.opnsense.tls`. */
export function tls(field: string) {
  const fingerprints = withRules(
    z
      .array(
        z
          .string()
          .min(64)
          .max(95)
          .meta({ description: `A SHA-256 fingerprint, e.g. ${example}.` }),
      )
      .max(2),
    [
      {
        rule: `self.all(one, ${celMatches('one', pattern)})`,
        message: `${field}.fingerprints may hold SHA-256 fingerprints only, 64 hex digits, in pairs with colons or without: openssl x509 -noout -fingerprint -sha256 shows it on the device`,
        holds: (self) => self.every((one) => new RegExp(pattern).test(one)),
      },
      {
        rule: 'self.size() >= 1',
        message: `${field}.fingerprints must have at least one fingerprint; leave it out to trust an authority`,
        holds: (self) => self.length > 0,
      },
    ],
    {
      description: `SHA-256 fingerprints of certificates that are trusted, whatever their names and dates: one, or two while the certificate is being replaced. Default: none. Example: ["${example}"].`,
      'x-kubernetes-list-type': 'atomic',
    },
  );
  return withRules(
    z.object({
      fingerprints: fingerprints.optional(),
      caSecretRef: secretRef(
        `${field}.caSecretRef`,
        'Secret with the key ca.crt: the certificate, in PEM, of the authority that signed. The name in the url has to be in the certificate then.',
      ).optional(),
    }),
    [
      {
        rule: 'has(self.fingerprints) != has(self.caSecretRef)',
        message: `${field} must have either fingerprints or caSecretRef; leave tls out to trust public authorities`,
        holds: (self) => (self.fingerprints === undefined) !== (self.caSecretRef === undefined),
      },
    ],
    { description: 'How its certificate is verified. Default: by the public authorities.' },
  );
}
