// SPDX-License-Identifier: GPL-3.0-or-later
/** Zones with records in them, and what a client gets. */
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { change, create, minute, newAccount, zone, type Account } from './world.ts';

/** Of no place that Route 53 knows. */
export const nowhere = '127.0.0.1';

/** Values that a client gets, sorted; or the code when there are none. */
export function ask({ world }: Account, name: string, { type = 'A', client = nowhere } = {}): string[] {
  const { code, answers } = world.route53.answer({ name, type, client });
  return answers.length > 0 ? answers.map(({ value }) => value).toSorted() : [code];
}

export async function filled(...sets: ResourceRecordSet[]): Promise<{ account: Account; id: string }> {
  const account = newAccount();
  const id = await zone(account);
  if (sets.length > 0) await change(account, id, ...create(...sets));
  await account.clock.advance(minute);
  return { account, id };
}
