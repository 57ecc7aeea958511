// SPDX-License-Identifier: GPL-3.0-or-later
/** A region with a network, and the real SDK's clients in front of it. */
import { ACMClient } from '@aws-sdk/client-acm';
import { DescribeImagesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type CreateLoadBalancerCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsOptions, AwsWorld } from '../../../../src/simulator/aws/index.ts';
import { createAws } from '../../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { accountID, Client, seoul, type Credentials } from '../client.ts';
import { ec2Client, refusal as refusalOf } from '../ec2/world.ts';
import { inProcess } from '../sdk.ts';

interface Signing {
  readonly config: object;
}

/** Requests are signed by the world's clock. */
function timed<C extends Signing>(client: C, clock: VirtualClock): C {
  const offset = { get: () => clock.now() - Date.now(), set: () => undefined };
  Object.defineProperty(client.config, 'systemClockOffset', offset);
  return client;
}

export function clientsOf(world: AwsWorld, clock: VirtualClock, { accessKeyID, ...rest }: Credentials, region = seoul) {
  const options = {
    region,
    credentials: { accessKeyId: accessKeyID, ...rest },
    maxAttempts: 1,
    requestHandler: inProcess(world.service) as never,
  };
  return {
    elb: timed(new ElasticLoadBalancingV2Client(options), clock),
    acm: timed(new ACMClient(options), clock),
  };
}

export function newRegion(options: Partial<AwsOptions> = {}, region = seoul) {
  const clock = new VirtualClock();
  const world = createAws({ clock, ...options });
  const account = world.account(accountID);
  const vpc = account.makeVpc({
    region,
    cidr: '10.26.0.0/16',
    isDefault: true,
    subnets: [
      { cidr: '10.26.0.0/24', zone: `${region}a` },
      { cidr: '10.26.1.0/24', zone: `${region}c` },
      { cidr: '10.26.2.0/24', zone: `${region}a` },
    ],
  });
  const ec2 = ec2Client(world, clock, account.rootKey, region);
  const root = new Client(world, clock, account.rootKey);
  return { clock, world, account, vpc, ec2, root, ...clientsOf(world, clock, account.rootKey, region) };
}

/** Code, status and words of a refusal. The SDK names modelled errors after its classes, which end in `Exception`. */
export async function refusal(sent: Promise<unknown>) {
  const refused = await refusalOf(sent);
  return { ...refused, code: refused.code.replace(/Exception$/, '') };
}

export type Region = ReturnType<typeof newRegion>;

export const second = 1000;
export const minute = 60_000;

export async function balancer(region: Region, more: Partial<CreateLoadBalancerCommandInput> = {}) {
  const [first = '', other = ''] = region.vpc.subnets;
  const input = { Name: 'seoul-alb', Subnets: [first, other], ...more };
  const { LoadBalancers = [] } = await region.elb.send(new CreateLoadBalancerCommand(input));
  return LoadBalancers[0] ?? {};
}

export async function group(region: Region, Name = 'TG-Seoul'): Promise<string> {
  const input = { Name, Protocol: 'HTTP', Port: 80, VpcId: region.vpc.id } as const;
  const { TargetGroups = [] } = await region.elb.send(new CreateTargetGroupCommand(input));
  return TargetGroups[0]?.TargetGroupArn ?? '';
}

export const forward = (TargetGroupArn: string) => [{ Type: 'forward' as const, TargetGroupArn }];

export async function listener(region: Region, LoadBalancerArn: string, TargetGroupArn: string): Promise<string> {
  const input = { LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: forward(TargetGroupArn) } as const;
  const { Listeners = [] } = await region.elb.send(new CreateListenerCommand(input));
  return Listeners[0]?.ListenerArn ?? '';
}

/** Running; registered when a group is given. */
export async function instance(region: Region, groupArn?: string): Promise<string> {
  const ImageId = (await debian(region)) ?? '';
  const made = await region.ec2.send(new RunInstancesCommand({ ImageId, MinCount: 1, MaxCount: 1 }));
  const id = made.Instances?.[0]?.InstanceId ?? '';
  await region.clock.advance(minute);
  if (groupArn !== undefined)
    await region.elb.send(new RegisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [{ Id: id }] }));
  return id;
}

/** The newest image of Debian 13. */
export async function debian({ ec2 }: Pick<Region, 'ec2'>): Promise<string | undefined> {
  const Filters = [{ Name: 'name', Values: ['debian-13-amd64-*'] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['136693071363'], Filters }));
  const newest = Images.toSorted((a, b) => (String(a.CreationDate) < String(b.CreationDate) ? 1 : -1))[0];
  return newest?.ImageId;
}

/** `state reason` of each target. */
export async function health({ elb }: Pick<Region, 'elb'>, TargetGroupArn: string): Promise<string[]> {
  const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return TargetHealthDescriptions.map(({ TargetHealth = {} }) =>
    [TargetHealth.State, TargetHealth.Reason].filter((part) => part !== undefined).join(' '),
  );
}
