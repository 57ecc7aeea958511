// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What may be said of a tunnel: under the names that requests have, and those, often others, that replies have. Source: EC2 API reference,
 * VpnTunnelOptionsSpecification, ModifyVpnTunnelOptionsSpecification, TunnelOption.
 */
import { may, records, text, whole, type Fields, type Members, type Shape } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { cidrText, parseCidr } from './cidr.ts';
import { invalid, invalidSecret } from './input.ts';
import { items } from './protocol.ts';
import type { Tunnel, TunnelSettings } from './state.ts';

interface Option {
  /** The element in replies. */
  readonly reply: string;
  readonly shape: Shape;
}

const encryption = ['AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16'];
const integrity = ['SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512'];
const groups = ['2', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24'];
const phase2Groups = ['2', '5', ...groups.slice(1)];

const scalars: Readonly<Record<string, Option>> = {
  Phase1LifetimeSeconds: { reply: 'phase1LifetimeSeconds', shape: whole(900, 28_800) },
  Phase2LifetimeSeconds: { reply: 'phase2LifetimeSeconds', shape: whole(900, 3600) },
  RekeyMarginTimeSeconds: { reply: 'rekeyMarginTimeSeconds', shape: whole(60, 1800) },
  RekeyFuzzPercentage: { reply: 'rekeyFuzzPercentage', shape: whole(0, 100) },
  ReplayWindowSize: { reply: 'replayWindowSize', shape: whole(64, 2048) },
  DPDTimeoutSeconds: { reply: 'dpdTimeoutSeconds', shape: whole(30, 2_147_483_647) },
  DPDTimeoutAction: { reply: 'dpdTimeoutAction', shape: text({ oneOf: ['clear', 'none', 'restart'] }) },
  StartupAction: { reply: 'startupAction', shape: text({ oneOf: ['add', 'start'] }) },
};

function valued(reply: string, oneOf: readonly string[]): Option {
  return { reply, shape: { is: 'list', of: { is: 'structure', members: { Value: text({ oneOf }) } } } };
}

const lists: Readonly<Record<string, Option>> = {
  Phase1EncryptionAlgorithm: valued('phase1EncryptionAlgorithmSet', encryption),
  Phase2EncryptionAlgorithm: valued('phase2EncryptionAlgorithmSet', encryption),
  Phase1IntegrityAlgorithm: valued('phase1IntegrityAlgorithmSet', integrity),
  Phase2IntegrityAlgorithm: valued('phase2IntegrityAlgorithmSet', integrity),
  Phase1DHGroupNumber: valued('phase1DHGroupNumberSet', groups),
  Phase2DHGroupNumber: valued('phase2DHGroupNumberSet', phase2Groups),
  IKEVersion: valued('ikeVersionSet', ['ikev1', 'ikev2']),
};

/** What AWS uses where nobody said anything, by the names of replies, which leave it out. */
export const defaultSettings: TunnelSettings = {
  phase1EncryptionAlgorithmSet: encryption,
  phase2EncryptionAlgorithmSet: encryption,
  phase1IntegrityAlgorithmSet: integrity,
  phase2IntegrityAlgorithmSet: integrity,
  phase1DHGroupNumberSet: groups,
  phase2DHGroupNumberSet: phase2Groups,
  ikeVersionSet: ['ikev1', 'ikev2'],
  phase1LifetimeSeconds: '28800',
  phase2LifetimeSeconds: '3600',
  rekeyMarginTimeSeconds: '270',
  rekeyFuzzPercentage: '100',
  replayWindowSize: '1024',
  dpdTimeoutSeconds: '30',
  dpdTimeoutAction: 'clear',
  startupAction: 'add',
};

export const tunnelMembers: Members = {
  TunnelInsideCidr: text(),
  PreSharedKey: text(),
  ...Object.fromEntries(Object.entries({ ...scalars, ...lists }).map(([name, { shape }]) => [name, shape])),
};

/** What a request says of a tunnel's settings. @throws {AwsError} InvalidParameterValue where they do not go together with `present`. */
export function settingsIn(input: Fields, present: TunnelSettings = {}): TunnelSettings {
  const said: Record<string, string | readonly string[]> = {};
  for (const [name, { reply }] of Object.entries(scalars)) {
    const value = may(input, name);
    if (value !== undefined) said[reply] = value;
  }
  for (const [name, { reply }] of Object.entries(lists)) {
    const values = records(input, name).flatMap((item) => may(item, 'Value') ?? []);
    if (values.length > 0) said[reply] = values;
  }
  const all = { ...present, ...said };
  checkTogether(all);
  return all;
}

function checkTogether(settings: TunnelSettings): void {
  const of = (name: string, otherwise: number): number => Number(settings[name] ?? otherwise);
  const second = of('phase2LifetimeSeconds', 3600);
  if (second >= of('phase1LifetimeSeconds', 28_800))
    throw invalid('Phase2LifetimeSeconds', String(second), 'It must be less than the value for Phase1LifetimeSeconds.');
  const margin = of('rekeyMarginTimeSeconds', 270);
  if (margin > second / 2)
    throw invalid('RekeyMarginTimeSeconds', String(margin), 'It must be at most half of Phase2LifetimeSeconds.');
}

const reserved = new Set([...[0, 1, 2, 3, 4, 5].map((third) => `169.254.${third}.0/30`), '169.254.169.252/30']);

export function isReserved(cidr: string): boolean {
  return reserved.has(cidr);
}

/** A /30 of 169.254.0.0/16 that is not reserved. */
export function insideCidr(given: string): string {
  const parsed = parseCidr(given);
  if (!parsed || parsed.bits !== 30 || !given.startsWith('169.254.') || cidrText(parsed) !== given)
    throw invalid('TunnelInsideCidr', given, 'It must be a /30 block of 169.254.0.0/16.');
  if (isReserved(given)) throw invalid('TunnelInsideCidr', given, 'The block is reserved.');
  return given;
}

export function preSharedKey(given: string): string {
  if (!/^[A-Za-z1-9._][A-Za-z0-9._]{7,63}$/.test(given))
    throw invalidSecret(
      'PreSharedKey',
      'It must have 8 to 64 characters of letters, digits, periods and underscores, and not start with zero.',
    );
  return given;
}

/**
 * As `DescribeVpnConnections` has it: addresses and key always, of the rest only what somebody set.
 * `CreateVpnConnection` says nothing of a tunnel that the request said nothing of (AWS CLI reference, create-vpn-connection, examples 1 and 3).
 */
export function tunnelXml(tunnel: Tunnel, reply: 'describe' | 'create'): Xml {
  const { settings, chosen, outsideIP } = tunnel;
  const own = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, settingXml(value)]));
  if (reply === 'create' && chosen.length === 0 && Object.keys(own).length === 0) return {};
  const shows = (name: 'tunnelInsideCidr' | 'preSharedKey'): boolean => reply === 'describe' || chosen.includes(name);
  return {
    outsideIpAddress: outsideIP,
    tunnelInsideCidr: shows('tunnelInsideCidr') ? tunnel.insideCidr : undefined,
    preSharedKey: shows('preSharedKey') ? tunnel.psk : undefined,
    ...own,
  };
}

function settingXml(value: string | readonly string[]): Xml {
  return typeof value === 'string' ? value : items(value.map((one) => ({ value: one })));
}
