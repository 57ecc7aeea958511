// SPDX-License-Identifier: GPL-3.0-or-later
/** What PVE makes of options before it writes them, and how it shows them (PVE::QemuServer, parse_net, print_net, write_vm_config). */
import { createHash } from 'node:crypto';
import { randomText, type RandomState } from '../../../kernel/random.ts';
import type { Guest } from '../../state.ts';

/** With the prefix that Proxmox has since 2023 (IEEE OUI BC:24:11). */
function newMac(random: RandomState): string {
  const octet = () => randomText(random, 2, '0123456789ABCDEF');
  return `BC:24:11:${octet()}:${octet()}:${octet()}`;
}

function networkOf(random: RandomState, text: string, former: string | undefined): string {
  const parts = new Map(
    text
      .split(',')
      .map((part) =>
        part.includes('=') ? [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] : ['model', part],
      ),
  );
  const models = /^(e1000|e1000e|virtio|rtl8139|vmxnet3|i8255\w+|ne2k_\w+|pcnet|e1000-\w+)$/;
  const named = [...parts.keys()].find((name) => models.test(name));
  const model = named ?? parts.get('model') ?? 'virtio';
  const mac =
    (named === undefined ? parts.get('macaddr') : parts.get(named)) ??
    /=((?:[0-9A-F]{2}:){5}[0-9A-F]{2})/.exec(former ?? '')?.[1];
  for (const gone of [named, 'model', 'macaddr']) if (gone !== undefined) parts.delete(gone);
  const rest = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `,${name}=${value}`);
  return `${model}=${(mac ?? newMac(random)).toUpperCase()}${rest.join('')}`;
}

/** Lower case unless the datacenter says otherwise, sorted, without doubles (PVE::GuestHelpers, get_unique_tags). */
function tagsOf(text: string): string {
  const all = text
    .toLowerCase()
    .split(/[,;\s\0]+/)
    .filter((tag) => tag !== '');
  return [...new Set(all)].sort().join(';');
}

function sortedProperties(text: string): string {
  return text
    .split(',')
    .sort((a, b) => (a < b ? -1 : 1))
    .join(',');
}

/** One option as it will stand in the file; drives are another matter. */
export function rendered(random: RandomState, [name, value]: readonly [string, string], former?: string): string {
  if (/^net\d+$/.test(name)) return networkOf(random, value, former);
  if (name === 'tags') return tagsOf(value);
  if (name === 'smbios1') return sortedProperties(value);
  return value;
}

const numeric =
  /^(cores|sockets|onboot|protection|balloon|acpi|kvm|tablet|vcpus|numa|template|autostart|ciupgrade|freeze|shares|cpuunits|migrate_downtime)$/;

export function digestOf(config: Readonly<Record<string, string>>): string {
  const lines = Object.keys(config)
    .sort()
    .map((name) => `${name}: ${config[name]}\n`);
  return createHash('sha1').update(lines.join('')).digest('hex');
}

/** With pending changes, as it is without `current=1`. */
export function shownConfig({ config, pending }: Guest, current: boolean): Record<string, string | number> {
  const all: Record<string, string> = { ...config };
  for (const [name, value] of current ? [] : Object.entries(pending))
    if (value === null) delete all[name];
    else all[name] = value;
  const shown: Record<string, string | number> = { digest: digestOf(config) };
  for (const [name, value] of Object.entries(all)) {
    if (name === 'cipassword') shown[name] = '**********';
    else if (name === 'description') shown[name] = value.endsWith('\n') ? value : `${value}\n`;
    else shown[name] = numeric.test(name) && /^\d+$/.test(value) ? Number(value) : value;
  }
  return shown;
}
