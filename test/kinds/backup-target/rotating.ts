// SPDX-License-Identifier: GPL-3.0-or-later
/** Hands and eyes for tests in which keys are rotated. */
import { Aws } from '../../../src/clouds/aws/aws.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { region, userName } from './manifests.ts';
import { account, type Manifest, type Stage } from '../stage.ts';

/** The administrator of the account, past the operator's wire. */
export function administrator({ aws, clock }: Stage): AwsSession {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  return new Aws({ wire, clock }).bare({ region, account, credentials: aws.account(account).rootKey });
}

/** The user's keys as they truly are, in the order in which they were made. */
export function keysOf({ aws }: Stage) {
  return (
    aws
      .account(account)
      .users()
      .find(({ name }) => name === userName)?.keys ?? []
  );
}

interface StoredSecret {
  readonly metadata: { readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

export function secretIn({ kube }: Stage): StoredSecret | undefined {
  return (kube.objects('secrets', 'default') as unknown as StoredSecret[])[0];
}

/** What a program reads that uses the Secret. */
export function deliveredIn(stage: Stage): { readonly id: string; readonly value: string } {
  const text = (name: string) => Buffer.from(secretIn(stage)?.data?.[name] ?? '', 'base64').toString();
  return { id: text('accessKeyID'), value: text('secretAccessKey') };
}

/** Looks when the operator asks for it, or when `most` milliseconds would be over, until `enough`. @throws when they are over. */
export async function passUntil(stage: Stage, { name }: Manifest, enough: () => boolean, most: number): Promise<void> {
  const end = stage.clock.now() + most;
  for (;;) {
    const outcome = await stage.look(name);
    if (enough()) return;
    const left = end - stage.clock.now();
    if (left <= 0) throw new Error(`not in time: ${JSON.stringify(stage.object(name)?.status)}`);
    const wait = outcome?.next === 'later' ? outcome.ms : outcome?.next === 'retry' ? 5000 : 0;
    await stage.clock.advance(Math.min(left, wait));
  }
}
