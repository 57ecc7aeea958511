// SPDX-License-Identifier: GPL-3.0-or-later
/** An account with a zone and the real SDK's client in front of it. */
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
  type HealthCheckConfig,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { createAws, type AwsOptions, type AwsWorld } from '../../../../src/simulator/aws/index.ts';
import { VirtualClock, type SimClock } from '../../../../src/simulator/kernel/clock.ts';
import { accountID, Client, type Credentials } from '../client.ts';
import { inProcess } from '../sdk.ts';

export { refusal } from '../ec2/world.ts';

export function route53Client(
  world: AwsWorld,
  clock: Pick<SimClock, 'now'>,
  { accessKeyID, ...rest }: Credentials,
): Route53Client {
  const client = new Route53Client({
    region: 'us-east-1',
    credentials: { accessKeyId: accessKeyID, ...rest },
    maxAttempts: 1,
    requestHandler: inProcess(world.service) as never,
  });
  const offset = { get: () => clock.now() - Date.now(), set: () => undefined };
  Object.defineProperty(client.config, 'systemClockOffset', offset);
  return client;
}

/** No throttling and no busy zones unless the options say so. */
export function newAccount({ quotas, route53Times, ...options }: Partial<AwsOptions> = {}) {
  const clock = new VirtualClock();
  const world = createAws({
    clock,
    quotas: { route53RequestsPerSecond: 1000, ...quotas },
    route53Times: { batch: 0, ...route53Times },
    ...options,
  });
  const account = world.account(accountID);
  const r53 = route53Client(world, clock, account.rootKey);
  const root = new Client(world, clock, account.rootKey);
  return { clock, world, account, r53, root };
}

export type Account = ReturnType<typeof newAccount>;

export const second = 1000;
export const minute = 60_000;

interface Settled extends Pick<Account, 'r53'> {
  readonly clock: { now(): number; advance(ms: number): Promise<void> };
}

/** A public zone's id, its first records INSYNC. */
export async function zone({ r53, clock }: Settled, Name = 'example.com'): Promise<string> {
  const { HostedZone } = await r53.send(
    new CreateHostedZoneCommand({ Name, CallerReference: `zone ${Name} ${clock.now()}` }),
  );
  await clock.advance(minute);
  return (HostedZone?.Id ?? '').replace('/hostedzone/', '');
}

export function change({ r53 }: Pick<Account, 'r53'>, HostedZoneId: string, ...Changes: Change[]) {
  return r53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
}

export function put(...sets: ResourceRecordSet[]): Change[] {
  return sets.map((ResourceRecordSet) => ({ Action: 'UPSERT', ResourceRecordSet }));
}

export function create(...sets: ResourceRecordSet[]): Change[] {
  return sets.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet }));
}

export function remove(...sets: ResourceRecordSet[]): Change[] {
  return sets.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet }));
}

/** An A record of one minute. */
export function a(
  Name: string,
  Value: string | readonly string[],
  more: Partial<ResourceRecordSet> = {},
): ResourceRecordSet {
  const values = typeof Value === 'string' ? [Value] : Value;
  return { Name, Type: 'A', TTL: 60, ResourceRecords: values.map((value) => ({ Value: value })), ...more };
}

export async function listed({ r53 }: Pick<Account, 'r53'>, HostedZoneId: string): Promise<ResourceRecordSet[]> {
  const { ResourceRecordSets } = await r53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  return ResourceRecordSets ?? [];
}

let references = 0;

/** An HTTP check's id: every 10 seconds, unhealthy after three. */
export async function check({ r53 }: Pick<Account, 'r53'>, config: Partial<HealthCheckConfig> = {}): Promise<string> {
  const HealthCheckConfig = {
    Type: 'HTTP' as const,
    IPAddress: '203.0.113.10',
    Port: 80,
    RequestInterval: 10,
    FailureThreshold: 3,
    ...config,
  };
  const CallerReference = `check ${references++}`;
  const { HealthCheck } = await r53.send(new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig }));
  return HealthCheck?.Id ?? '';
}
