// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { GatewayModel } from '../../../../src/kinds/site-vpn/gateway/model.ts';
import { renderGateway } from '../../../../src/kinds/site-vpn/gateway/render.ts';
import { models, office, withTunnels } from './models.ts';
import { fileOf, readIpsec, readSecrets } from './reading.ts';

const device = { type: 'Openswan' } as const;
const { phase1, phase2 } = office.tunnels[0];

/** What Openswan can do of any connection. */
function old(model: GatewayModel): GatewayModel {
  const [one, two] = model.tunnels.map((tunnel) => ({
    ...tunnel,
    ikeVersion: 'ikev1' as const,
    phase1: { ...phase1, lifetimeSeconds: tunnel.phase1.lifetimeSeconds },
    phase2: { ...phase2, encryption: 'AES128', integrity: 'SHA1', dhGroup: 2 },
  }));
  const { site, vpc } = model;
  return {
    ...model,
    routing: 'Static',
    site: { ...site, cidrs: site.cidrs.slice(0, 1) },
    vpc: { cidrs: vpc.cidrs.slice(0, 1) },
    tunnels: [one!, two!],
  };
}

test('The text holds the model, begins one tunnel only, and says that it is weak.', () => {
  fc.assert(
    fc.property(models, (generated) => {
      const model = old(generated);
      const rendered = renderGateway(device, model);
      const sections = readIpsec(fileOf(rendered, 'aws.conf'));
      expect([...sections.keys()]).toEqual(['conn aws-tunnel-1', 'conn aws-tunnel-2']);
      for (const [index, tunnel] of model.tunnels.entries())
        expect(sections.get(`conn aws-tunnel-${index + 1}`)).toMatchObject({
          auto: index === 0 ? 'start' : 'add',
          left: model.site.localIP ?? '%defaultroute',
          leftid: model.site.publicIP,
          right: tunnel.outsideIP,
          leftsubnet: model.site.cidrs[0],
          rightsubnet: model.vpc.cidrs[0],
          ike: 'aes256-sha2_256;modp2048',
          phase2alg: 'aes128-sha1;modp1024',
          ikelifetime: `${tunnel.phase1.lifetimeSeconds}s`,
          dpdtimeout: String(tunnel.dpd.timeoutSeconds),
        });
      expect(readSecrets(fileOf(rendered, 'aws.secrets')).map(({ key }) => key)).toEqual(
        model.tunnels.map(({ presharedKey }) => presharedKey),
      );
      expect(fileOf(rendered, 'README.md')).toContain('This is weak.');
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['IKEv2', office, /speaks IKEv1 with AWS/],
  ['BGP', { ...office, routing: 'BGP' as const }, /no interface for BGP/],
  ['two networks', { ...old(office), vpc: { cidrs: ['10.26.0.0/16', '10.28.0.0/16'] } }, /one network at each end/],
  [
    'GCM',
    withTunnels({ phase2: { ...phase2, encryption: 'AES256-GCM-16' } }, old(office)),
    /Openswan does not have AES256-GCM-16/,
  ],
  [
    'a curve',
    withTunnels({ phase1: { ...phase1, dhGroup: 20 } }, old(office)),
    /does not have Diffie-Hellman group 20/,
  ],
])('%s is refused with what to do', (_, model, message) => {
  expect(() => renderGateway(device, model)).toThrow(message);
});
