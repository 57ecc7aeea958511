// SPDX-License-Identifier: GPL-3.0-or-later
/** models/OPNsense/IPsec/Swanctl.xml, Swanctl.php and the preSharedKeys of IPsec.xml. Certificates, pools and EAP are not simulated. */
import type { Values } from '../state.ts';
import { description, no, oneOf, yes, type Field, type Model } from './field.ts';
import { phase1, phase2 } from './proposals.ts';

const seconds: Field = { type: 'integer', min: 0, max: 500_000 };
const port: Field = { ...oneOf('4500') };

const ofConnection: Field = {
  type: 'list',
  required: true,
  options: ({ saved }) => [...saved.connection.keys()],
};

export const connection: Model = {
  fields: {
    enabled: yes,
    proposals: { type: 'list', options: () => phase1, multiple: true, required: true, default: 'default' },
    unique: { ...oneOf('no', 'never', 'keep', 'replace'), required: true, default: 'no' },
    aggressive: no,
    version: { ...oneOf('0', '1', '2'), required: true, default: '0' },
    mobike: yes,
    local_addrs: { type: 'ikeAddresses' },
    local_port: port,
    remote_addrs: { type: 'ikeAddresses' },
    remote_port: port,
    encap: no,
    reauth_time: seconds,
    rekey_time: seconds,
    over_time: seconds,
    dpd_delay: seconds,
    dpd_timeout: seconds,
    send_certreq: yes,
    send_cert: oneOf('ifasked', 'never', 'always'),
    keyingtries: { type: 'integer', min: 0, max: 1000 },
    description: { ...description, required: true },
  },
};

const identity: Field = { type: 'text', mask: /^[0-9a-zA-Z.\-,_:=@%*\s]{0,1024}$/ };

const end: Model = {
  fields: {
    enabled: yes,
    connection: ofConnection,
    round: { type: 'integer', min: 0, max: 10, required: true, default: '0' },
    auth: {
      ...oneOf('psk', 'pubkey', 'eap-tls', 'eap-mschapv2', 'xauth-pam', 'eap-radius'),
      required: true,
      default: 'psk',
    },
    id: identity,
    eap_id: identity,
    description,
  },
};
export const local = end;
export const remote = end;

export const child: Model = {
  fields: {
    enabled: yes,
    connection: ofConnection,
    reqid: { type: 'integer', min: 1, max: 65_535 },
    esp_proposals: { type: 'list', options: () => phase2, multiple: true, required: true, default: 'default' },
    sha256_96: no,
    start_action: { ...oneOf('none', 'trap|start', 'route', 'start', 'trap'), required: true, default: 'start' },
    close_action: { ...oneOf('none', 'trap', 'start'), required: true, default: 'none' },
    dpd_action: { ...oneOf('clear', 'trap', 'start'), required: true, default: 'clear' },
    mode: { ...oneOf('tunnel', 'transport', 'pass', 'drop'), required: true, default: 'tunnel' },
    policies: yes,
    local_ts: { type: 'network', asList: true },
    remote_ts: { type: 'network', asList: true },
    rekey_time: { ...seconds, required: true, default: '3600' },
    description,
  },
};

const address: Field = { type: 'network', mask: 'forbidden', message: 'Please specify a valid address.' };

function familyOf(value = ''): string {
  if (value === '') return '-';
  return value.includes(':') ? 'inet6' : 'inet';
}

function pairs(values: Values): readonly (readonly [string, string])[] {
  const differ = (one: string, other: string) => familyOf(values[one]) !== familyOf(values[other]);
  const half = (values['local'] === '') !== (values['remote'] === '');
  return [
    ...(half ? [['local', 'A local and remote address should be provided or both should be left empty'] as const] : []),
    ...(differ('local', 'remote') ? [['local', 'Protocol families should match'] as const] : []),
    ...(differ('tunnel_local', 'tunnel_remote') ? [['tunnel_local', 'Protocol families should match'] as const] : []),
  ];
}

export const vti: Model = {
  fields: {
    enabled: yes,
    reqid: { type: 'integer', min: 1, max: 65_535, required: true },
    local: address,
    remote: address,
    tunnel_local: { ...address, required: true },
    tunnel_remote: { ...address, required: true },
    tunnel_local2: address,
    tunnel_remote2: address,
    skip_fw: { type: 'boolean' },
    description,
  },
  unique: [{ fields: ['reqid'], message: 'Reqid must be unique.' }],
  validate: pairs,
};

const ident: Field = {
  type: 'text',
  mask: /^([a-zA-Z0-9@.:\-_]*)/,
  message: 'The identifier contains invalid characters.',
};

export const key: Model = {
  fields: {
    ident: { ...ident, required: true },
    remote_ident: ident,
    keyType: { ...oneOf('PSK', 'EAP'), required: true, default: 'PSK' },
    Key: { type: 'text' },
    description,
  },
  unique: [
    { fields: ['ident', 'remote_ident'], message: 'Another entry with the same identifier already exists.' },
    { fields: ['remote_ident', 'ident'], message: 'Another entry with the same identifier already exists.' },
  ],
};
