// SPDX-License-Identifier: GPL-3.0-or-later
/** `proxmox.url` leads to another cluster while the server of the former one runs, and writes to the bucket: nothing must be done for it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { createProxmoxSite, proxmoxHosts, type ProxmoxSite } from '../../src/cli/simulate/proxmox-site.ts';
import { Failure } from '../../src/core/failure.ts';
import { loopbackCertificate } from '../../src/simulator/kernel/certificate.ts';
import type { Json } from '../../src/simulator/kernel/snapshot.ts';
import type { Transport } from '../../src/wire/call.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, target } from './worlds.ts';

let world: Proxmox;
let other: ProxmoxSite;
/** Who answers for backup servers: networks have the same addresses. */
let near: ProxmoxSite;
beforeEach(() => {
  world = proxmox();
  other = createProxmoxSite(world.clock, world.aws.service, { address: '192.168.9.10' });
  near = world.site;
  const { transport: usual, certificate: met } = world.ways;
  const transport: Transport = async (request) => {
    const isTheirs = request.url.host === '192.168.9.10:8006' || (request.url.port === '8007' && near === other);
    if (!isTheirs) return usual?.(request) ?? Promise.reject(new Error('no way there'));
    const { dispatcher: _none, ...plain } = request;
    return other.world.service(plain);
  };
  const certificate = async (url: string) => {
    if (near !== other) return (await met?.(url)) ?? '';
    const pem = other.world.certificateAt(new URL(url).host);
    if (pem === undefined)
      throw new Failure({ class: 'Transient', reason: 'Unreachable', message: `${url} is silent` });
    return new X509Certificate(pem).fingerprint256;
  };
  world.start({ transport, certificate });
});
afterEach(() => world.end());

const hour = 3600;

async function lead(url: string, site: ProxmoxSite): Promise<void> {
  await putSecret(world, 'node1-token', { ...site.credentials['node1-token'] });
  const body = { spec: { proxmox: { url, tls: { fingerprints: ['CD'.repeat(32)] } } } };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body });
}

async function begun(spec: object = {}): Promise<void> {
  world.kubernetes.install([target(), pbsInstance(spec)]);
  await world.until(() => world.told('Synced')?.status === 'True', hour);
}

const toOther = () => lead('https://192.168.9.10:8006', other);
const ids = (site: ProxmoxSite) => site.world.pve.storages().map(({ id }) => id);
const isHeld = () => world.told('Stalled')?.reason === 'WrongCluster';
const machines = (site: ProxmoxSite) => site.world.pve.guests().map(({ config }) => config['name']);

async function annotate(annotations: Record<string, string>): Promise<void> {
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { metadata: { annotations } } });
}

test('Nothing is made there, and what is told stays; with the address of another node of the former cluster it goes on.', async () => {
  await begun();
  const { clusterID, vm, datastore } = world.status();
  expect(clusterID).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  await toOther();
  await world.until(isHeld, 600);
  await world.pass(hour);
  expect(machines(other)).toEqual(['web', 'mail']);
  expect(ids(other)).not.toContain('pbs-main');
  expect(machines(world.site)).toContain('pbs-main');
  expect(world.status()).toMatchObject({ clusterID, vm, datastore });
  expect(world.told('Stalled')?.message).toContain(`hybridcloud.dev/leave-cluster: "${clusterID}"`);
  await lead(`https://${proxmoxHosts.pve}`, world.site);
  await world.until(() => world.told('Synced')?.status === 'True', 600);
  expect(world.told('Stalled')?.status).toBe('False');
}, 120_000);

test('A deletion is not over because nothing is seen there; once the address is right, it takes the wiring away.', async () => {
  await begun();
  await toOther();
  await world.until(isHeld, 600);
  await world.admin.remove(pbsInstances, pbsPlace);
  await world.pass(hour);
  expect(world.isThere()).toBe(true);
  expect(ids(world.site)).toContain('pbs-main');
  await lead(`https://${proxmoxHosts.pve}`, world.site);
  await world.until(() => !world.isThere(), hour);
  expect(ids(world.site)).not.toContain('pbs-main');
}, 120_000);

test('A cluster that is gone for good is left by its id, and the server is made again in the other one, on the same bucket.', async () => {
  await begun();
  const { clusterID = '' } = world.status();
  await toOther();
  await world.until(isHeld, 600);
  await annotate({ 'hybridcloud.dev/leave-cluster': 'AB:CD' });
  await world.pass(600);
  expect(machines(other)).not.toContain('pbs-main');
  near = other;
  await annotate({ 'hybridcloud.dev/leave-cluster': clusterID });
  await world
    .until(() => world.told('Synced')?.status === 'True', 3 * hour)
    .catch((error: unknown) => {
      throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
    });
  expect(machines(other)).toContain('pbs-main');
  expect(world.status().clusterID).not.toBe(clusterID);
  expect(other.world.servers()[0]?.state.datastores.has('vm-backup-s3')).toBe(true);
}, 120_000);

test('An authority that is made anew while the VM is there is only written down.', async () => {
  await begun();
  const { clusterID } = world.status();
  const state = world.site.snapshot() as {
    readonly [part: string]: Json;
    readonly pve: { readonly [part: string]: Json };
  };
  const { cert } = loopbackCertificate(world.clock.now());
  world.site.restore({ ...state, pve: { ...state.pve, authority: cert } });
  // what it writes makes it look at everything anew
  const body = { spec: { jobs: [{ id: 'nightly', schedule: '03:00' }] } };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body });
  await world.until(() => world.status().clusterID === new X509Certificate(cert).fingerprint256, 600);
  expect(world.status().clusterID).not.toBe(clusterID);
  expect(world.told('Stalled')?.status).toBe('False');
}, 120_000);

test('Where a server is used that was there, another cluster gets no way to it, and the jobs of the former one go on.', async () => {
  const server = world.site.world.addPbs({ address: '192.168.0.30', hostname: 'pbs-old' });
  const roles = ['/', '/datastore', '/access', '/system/s3-endpoint'].map((path) => [path, 'Admin'] as const);
  const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator', roles });
  await putSecret(world, 'pbs-token', { tokenID: id, secret });
  const tls = { fingerprints: [server.fingerprint.toUpperCase()] };
  const existing = { url: 'https://192.168.0.30:8007', tls, credentialsSecretRef: { name: 'pbs-token' } };
  await begun({ server: { type: 'Existing', existing } });
  await toOther();
  await world.until(isHeld, 600);
  await world.pass(hour);
  expect([ids(other), other.world.pve.jobs()]).toEqual([['local', 'local-lvm'], []]);
  expect(ids(world.site)).toContain('pbs-main');
  expect(world.site.world.pve.jobs()).toHaveLength(1);
}, 120_000);
