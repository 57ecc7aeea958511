// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The answer file of the unattended installation: what it may hold (proxmox-auto-installer, answer.rs: unknown keys are refused; kebab-case
 * since 8.4, snake_case still taken) and what the installer needs of it.
 */
import { parseToml, TomlError, type TomlTable, type TomlValue } from './toml.ts';

export interface Answer {
  readonly fqdn: string;
  readonly rootPassword: string | undefined;
  readonly rebootMode: 'reboot' | 'power-off';
  readonly network:
    | { readonly source: 'from-dhcp' }
    | { readonly source: 'from-answer'; readonly cidr: string; readonly gateway: string; readonly dns: string };
  /** Of `network.filter`, by udev property. */
  readonly networkFilter: Readonly<Record<string, string>>;
  readonly filesystem: string;
  readonly diskList: readonly string[];
  /** Of `disk-setup.filter`, by udev property; any of them is enough unless `filter-match` says all. */
  readonly diskFilter: Readonly<Record<string, string>>;
  readonly diskFilterAll: boolean;
  readonly mailto: string;
}

/** The installer says it on its screen, and nobody reads it. */
export class AnswerError extends Error {}

const allowed: Readonly<Record<string, readonly string[]>> = {
  '': ['global', 'network', 'disk-setup', 'post-installation-webhook', 'first-boot'],
  global: [
    'keyboard',
    'country',
    'fqdn',
    'mailto',
    'timezone',
    'root-password',
    'root-password-hashed',
    'root-ssh-keys',
    'reboot-on-error',
    'reboot-mode',
    'subscription-key',
  ],
  network: ['source', 'cidr', 'dns', 'gateway', 'filter', 'interface-name-pinning'],
  'disk-setup': ['filesystem', 'disk-list', 'filter', 'filter-match', 'zfs', 'lvm', 'btrfs'],
  'post-installation-webhook': ['url', 'cert-fingerprint', 'auth-token'],
  'first-boot': ['source', 'ordering', 'url', 'cert-fingerprint'],
};

const keyboards =
  'de de-ch dk en-gb en-us es fi fr fr-be fr-ca fr-ch hu is it jp lt mk nl no pl pt pt-br se si tr'.split(' ');

const kebab = (key: string) => key.replaceAll('_', '-');

function tableOf(value: TomlValue | undefined, name: string): TomlTable {
  if (value === undefined) throw new AnswerError(`missing field \`${name}\``);
  if (typeof value !== 'object' || Array.isArray(value)) throw new AnswerError(`\`${name}\` is no table`);
  return value;
}

function section(root: TomlTable, name: string): ReadonlyMap<string, TomlValue> {
  const table = name === '' ? root : tableOf(root[name], name);
  const known = allowed[name] ?? [];
  return new Map(
    Object.entries(table).map(([key, value]) => {
      const plain = name === 'network' && key.startsWith('filter') ? key : kebab(key);
      if (!known.includes(plain))
        throw new AnswerError(`unknown field \`${key}\`, expected one of ${known.join(', ')}`);
      return [plain, value] as const;
    }),
  );
}

function text(values: ReadonlyMap<string, TomlValue>, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new AnswerError(`missing field \`${name}\``);
  if (typeof value !== 'string') throw new AnswerError(`invalid type for \`${name}\`, expected a string`);
  return value;
}

function oneOf<const T extends string>(value: string, options: readonly T[], name: string): T {
  const found = options.find((option) => option === value);
  if (found === undefined)
    throw new AnswerError(`unknown variant \`${value}\` of \`${name}\`, expected one of ${options.join(', ')}`);
  return found;
}

function passwordOf(global: ReadonlyMap<string, TomlValue>): string | undefined {
  const [plain, hashed] = [global.get('root-password'), global.get('root-password-hashed')];
  if ((plain === undefined) === (hashed === undefined))
    throw new AnswerError('Set either `root-password` or `root-password-hashed`');
  if (plain === undefined) return `hash:${text(global, 'root-password-hashed')}`;
  const password = text(global, 'root-password');
  if (password.length < 8 || password.length > 64)
    throw new AnswerError('`root-password` must have 8 to 64 characters');
  return password;
}

const address = /^(?:\d{1,3}\.){3}\d{1,3}$/;

function networkOf(values: ReadonlyMap<string, TomlValue>): Answer['network'] {
  const source = oneOf(text(values, 'source'), ['from-dhcp', 'from-answer'], 'network.source');
  if (source === 'from-dhcp') return { source };
  const [cidr, gateway, dns] = [text(values, 'cidr'), text(values, 'gateway'), text(values, 'dns')];
  if (!/^(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(cidr)) throw new AnswerError(`invalid CIDR ${cidr}`);
  if (!address.test(gateway) || !address.test(dns)) throw new AnswerError('invalid IP address syntax');
  if (values.get('filter') === undefined) throw new AnswerError('missing field `filter`');
  return { source, cidr, gateway, dns };
}

function fqdnOf(global: ReadonlyMap<string, TomlValue>): string {
  const value = global.get('fqdn');
  const fqdn =
    typeof value === 'object'
      ? `from-dhcp.${JSON.stringify(tableOf(value, 'fqdn')['domain'] ?? 'local').replaceAll('"', '')}`
      : text(global, 'fqdn');
  if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$/i.test(fqdn) || /^\d+\./.test(fqdn))
    throw new AnswerError(`FQDN "${fqdn}" is not valid`);
  return fqdn;
}

type Disks = Pick<Answer, 'filesystem' | 'diskList' | 'diskFilter' | 'diskFilterAll'>;

function disksOf(values: ReadonlyMap<string, TomlValue>): Disks {
  const filesystem = oneOf(text(values, 'filesystem'), ['ext4', 'xfs', 'zfs'], 'disk-setup.filesystem');
  const list = values.get('disk-list');
  const [named, filtered] = [list !== undefined, values.get('filter') !== undefined];
  if (named === filtered) throw new AnswerError('Need either `disk-list` or `filter` set');
  if (filesystem === 'zfs') tableOf(values.get('zfs'), 'zfs');
  const match = values.get('filter-match');
  return {
    filesystem,
    diskList: Array.isArray(list) ? list.map(String) : [],
    diskFilter: filterOf(values.get('filter')),
    diskFilterAll: match !== undefined && oneOf(text(values, 'filter-match'), ['any', 'all'], 'filter-match') === 'all',
  };
}

function filterOf(value: TomlValue | undefined): Record<string, string> {
  if (value === undefined) return {};
  return Object.fromEntries(
    Object.entries(tableOf(value, 'filter')).map(([key, pattern]) => [key, typeof pattern === 'string' ? pattern : '']),
  );
}

function judge(content: string): Answer {
  const root = parseToml(content);
  section(root, '');
  const global = section(root, 'global');
  const network = section(root, 'network');
  const disks = section(root, 'disk-setup');
  for (const name of ['post-installation-webhook', 'first-boot']) if (root[name] !== undefined) section(root, name);
  oneOf(text(global, 'keyboard'), keyboards, 'keyboard');
  if (!/^[a-z]{2}$/.test(text(global, 'country'))) throw new AnswerError('invalid country');
  text(global, 'timezone');
  const mode = global.get('reboot-mode');
  return {
    fqdn: fqdnOf(global),
    mailto: text(global, 'mailto'),
    rootPassword: passwordOf(global),
    rebootMode:
      mode === undefined ? 'reboot' : oneOf(text(global, 'reboot-mode'), ['reboot', 'power-off'], 'reboot-mode'),
    network: networkOf(network),
    networkFilter: filterOf(network.get('filter')),
    ...disksOf(disks),
  };
}

/** @throws {AnswerError} with what the installer would show */
export function parseAnswer(content: string): Answer {
  try {
    return judge(content);
  } catch (error) {
    throw error instanceof TomlError ? new AnswerError(error.message) : error;
  }
}
