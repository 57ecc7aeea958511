// SPDX-License-Identifier: GPL-3.0-or-later
/** Formats that the contracts name. Messages are those of PVE::JSONSchema and of the packages that register them. */
import { parseCalendarEvent } from '../calendar.ts';
import type { Properties } from './endpoint.ts';

type Check = (text: string) => string | undefined;

const by =
  (pattern: RegExp, message: string): Check =>
  (text) =>
    pattern.test(text) ? undefined : message;
const listOf =
  (check: Check): Check =>
  (text) =>
    text
      .split(/[,;\0\s]+/)
      .filter((part) => part !== '')
      .map(check)
      .find((problem) => problem !== undefined);

function calendarEvent(text: string): string | undefined {
  return parseCalendarEvent(text) ? undefined : `invalid calendar event '${text}'`;
}

const vmid = by(/^[1-9][0-9]{2,8}$/, 'value does not look like a valid VM ID');
const storageID: Check = (text) =>
  /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(text) ? undefined : `storage ID '${text}' contains illegal characters`;
const configID: Check = (text) => (/^[a-z][a-z0-9_-]+$/i.test(text) ? undefined : `invalid configuration ID '${text}'`);
/** PVE::JSONSchema, pve_verify_email_or_username, with EMAIL_RE and EMAIL_USER_RE of PVE::Tools. */
const recipient = by(
  /^[\w+\-~]+(\.[\w+\-~]+)*(@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*)?$/,
  'value does not look like a valid email address or user name',
);
const label = '[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?';

const checks: Readonly<Record<string, Check>> = {
  'pve-vmid': vmid,
  'pve-vmid-list': listOf(vmid),
  'pve-node': by(new RegExp(`^${label}$`), 'value does not look like a valid node name'),
  'pve-storage-id': storageID,
  'pve-configid': configID,
  'pve-configid-list': listOf(configID),
  'dns-name': by(new RegExp(`^(${label}\\.)*${label}$`), 'value does not look like a valid DNS name'),
  'pve-tag-list': listOf((text) => (/^[a-z0-9_][a-z0-9_\-+.]*$/i.test(text) ? undefined : 'invalid characters in tag')),
  'email-or-username-list': listOf(recipient),
  'pve-calendar-event': calendarEvent,
  'pve-poolid': by(/^[\w.-]+(\/[\w.-]+){0,2}$/, 'value contains invalid characters'),
  'mac-addr': by(/^[a-f0-9][02468ace](:[a-f0-9]{2}){5}$/i, 'value does not look like a valid unicast MAC address'),
  'pve-bridge-id': by(/^[-_.\w]{1,32}$/, 'invalid bridge name'),
  'pve-storage-content-list': listOf(
    by(/^(images|rootdir|vztmpl|iso|backup|snippets|import|none)$/, 'invalid content type'),
  ),
  'pve-storage-path': by(/^\/\S*$/, 'value does not look like a valid absolute path'),
  'pve-userid': by(/^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/, 'value does not look like a valid user name'),
};

const optional = { optional: 1 } as const;
const count = { type: 'integer', minimum: 0, ...optional } as const;

/** Formats that are property strings, registered elsewhere in PVE (qemu-server, pve-storage). */
const nested: Readonly<Record<string, Properties>> = {
  'pve-qm-smbios1': {
    uuid: { type: 'string', pattern: '[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}', ...optional },
    ...Object.fromEntries(
      ['version', 'serial', 'manufacturer', 'product', 'sku', 'family'].map((name) => [
        name,
        { type: 'string', pattern: '[A-Za-z0-9+\\/]+={0,2}', ...optional },
      ]),
    ),
    base64: { type: 'boolean', ...optional },
  },
  'prune-backups': {
    'keep-all': { type: 'boolean', ...optional },
    ...Object.fromEntries(
      ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'].map((one) => [`keep-${one}`, count]),
    ),
  },
  'backup-fleecing': {
    enabled: { type: 'boolean', default_key: 1, ...optional },
    storage: { type: 'string', format: 'pve-storage-id', ...optional },
  },
  'backup-performance': { 'max-workers': count, 'pbs-entries-max': count },
};

export function nestedFormat(name: string): Properties | undefined {
  return nested[name];
}

export function formatProblem(name: string, text: string): string | undefined {
  return checks[name]?.(text);
}
