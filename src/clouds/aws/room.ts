// SPDX-License-Identifier: GPL-3.0-or-later
import type * as IAM from '@aws-sdk/client-iam';
import { Failure } from '../../core/failure.ts';
import { read } from './request.ts';
import type { AwsSession } from './session.ts';

export interface Counted {
  readonly have: number;
  readonly most: number;
}

/** One answer serves everything that is made in the account within a minute. */
const summaryAgeMs = 60_000;

/**
 * How many IAM users there are and may be (GetAccountSummary). `undefined` where that cannot be known: it is asked to spare a person half
 * a change, and is no reason to make none.
 */
export async function roomForUsers(session: AwsSession): Promise<Counted | undefined> {
  try {
    const { SummaryMap: map = {} } = await session.looks.get('iam/summary', summaryAgeMs, () =>
      // no scope: the answer is for every object of the account
      session.send<IAM.GetAccountSummaryCommandOutput>(read('iam', 'GetAccountSummary', {})),
    );
    const { Users: have, UsersQuota: most } = map;
    return have === undefined || most === undefined ? undefined : { have, most };
  } catch (error) {
    if (error instanceof Failure && error.class !== 'Fenced') return undefined;
    throw error;
  }
}
