// SPDX-License-Identifier: GPL-3.0-or-later
/** Names, addresses and sizes as Proxmox VE and Proxmox Backup Server take them; each pattern as in the products' API schemas. */
import { z } from 'zod';
import { immutable, matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';

/** PVE::JSONSchema, pve-node; the host name of a machine (RFC 1123). */
export function nodeName(field: string, description: string) {
  return withRules(
    z.string().min(1).max(63),
    [
      matches(
        '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$',
        `${field} must be the name of a node: letters, digits and '-', a letter or digit at both ends, e.g. node1; not its address`,
      ),
    ],
    { description },
  );
}

/** PVE::JSONSchema, pve-storage-id. */
export function storageID(field: string, description: string, further: readonly Rule<string>[] = []) {
  return withRules(
    z.string().min(2).max(64),
    [
      matches(
        '^[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]$',
        `${field} must be the id of a storage of Proxmox VE: letters, digits, '-', '_' and '.', a letter first, a letter or digit last, e.g. local-lvm`,
      ),
      ...further,
    ],
    { description },
  );
}

/** Of S3 endpoints, datastores and jobs (pbs-api-types, PROXMOX_SAFE_ID_REGEX, 3 to 32 characters). */
export function pbsID(
  field: string,
  { what, description, cure }: { readonly what: string; readonly description: string; readonly cure: string },
) {
  return withRules(
    z.string().min(3).max(32),
    [
      matches(
        '^[A-Za-z0-9_][A-Za-z0-9._-]*$',
        `${field} must be ${what}: 3 to 32 letters, digits, '-', '_' and '.', a letter, digit or '_' first`,
      ),
      immutable(field, cure),
    ],
    { description },
  );
}

/** A calendar event as systemd has them; what does not parse in spite of this the server refuses (proxmox-time, calendar_event.rs). */
export function schedule(field: string, description: string) {
  return withRules(
    z.string().min(1).max(128),
    [
      matches(
        '^[A-Za-z0-9*][A-Za-z0-9*:/.,~ -]*$',
        `${field} must be a calendar event as Proxmox has them, e.g. daily, 02:00, mon..fri 22:30, or sat 03:15; cron's five fields are none`,
      ),
      {
        rule: "!self.matches('^([^ ]+ +){4}[^ ]+$')",
        message: `${field} has the five fields of cron; write a calendar event instead, e.g. daily, 02:00 or mon..fri 22:30`,
        holds: (self) => !/^([^ ]+ +){4}[^ ]+$/.test(self),
      },
    ],
    { description },
  );
}

/** With the port always: that of Proxmox is another than that of https, and to guess one sends a token to whatever is at the other. */
export function serverURL(field: string, description: string, example: string) {
  return withRules(
    z.string().min(10).max(300),
    [
      matches(
        '^https://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:]+\\]):[1-9][0-9]{0,4}$',
        `${field} must be an address with https:// and a port, without path, credentials or a slash at the end, e.g. ${example}`,
      ),
    ],
    { description: `${description} Example: ${example}.` },
  );
}

const miB = '^[1-9][0-9]{0,4}Mi$';

/** Bytes in a second, as a resource quantity in whole Mi. */
export function rateMi(field: string, description: string) {
  return withRules(
    z.string().min(3).max(7),
    [matches(miB, `${field} must be a whole number of Mi in a second, 1Mi to 99999Mi, e.g. 50Mi`)],
    { description },
  );
}

const giB = (size: string) => Number(size.split('Gi')[0]);
const celGiB = (operand: string) => `int(${operand}.split('Gi')[0])`;
const pattern = '^[1-9][0-9]{0,5}Gi$';
const wellFormed = (size: string) => new RegExp(pattern).test(size);

/** A resource quantity in whole Gi: Proxmox VE makes disks of whole GiB. */
export function sizeGi(
  field: string,
  { least, most, why }: { readonly least: number; readonly most: number; readonly why: string },
) {
  const rules: Rule<string>[] = [
    matches(pattern, `${field} must be a whole number of Gi, e.g. ${least}Gi`),
    {
      rule: `!self.matches('${pattern}') || (${celGiB('self')} >= ${least} && ${celGiB('self')} <= ${most})`,
      message: `${field} must be ${least}Gi to ${most}Gi: ${why}`,
      holds: (self) => !wellFormed(self) || (giB(self) >= least && giB(self) <= most),
    },
  ];
  return { rules, schema: z.string().min(3).max(8) };
}

/** Proxmox VE cannot shrink a disk. */
export function noShrink(field: string): Rule<string> {
  return {
    rule: `${celGiB('self')} >= ${celGiB('oldSelf')}`,
    message: `${field} cannot be made smaller: Proxmox VE cannot shrink a disk; leave it, or make another PbsInstance`,
  };
}
