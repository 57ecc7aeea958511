// SPDX-License-Identifier: GPL-3.0-or-later
/** A simulated account with a network in two regions, and a session in each. */
import { Aws } from '../../../src/clouds/aws/aws.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import { Failure } from '../../../src/core/failure.ts';
import { createAws, type AwsOptions } from '../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { scope } from './route53/script.ts';

export const account = '123456789012';
export const seoul = 'ap-northeast-2';
export const tokyo = 'ap-northeast-1';
export const now = { maxAgeMs: 0 };
export const owner = { uid: 'u1', cluster: 'c1', object: 'GslbEndpoint/default/gslb' };
export const minute = 60_000;

export function sitesWorld(options: Partial<AwsOptions> = {}) {
  const clock = new VirtualClock();
  const aws = createAws({ clock, quotas: { route53RequestsPerSecond: 1000 }, ...options });
  const home = aws.account(account);
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const network = (region: string) =>
    home.makeVpc({
      region,
      cidr: '10.26.0.0/16',
      isDefault: true,
      tags: { Name: 'MY-VPC' },
      subnets: ['a', 'c'].map((zone, n) => ({ cidr: `10.26.${n}.0/24`, zone: `${region}${zone}` })),
    });
  const session = (region: string): AwsSession =>
    new Aws({ wire, clock }).bare({ region, account, credentials: home.rootKey });
  const vpcs: Readonly<Record<string, ReturnType<typeof network>>> = {
    [seoul]: network(seoul),
    [tokyo]: network(tokyo),
  };
  return { clock, aws, home, session, vpcs, scope };
}

export type SitesWorld = ReturnType<typeof sitesWorld>;

/** Reason and class of a failure. */
export async function failure(sent: Promise<unknown>): Promise<{ class: string; reason: string; message: string }> {
  try {
    await sent;
  } catch (error) {
    if (error instanceof Failure) return { class: error.class, reason: error.reason, message: error.message };
    throw error;
  }
  throw new Error('It did not fail.');
}
