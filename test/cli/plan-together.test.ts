// SPDX-License-Identifier: GPL-3.0-or-later
/** Objects of the same files, planned together: what may be there twice is no collision, and what is shared is made once. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { folderWith } from './calling.ts';
import { planned } from './planning.ts';

function manifestOf(kind: string, name: string, spec: object): string {
  const aws = { region: 'ap-northeast-2' };
  return JSON.stringify({
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind,
    metadata: { name },
    spec: { aws, ...spec },
  });
}

const vpn = (name: string, publicIP: string, network: number, vpc = 'MY-VPC') =>
  manifestOf('SiteVpn', name, {
    vpc: vpc === 'default' ? { id: 'vpc-0def0000000000001' } : { tag: { Name: vpc } },
    site: { publicIP, cidrs: [`192.168.${network}.0/24`] },
  });

const name = (label: string, object = label) =>
  manifestOf('GslbEndpoint', object, {
    zone: { name: 'seojun.shop' },
    record: { name: label, ttlSeconds: 60 },
    policy: 'Multivalue',
    endpoints: [
      {
        name: 'seoul',
        target: { type: 'Addresses', addresses: ['3.36.122.217'] },
        healthCheck: { type: 'TCP', address: '3.36.122.217', port: 443 },
      },
    ],
  });

async function together(...manifests: string[]) {
  const { plan } = await planned(['--simulate', '-f', join(folderWith({ 'all.yaml': manifests.join('\n---\n') }))]);
  return plan.objects;
}

test('Two SiteVpns of one VPC share its gateway: it stands in the plan of the first, and the second is told who makes it.', async () => {
  const [first, second] = await together(vpn('a', '123.142.252.25', 0), vpn('b', '123.142.252.26', 1));
  const gateway = /virtual private gateway of vpc-/;
  expect(first?.steps.filter(({ target }) => gateway.test(target)).map((step) => step.do)).toEqual([
    'CreateVpnGateway',
    'AttachVpnGateway',
  ]);
  expect(second).toMatchObject({
    held: false,
    notes: [expect.stringMatching(/^virtual private gateway of vpc-\S+ is made by SiteVpn default\/a of these files/)],
  });
  expect(second?.steps.map((step) => step.do)).toEqual(
    first?.steps.filter(({ target }) => !gateway.test(target)).map((step) => step.do),
  );
});

test('One site may have a VPN to each of two VPCs: each has a customer gateway of its own.', async () => {
  const objects = await together(vpn('a', '123.142.252.25', 0), vpn('b', '123.142.252.25', 0, 'default'));
  expect(objects.map(({ held }) => held)).toEqual([false, false]);
});

test('Endpoints of two names may be called alike, their health checks have ids; one name goes to the first.', async () => {
  const [one, two, again] = await together(name('one'), name('two'), name('one', 'again'));
  expect([one?.held, two?.held]).toEqual([false, false]);
  expect(two?.steps.map((step) => step.do)).toContain('CreateRecords');
  expect(again?.hold).toMatchObject({
    reason: 'OwnedByOther',
    message: expect.stringContaining('A records of one.seojun.shop is made by GslbEndpoint default/one of these files'),
  });
});
