// SPDX-License-Identifier: GPL-3.0-or-later
/** Where a SiteVpn's addresses may lead: nowhere that is the operator's own, until an administrator grants it. */
import { afterEach, expect, test } from '@jest/globals';
import { createOpenStack } from '../../../src/simulator/openstack/index.ts';
import type { Transport } from '../../../src/wire/call.ts';
import { namespace, putSecret } from '../../operator/worlds.ts';
import { house, houseSpec, type House } from './push/house.ts';
import { office } from './office.ts';

let world: House;
afterEach(() => world.end());

const local = 'https://127.0.0.1:8443';
const stalled = () => world.status().conditions?.find(({ type }) => type === 'Stalled');

function grant(...lines: readonly string[]): void {
  world.kubernetes.install([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'hybrid-cloud-operator-grants', namespace },
      data: { default: ['identity', ...lines].join('\n') },
    },
  ]);
}

test('attack-13: a firewall on this machine is held, says what to do, and is asked nothing; granted, it is configured by itself.', async () => {
  world = house();
  const asked: string[] = [];
  const transport: Transport = (request) => {
    if (request.url.origin !== local) return world.transport(request);
    asked.push(request.url.pathname);
    return world.firewall.service(request);
  };
  world.operator({ transport });
  await putSecret(world, 'opnsense-api-secret', { ...world.firewall.apiKey() });
  const opnsense = { url: local, credentialsSecretRef: { name: 'opnsense-api-secret' } };
  const device = { type: 'OPNsense', secretRef: { name: 'office-gateway' }, push: { opnsense } };
  await world.apply(houseSpec({ device }));
  await world.until(() => stalled()?.status === 'True', 900);
  expect(stalled()).toMatchObject({ reason: 'EndpointRefused' });
  expect(stalled()?.message).toContain(`${local} is an address of this machine: no manifest leads there`);
  expect(stalled()?.message).toContain(`grant this namespace "endpoint ${local}"`);
  expect(asked).toEqual([]);
  grant(`endpoint ${local}`);
  await world.until(() => world.is('DevicePushed', 'True'), 400);
  expect(world.firewall.applied.ipsec).toMatchObject({ connection: { size: 2 } });
});

test("attack-13: what Keystone's catalogue names is no more trusted than what a manifest names.", async () => {
  world = house();
  const keystone = 'https://keystone.example.com';
  const cloud = createOpenStack({ clock: world.clock, url: 'https://169.254.169.254' });
  const project = cloud.project('office');
  project.router('office', [{ subnet: project.subnet('192.168.0.0/20'), address: '192.168.0.1' }]);
  const { id, secret } = project.credential({ name: 'operator' });
  const reached: string[] = [];
  world.operator({
    transport: (request) => {
      reached.push(request.url.hostname);
      return request.url.origin === keystone ? cloud.service(request) : world.transport(request);
    },
  });
  await putSecret(world, 'neutron-secret', { applicationCredentialID: id, applicationCredentialSecret: secret });
  const openstack = {
    authURL: `${keystone}/identity/v3`,
    credentialsSecretRef: { name: 'neutron-secret' },
    router: { name: 'office' },
    nextHop: '192.168.0.10',
  };
  await world.apply(office({ openstack }));
  await world.until(() => stalled()?.status === 'True', 900);
  expect(stalled()).toMatchObject({ reason: 'EndpointRefused' });
  expect(stalled()?.message).toContain('169.254.169.254');
  expect(reached).toContain('keystone.example.com');
  expect(reached).not.toContain('169.254.169.254');
});
