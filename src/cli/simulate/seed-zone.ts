// SPDX-License-Identifier: GPL-3.0-or-later
import { Aws } from '../../clouds/aws/aws.ts';
import { write } from '../../clouds/aws/request.ts';
import type { Clock } from '../../core/clock.ts';
import type { AwsWorld } from '../../simulator/aws/index.ts';
import { unfenced } from '../../wire/guard.ts';
import { createWire } from '../../wire/wire.ts';

/** The hosted zone of the examples. */
export const exampleZone = 'seojun.shop';

export interface Seed {
  readonly aws: AwsWorld;
  readonly clock: Clock;
  readonly account: string;
  readonly name: string;
}

/** A public hosted zone, made as a person would before there is any operator: over the simulated Route 53's own protocol. */
export async function seedZone({ aws, clock, account, name }: Seed): Promise<void> {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const credentials = aws.account(account).rootKey;
  const session = new Aws({ wire, clock }).bare({ region: 'us-east-1', account, credentials });
  await session.send(write('route53', 'CreateHostedZone', { Name: name, CallerReference: `examples/${name}` }));
}
