// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulated Route 53 with a zone in it, behind the wire with its budgets and the real SDK; the adapters in front. */
import type * as Route53 from '@aws-sdk/client-route-53';
import { Aws } from '../../../../src/clouds/aws/aws.ts';
import { HealthChecks } from '../../../../src/clouds/aws/route53/health-checks.ts';
import { write } from '../../../../src/clouds/aws/request.ts';
import type { RecordSet } from '../../../../src/clouds/aws/route53/route53.ts';
import { ZoneRecords } from '../../../../src/clouds/aws/route53/zone-records.ts';
import { Zones } from '../../../../src/clouds/aws/route53/zones.ts';
import type { Scope } from '../../../../src/core/scope.ts';
import { createAws, type AwsOptions } from '../../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { awsLimits } from '../../../../src/wire/budget.ts';
import type { CallRecord } from '../../../../src/wire/call.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { createWire } from '../../../../src/wire/wire.ts';
import { scope } from './script.ts';

const account = '123456789012';

/** Service and account as they are: five requests a second, a zone that is busy for a moment after each batch. */
export async function makeWorld(options: Partial<AwsOptions> = {}) {
  const clock = new VirtualClock();
  const aws = createAws({ clock, ...options });
  const credentials = aws.account(account).rootKey;
  const records: CallRecord[] = [];
  const wire = createWire({
    transport: aws.service,
    clock,
    fence: unfenced,
    limitOf: awsLimits,
    onCall: (record) => void records.push(record),
  });
  const session = (region = 'us-east-1') => new Aws({ wire, clock }).bare({ region, account, credentials });
  const shared = session();
  /** Lets time pass until it is done. */
  async function passing<T>(work: Promise<T>): Promise<T> {
    const state = { over: false };
    const end = work.finally(() => {
      state.over = true;
    });
    end.catch(() => undefined);
    for (let steps = 0; !state.over && steps < 50_000; steps += 1) await clock.advance(50);
    return end;
  }
  const makeZone = async (Name: string, reference = Name) => {
    const made = await passing(
      shared.send<Route53.CreateHostedZoneCommandOutput>(
        write('route53', 'CreateHostedZone', { Name, CallerReference: reference }),
      ),
    );
    return made.HostedZone?.Id?.split('/').at(-1) ?? '';
  };
  const zone = await makeZone('seojun.shop');
  await clock.advance(10_000);
  records.length = 0;
  const as = (name: string): Scope => ({ ...scope, name, uid: name });
  return {
    clock,
    aws,
    zone,
    records,
    passing,
    makeZone,
    session,
    zones: new Zones(shared, scope),
    /** As one of the objects that share a session, or as one with a session of its own. */
    of: (name: string, through = shared) => new ZoneRecords(through, as(name), { id: zone }),
    checks: (name = 'u1') => new HealthChecks(shared, as(name)),
    calls: (action: string) => records.filter(({ call }) => call.action === action).length,
    refused: () => records.filter(({ result }) => typeof result === 'number' && result >= 400).length,
  };
}

export const second = 1000;
export const minute = 60 * second;

export function simple(name: string, values: readonly string[] = ['192.0.2.1']): RecordSet {
  return { name: `${name}.seojun.shop`, type: 'A', policy: { type: 'Simple' }, data: { ttl: 60, values } };
}
