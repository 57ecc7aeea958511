// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { createAws } from '../../../../src/simulator/aws/index.ts';
import { realClock } from '../../../../src/simulator/kernel/clock.ts';
import { serve } from '../../../../src/simulator/kernel/http.ts';

const installed = spawnSync('aws', ['--version']).status === 0;
const title = 'The aws command connects two gateways against a loopback endpoint.';

(installed ? test : test.skip)(
  installed ? title : `skipped: the aws command is not installed. ${title}`,
  async () => {
    const world = createAws({ clock: realClock(), ec2Times: { customerGatewayCreate: 0 } });
    const { rootKey } = world.account('123456789012');
    const server = await serve(world.service);
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ACCESS_KEY_ID: rootKey.accessKeyID,
      AWS_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
      AWS_DEFAULT_REGION: 'ap-northeast-2',
      AWS_ENDPOINT_URL: server.url,
      AWS_MAX_ATTEMPTS: '1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    };
    const run = promisify(execFile);
    const ec2 = async (...args: string[]) => {
      const command = ['ec2', ...args, '--type', 'ipsec.1', '--output', 'json'];
      return JSON.parse((await run('aws', command, { env, timeout: 50_000 })).stdout);
    };
    try {
      const tags = 'ResourceType=vpn-gateway,Tags=[{Key=a,Value=b}]';
      const [{ VpnGateway }, { CustomerGateway }] = await Promise.all([
        ec2('create-vpn-gateway', '--tag-specifications', tags),
        ec2('create-customer-gateway', '--public-ip', '203.0.113.10', '--bgp-asn', '65000'),
      ]);
      expect(VpnGateway).toMatchObject({ State: 'available', Tags: [{ Key: 'a', Value: 'b' }] });
      const gateways = ['--vpn-gateway-id', VpnGateway.VpnGatewayId];
      gateways.push('--customer-gateway-id', CustomerGateway.CustomerGatewayId);
      const options = ['--options', 'TunnelOptions=[{IKEVersions=[{Value=ikev2}],DPDTimeoutSeconds=40}]'];
      const { VpnConnection } = await ec2('create-vpn-connection', ...gateways, ...options);
      expect(VpnConnection).toMatchObject({
        State: 'pending',
        Options: { TunnelOptions: [{ IkeVersions: [{ Value: 'ikev2' }], DpdTimeoutSeconds: 40 }, {}] },
      });
      const dry = ec2('create-vpn-gateway', '--dry-run');
      await expect(dry).rejects.toThrow('(DryRunOperation) when calling the CreateVpnGateway operation');
    } finally {
      await server.close();
    }
  },
  60_000,
);
