// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { createAws } from '../../../../src/simulator/aws/index.ts';
import { realClock } from '../../../../src/simulator/kernel/clock.ts';
import { serve } from '../../../../src/simulator/kernel/http.ts';

const installed = spawnSync('aws', ['--version']).status === 0;
const title = 'The aws command makes a VPC, connects, attaches, waits and modifies, against a loopback endpoint.';

(installed ? test : test.skip)(
  installed ? title : `skipped: the aws command is not installed. ${title}`,
  async () => {
    const world = createAws({ clock: realClock(), ec2Times: { customerGatewayCreate: 0, connectionCreate: 0 } });
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
    const aws = async (...args: string[]) => {
      const { stdout } = await run('aws', ['ec2', ...args, '--output', 'json'], { env, timeout: 170_000 });
      return stdout === '' ? undefined : JSON.parse(stdout);
    };
    const ec2 = (...args: string[]) => aws(...args, '--type', 'ipsec.1');
    try {
      const tags = 'ResourceType=vpn-gateway,Tags=[{Key=a,Value=b}]';
      const [{ Vpc }, { VpnGateway }, { CustomerGateway }] = await Promise.all([
        aws('create-vpc', '--cidr-block', '10.26.0.0/16'),
        ec2('create-vpn-gateway', '--tag-specifications', tags),
        ec2('create-customer-gateway', '--public-ip', '203.0.113.10', '--bgp-asn', '65000'),
      ]);
      expect(VpnGateway).toMatchObject({ State: 'available', Tags: [{ Key: 'a', Value: 'b' }] });
      const gateways = ['--vpn-gateway-id', VpnGateway.VpnGatewayId];
      gateways.push('--customer-gateway-id', CustomerGateway.CustomerGatewayId);
      const options = ['--options', 'TunnelOptions=[{IKEVersions=[{Value=ikev2}],DPDTimeoutSeconds=40}]'];
      const { VpnConnection } = await ec2('create-vpn-connection', ...gateways, ...options);
      expect(VpnConnection).toMatchObject({
        State: 'available',
        Options: { TunnelOptions: [{ IkeVersions: [{ Value: 'ikev2' }], DpdTimeoutSeconds: 40 }, {}] },
      });
      const named = ['--vpn-connection-ids', VpnConnection.VpnConnectionId];
      const [attached] = await Promise.all([
        aws('attach-vpn-gateway', '--vpc-id', Vpc.VpcId, ...gateways.slice(0, 2)),
        aws('wait', 'vpn-connection-available', ...named),
      ]);
      expect(attached.VpcAttachment).toEqual({ State: 'attaching', VpcId: Vpc.VpcId });
      const outside = VpnConnection.Options.TunnelOptions[0].OutsideIpAddress;
      const tunnel = ['--vpn-connection-id', named[1] ?? '', '--vpn-tunnel-outside-ip-address', outside];
      const changed = await aws('modify-vpn-tunnel-options', ...tunnel, '--tunnel-options', 'StartupAction=start');
      expect(changed.VpnConnection.Options.TunnelOptions[0]).toMatchObject({ StartupAction: 'start' });
      const dry = ec2('create-vpn-gateway', '--dry-run');
      await expect(dry).rejects.toThrow('(DryRunOperation) when calling the CreateVpnGateway operation');
    } finally {
      await server.close();
    }
  },
  // several processes of Python, which start slowly beside others
  180_000,
);
