// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wrong about a probe and about a router of a cloud, with what the API server must say. */
import type { Bad } from './bad.ts';
import { atOpenStack, changedVpn } from './good-site-vpns.ts';

function probe(name: string, values: object, message: string, parsed?: string): Bad {
  const spec = changedVpn({ probe: { host: '10.26.1.10', port: 22, ...values } });
  return { name, spec, message, ...(parsed === undefined ? {} : { parsed }) };
}

function cloud(name: string, values: object, message: string, parsed?: string): Bad {
  const device = { type: 'Libreswan', secretRef: { name: 'office-gateway' } };
  const spec = changedVpn({ device, ...atOpenStack(values) });
  return { name, spec, message, ...(parsed === undefined ? {} : { parsed }) };
}

const behindNAT = (localIP: string): Bad => ({
  name: `${localIP} for the gateway itself`,
  spec: changedVpn({ 'site.localIP': localIP }),
  message: 'site.localIP must be an IPv4 address of the gateway itself',
});

const addresses = ['127.0.0.1', '169.254.169.254', '224.0.0.1', '255.255.255.255', '0.0.0.0'];

export const badSurroundings: readonly Bad[] = [
  behindNAT('gw.example.com'),
  probe('a name to be tried', { host: 'db.example.com' }, 'probe.host must be an IPv4 address in the VPC'),
  probe('a prefix to be tried', { host: '10.26.0.0/16' }, 'probe.host must be an IPv4 address in the VPC'),
  ...addresses.map((host) =>
    probe(`${host} to be tried`, { host }, 'probe.host must not be a loopback, link-local or multicast address'),
  ),
  probe('port 0', { port: 0 }, 'spec.probe.port: Invalid value', 'probe.port'),
  probe('port 65536', { port: 65_536 }, 'spec.probe.port: Invalid value', 'probe.port'),
  probe('no port', { port: undefined }, 'spec.probe.port: Required value', 'probe.port'),
  probe('a probe every second', { intervalSeconds: 1 }, 'probe.intervalSeconds', 'probe.intervalSeconds'),
  cloud(
    'an identity API without TLS',
    { authURL: 'http://10.0.0.5:5000/v3' },
    'openstack.authURL must be an address with https://',
  ),
  cloud(
    'a password in the address',
    { authURL: 'https://admin:secret@10.0.0.5/v3' },
    'openstack.authURL must be an address with https://',
  ),
  cloud('no router', { router: {} }, 'openstack.router must have exactly one of id and name'),
  cloud(
    'a router by id and by name',
    { router: { id: '5025071f-bc34-437a-960c-79f5d091c78f', name: 'office' } },
    'openstack.router must have exactly one of id and name',
  ),
  cloud('a name for the id', { router: { id: 'office' } }, 'openstack.router.id must be the id of a router'),
  cloud('a name of two lines', { router: { name: 'a\nb' } }, 'openstack.router.name must not hold control characters'),
  cloud('a prefix for the next hop', { nextHop: '192.168.0.0/24' }, 'openstack.nextHop must be an IPv4 address'),
  cloud('no next hop', { nextHop: undefined }, 'spec.openstack.nextHop: Required value', 'openstack.nextHop'),
  cloud('a region with a space', { region: 'Region One' }, 'openstack.region must be the id of a region'),
  cloud(
    'an unknown interface',
    { interface: 'Private' },
    'spec.openstack.interface: Unsupported value',
    'openstack.interface',
  ),
  cloud(
    'a fingerprint that is none',
    { tls: { fingerprints: ['x'.repeat(64)] } },
    'openstack.tls.fingerprints may hold',
  ),
  cloud('no fingerprint', { tls: { fingerprints: [] } }, 'openstack.tls.fingerprints must have at least one'),
  cloud(
    'a key for a Secret',
    { tls: { caSecretRef: { name: 'CA_X' } } },
    'openstack.tls.caSecretRef.name must be the name',
  ),
  cloud(
    'a Secret of capitals',
    { credentialsSecretRef: { name: 'NEUTRON' } },
    'openstack.credentialsSecretRef.name must be the name',
  ),
  cloud('tls with nothing in it', { tls: {} }, 'openstack.tls must have either fingerprints or caSecretRef'),
  cloud(
    "credentials in the Secret of the gateway's files",
    { credentialsSecretRef: { name: 'office-gateway' } },
    'openstack.credentialsSecretRef must not be the Secret of device.secretRef',
  ),
];
