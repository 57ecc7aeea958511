// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wrong about a PbsInstance's server and the Proxmox VE that it is made on, with what the API server must say. */
import { ignorable } from '../../src/api/pbs-instance/ignored.ts';
import type { Bad } from './bad.ts';
import { badIgnoring, badMaintenance } from './bad-shared.ts';
import { badPbsBackups } from './bad-pbs-backups.ts';
import { changedPbs, existing } from './good-pbs-instances.ts';

type Values = Parameters<typeof changedPbs>[0];

export function badPbs(name: string, values: Values, message: string, parsed?: string): Bad {
  return { name, spec: changedPbs(values), message, ...(parsed === undefined ? {} : { parsed }) };
}

const ofServer = (name: string, values: object, message: string): Bad => badPbs(name, existing(values), message);

const vm = (field: string, value: Values[string], message: string, parsed?: string): Bad =>
  badPbs(`${field} ${JSON.stringify(value)}`, { [`server.vm.${field}`]: value }, message, parsed);

const required = (field: string, path = field): Bad =>
  badPbs(`no ${field}`, { [field]: undefined }, `spec.${path}: Required value`, path);

const addresses = [
  'http://192.168.0.10:8006',
  '192.168.0.10:8006',
  'https://192.168.0.10',
  'https://192.168.0.10:8006/',
  'https://root:secret@192.168.0.10:8006',
  'https://192.168.0.10:8006/api2?x=1',
];

const isoDigest = `sha256:${'ab12'.repeat(16)}`;
const isoURL = 'https://mirror.example.com/pbs.iso';

const proxmox: readonly Bad[] = [
  badPbs(
    'a BackupTarget elsewhere',
    { 's3.backupTargetRef': { name: 'team-b/vm-backups' } },
    's3.backupTargetRef.name must be the name of a BackupTarget',
  ),
  ...addresses.map((url) => badPbs(`${url} for Proxmox VE`, { 'proxmox.url': url }, 'proxmox.url must be an address')),
  ...addresses.map((url) => ofServer(`${url} for the server`, { url }, 'server.existing.url must be an address')),
  badPbs('an address as a node', { 'proxmox.node': 'node1.example.com' }, 'proxmox.node must be the name of a node'),
  badPbs('a node that ends in -', { 'proxmox.node': 'node-' }, 'proxmox.node must be the name of a node'),
  badPbs('no certificate at all', { 'proxmox.tls': {} }, 'proxmox.tls must have either fingerprints or caSecretRef'),
  badPbs('no fingerprint', { 'proxmox.tls': { fingerprints: [] } }, 'proxmox.tls.fingerprints must have at least one'),
  badPbs(
    'a fingerprint that is none',
    { 'proxmox.tls': { fingerprints: ['x'.repeat(64)] } },
    'proxmox.tls.fingerprints may hold',
  ),
  badPbs(
    'a Secret of capitals',
    { 'proxmox.credentialsSecretRef.name': 'PVE' },
    'proxmox.credentialsSecretRef.name must be the name',
  ),
  badPbs(
    'an authority of capitals',
    { 'proxmox.tls': { caSecretRef: { name: 'CA' } } },
    'proxmox.tls.caSecretRef.name must be the name',
  ),
  required('proxmox.node'),
  required('proxmox.url'),
  required('proxmox.credentialsSecretRef'),
  required('server.vm.fqdn'),
  required('server.vm.network'),
  required('server.vm.iso'),
  required('server'),
];

const place: readonly Bad[] = [
  badPbs('neither VM nor server', { server: {} }, 'server.vm belongs to server.type VirtualMachine'),
  badPbs(
    'a server without its type',
    { 'server.existing': existing().server['existing'] ?? null },
    'server.existing belongs',
  ),
  badPbs('a VM for a server that is there', { 'server.type': 'Existing' }, 'server.vm belongs'),
  badPbs(
    'a type that there is none of',
    { 'server.type': 'Container' },
    'spec.server.type: Unsupported value',
    'server.type',
  ),
  ofServer(
    'a Secret of capitals for the server',
    { credentialsSecretRef: { name: 'PBS' } },
    'server.existing.credentialsSecretRef.name must be',
  ),
  ofServer('no way to know the server', { tls: {} }, 'server.existing.tls must have either'),
  ofServer(
    'no fingerprint of the server',
    { tls: { fingerprints: [] } },
    'server.existing.tls.fingerprints must have at least one',
  ),
  ofServer(
    'no fingerprint at all of the server',
    { tls: { fingerprints: ['x'.repeat(64)] } },
    'server.existing.tls.fingerprints may hold',
  ),
  ofServer(
    'an authority of capitals for the server',
    { tls: { caSecretRef: { name: 'CA' } } },
    'server.existing.tls.caSecretRef.name must be',
  ),
  ofServer(
    'a folder that is not absolute',
    { cachePath: 'mnt/cache' },
    'server.existing.cachePath must be an absolute path',
  ),
  ofServer('a folder above', { cachePath: '/mnt/../etc' }, 'server.existing.cachePath must be an absolute path'),
];

const machine: readonly Bad[] = [
  vm('cores', 0, 'spec.server.vm.cores: Invalid value', 'server.vm.cores'),
  vm('cores', 129, 'spec.server.vm.cores: Invalid value', 'server.vm.cores'),
  vm('memory', '4096Mi', 'server.vm.memory must be a whole number of Gi'),
  vm('memory', '1Gi', 'server.vm.memory must be 2Gi to 1024Gi'),
  vm('memory', '2048Gi', 'server.vm.memory must be 2Gi to 1024Gi'),
  vm('disk', '50G', 'server.vm.disk must be a whole number of Gi'),
  vm('disk', '0Gi', 'server.vm.disk must be a whole number of Gi'),
  vm('disk', '8Gi', 'server.vm.disk must be 16Gi to'),
  vm('cacheDisk', '64', 'spec.server.vm.cacheDisk', 'server.vm.cacheDisk'),
  vm('cacheDisk', '64GiB', 'server.vm.cacheDisk must be a whole number of Gi'),
  vm('cacheDisk', '15Gi', 'server.vm.cacheDisk must be 16Gi to'),
  vm('storage', 'local lvm', 'server.vm.storage must be the id of a storage'),
  vm('storage', '1local', 'server.vm.storage must be the id of a storage'),
  vm('pool', 'back up', 'server.vm.pool must be the name of a pool'),
  vm('pool', 'a/b/c/d', 'server.vm.pool must be the name of a pool'),
  vm('fqdn', 'pbs-main', 'server.vm.fqdn must be a full domain name'),
  vm('fqdn', 'PBS.example.com', 'server.vm.fqdn must be a full domain name'),
  vm('timeZone', '+09:00', 'server.vm.timeZone must be the name of a time zone'),
  vm('mailTo', 'backup', 'server.vm.mailTo must be a mail address'),
  vm('network.bridge', '1vmbr', 'server.vm.network.bridge must be the name of a bridge'),
  vm('network.vlanID', 0, 'spec.server.vm.network.vlanID: Invalid value', 'server.vm.network.vlanID'),
  vm('network.vlanID', 4095, 'spec.server.vm.network.vlanID: Invalid value', 'server.vm.network.vlanID'),
  vm('network.macAddress', 'bc:24:11:0a:0b:0c', 'server.vm.network.macAddress must be a unicast address'),
  vm('network.macAddress', 'BD:24:11:0A:0B:0C', 'server.vm.network.macAddress must be a unicast address'),
  vm('network.address', '192.168.0.20', 'server.vm.network.address must be an IPv4 address with the length'),
  vm('network.address', '192.168.0.300/24', 'server.vm.network.address must be an IPv4 address with the length'),
  vm('network.gateway', 'router', 'spec.server.vm.network.gateway', 'server.vm.network.gateway'),
  vm('network.gateway', 'router.lan', 'server.vm.network.gateway must be an IPv4 address'),
  vm('network.gateway', '192.168.1.1', 'server.vm.network.gateway must be in the network of address'),
  vm('network.gateway', '192.168.0.20', 'server.vm.network.address must not be that of the gateway'),
  vm('network.dns', 'dns.example.com', 'server.vm.network.dns must be an IPv4 address'),
  vm('network.address', undefined, 'server.vm.network.address is required with addressing Static'),
  vm('network.gateway', undefined, 'server.vm.network.gateway is required with addressing Static'),
  vm('network.dns', undefined, 'server.vm.network.dns is required with addressing Static'),
  ...(['address', 'gateway', 'dns'] as const).map((field) =>
    vm(
      'network',
      { addressing: 'DHCP', [field]: field === 'address' ? '192.168.0.20/24' : '192.168.0.1' },
      `server.vm.network.${field} belongs to addressing Static`,
    ),
  ),
  vm('iso', {}, 'server.vm.iso must have exactly one of file and url'),
  vm('iso', { file: 'a.iso', url: isoURL, checksum: isoDigest }, 'server.vm.iso must have exactly one of file and url'),
  vm('iso', { url: isoURL }, 'server.vm.iso.checksum goes with'),
  vm('iso', { file: 'a.iso', checksum: isoDigest }, 'server.vm.iso.checksum goes with'),
  vm('iso.file', 'iso/a.iso', 'server.vm.iso.file must be the name of a file'),
  vm('iso.file', 'pbs.img.gz', 'server.vm.iso.file must be the name of a file'),
  vm('iso', { url: 'ftp://x.example.com/a.iso', checksum: isoDigest }, 'server.vm.iso.url must be an address'),
  vm('iso', { url: `${isoURL}?token=1`, checksum: isoDigest }, 'server.vm.iso.url must be an address'),
  vm('iso', { url: isoURL, checksum: isoDigest.toUpperCase() }, 'server.vm.iso.checksum must be sha256'),
  vm('iso.storage', '-', 'spec.server.vm.iso.storage', 'server.vm.iso.storage'),
  vm('iso.storage', 'a b', 'server.vm.iso.storage must be the id of a storage'),
];

export const badPbsInstances: readonly Bad[] = [
  ...proxmox,
  ...place,
  ...machine,
  ...badPbsBackups,
  ...badMaintenance(changedPbs),
  ...badIgnoring(changedPbs, ignorable, 'server.vm.protection'),
];
