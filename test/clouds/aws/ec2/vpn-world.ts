// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulated EC2 with a VPC in it, and the adapter in front: everything that leaves it is kept. */
import type * as IAM from '@aws-sdk/client-iam';
import { Aws } from '../../../../src/clouds/aws/aws.ts';
import { Networks } from '../../../../src/clouds/aws/ec2/networks.ts';
import { write } from '../../../../src/clouds/aws/request.ts';
import * as request from '../../../../src/clouds/aws/ec2/vpn-requests.ts';
import { Vpns } from '../../../../src/clouds/aws/ec2/vpns.ts';
import { markOf } from '../../../../src/core/owner-mark.ts';
import type { Scope } from '../../../../src/core/scope.ts';
import { createAws, type AwsOptions } from '../../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import type { CallRecord } from '../../../../src/wire/call.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { Redactor } from '../../../../src/wire/redaction.ts';
import { createWire } from '../../../../src/wire/wire.ts';

const account = '123456789012';
const region = 'ap-northeast-2';
export const minute = 60_000;
export const site = '123.142.252.25';

export const scope: Scope = { kind: 'SiteVpn', namespace: 'default', name: 'office', uid: 'u1', policy: 'Apply' };
export const tags = { Name: 'office', ...markOf({ uid: 'u1', cluster: 'c1', object: 'SiteVpn/default/office' }) };

export function makeWorld(options: Partial<AwsOptions> = {}) {
  const clock = new VirtualClock();
  const aws = createAws({ clock, ...options });
  const { rootKey } = aws.account(account);
  const vpc = aws.account(account).makeVpc({
    region,
    cidr: '10.26.0.0/16',
    tags: { Name: 'MY-VPC', stage: 'live' },
    routeTables: [{ main: true }, { routes: [{ destination: '0.0.0.0/0', target: 'nat-0123456789abcdef0' }] }],
  });
  const records: CallRecord[] = [];
  const redactor = new Redactor();
  const wire = createWire({
    transport: aws.service,
    clock,
    fence: unfenced,
    onCall: (record) => void records.push(record),
  });
  const learn = (secret: string) => redactor.learn(secret);
  const session = new Aws({ wire, clock, learn }).bare({ region, account, credentials: rootKey });
  return {
    clock,
    aws,
    vpc,
    records,
    redactor,
    session,
    vpns: new Vpns(session, scope),
    networks: new Networks(session, scope),
    /** Another object's, over the same session. */
    others: new Vpns(session, { ...scope, name: 'branch', uid: 'u2' }),
    /** The adapter of a user who may do just that. */
    async allowed(...actions: string[]) {
      await session.send(write('iam', 'CreateUser', { UserName: 'bounded' }));
      const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await session.send(
        write('iam', 'PutUserPolicy', { UserName: 'bounded', PolicyName: 'just-that', PolicyDocument }),
      );
      const { AccessKey: key } = await session.send<IAM.CreateAccessKeyCommandOutput>(
        write('iam', 'CreateAccessKey', { UserName: 'bounded' }),
      );
      const credentials = { accessKeyID: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
      return new Vpns(new Aws({ wire, clock, learn }).bare({ region, account, credentials }), scope);
    },
    makeVpc: (cidr: string, tables = 1) =>
      aws.account(account).makeVpc({
        region,
        cidr,
        routeTables: Array.from({ length: tables }, (_, at) => ({ main: at === 0 })),
      }),
    tunnel: (connection: string, ip: string) => aws.account(account).tunnel(connection, ip),
    calls: (action: string) => records.filter(({ call }) => call.action === action).length,
  };
}

export type World = ReturnType<typeof makeWorld>;

export const deviceName = 'hybridcloud-u1';
export const presharedKeys = ['Zq9_never.shown_anywhere', 'Yp8_nor.is_this_one'] as const;

/** A gateway on the VPC and a customer gateway, both ready. */
export async function makeGateways({ vpns, vpc, clock }: World) {
  const { gateway: vgw } = await vpns.write(request.createVpnGateway(64_512, tags));
  const gateway = vgw?.id ?? '';
  await clock.advance(minute);
  await vpns.write(request.attachVpnGateway(gateway, vpc.id));
  const made = await vpns.write(request.createCustomerGateway({ ip: site, asn: 65_000, deviceName, tags }));
  await clock.advance(minute);
  return { gateway, customerGateway: made.customerGateway?.id ?? '' };
}

export function connectionBetween(
  gateways: { readonly gateway: string; readonly customerGateway: string },
  given: Partial<request.NewConnection> = {},
) {
  return request.createVpnConnection({
    ...gateways,
    staticRoutesOnly: true,
    localCIDR: '192.168.0.0/20',
    remoteCIDR: '10.26.0.0/16',
    tunnels: [
      { presharedKey: presharedKeys[0], ikeVersions: ['ikev2'], insideCIDR: '169.254.40.0/30' },
      { presharedKey: presharedKeys[1], ikeVersions: ['ikev2'], insideCIDR: '169.254.40.4/30' },
    ],
    tags,
    ...given,
  });
}

/** A connection between them, available. */
export async function makeConnection(world: World, given: Partial<request.NewConnection> = {}) {
  const gateways = await makeGateways(world);
  const { connection } = await world.vpns.write(connectionBetween(gateways, given));
  await world.clock.advance(5 * minute);
  return { ...gateways, id: connection?.id ?? '' };
}
