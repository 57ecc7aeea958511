// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * answer.toml of the unattended installation of Proxmox Backup Server (pve-installer, proxmox-auto-installer/src/answer.rs; Proxmox wiki,
 * "Automated Installation"). Unknown keys are refused there, so there is none that is not needed.
 */

export interface Answer {
  readonly fqdn: string;
  readonly mailTo: string;
  /** `UTC`, `Asia/Seoul`. */
  readonly timeZone: string;
  /** `BC:24:11:00:00:01`: of the only network card. */
  readonly mac: string;
  readonly network:
    | { readonly source: 'DHCP' }
    | { readonly source: 'Static'; readonly cidr: string; readonly gateway: string; readonly dns: string };
}

/** The label by which the installer finds it, and the file in it (fetch_plugins/partition.rs). */
export const answerLabel = 'PROXMOX-AIS';
export const answerName = 'answer.toml';

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A basic string (TOML 1.0, "String"): what is a control character or ends it is escaped, so a value stays in its place. */
function quoted(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(
      /["\\\p{Cc}]/gu,
      (one) => escapes[one] ?? `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
  return `"${escaped}"`;
}

type Value = string | boolean | readonly string[];

function valueOf(value: Value): string {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? quoted(value) : `[${value.map(quoted).join(', ')}]`;
}

function table(name: string, values: Readonly<Record<string, Value>>): string {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${valueOf(value)}\n`);
  return `[${name}]\n${lines.join('')}`;
}

/** udev's name for a card by its address: `enxbc2411000001` (systemd.net-naming-scheme(7)). */
function cardFilter(mac: string): string {
  return `*${mac.replaceAll(':', '').toLowerCase()}`;
}

/** @param passwordHash Of crypt(3). */
export function answerFile({ fqdn, mailTo, timeZone, mac, network }: Answer, passwordHash: string): string {
  return [
    table('global', {
      keyboard: 'en-us',
      // chooses a mirror for people, and nothing else
      country: 'us',
      fqdn,
      mailto: mailTo,
      timezone: timeZone,
      'root-password-hashed': passwordHash,
      // what went wrong stays on the console; started again it would install for ever
      'reboot-on-error': false,
      // off is what can be seen from outside: the installation is over
      'reboot-mode': 'power-off',
    }),
    network.source === 'DHCP'
      ? table('network', { source: 'from-dhcp' })
      : table('network', {
          source: 'from-answer',
          cidr: network.cidr,
          gateway: network.gateway,
          dns: network.dns,
          'filter.ID_NET_NAME_MAC': cardFilter(mac),
        }),
    table('disk-setup', {
      filesystem: 'ext4',
      // by QEMU's name of the drive: which of two disks is sda is the kernel's choice at each boot
      'filter.ID_SERIAL': '*drive-scsi0',
    }),
  ].join('\n');
}
