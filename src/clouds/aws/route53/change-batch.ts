// SPDX-License-Identifier: GPL-3.0-or-later
/** What fits into one ChangeResourceRecordSets (API reference: "Limits on Change Batches"; Developer Guide, "Quotas"). Pure. */
import type * as Route53 from '@aws-sdk/client-route-53';
import type { AwsRequest } from '../request.ts';

/** ResourceRecord elements, and changes, of a batch. */
const mostRecords = 1000;
/** Of all Value elements together. */
const mostCharacters = 32_000;

export interface Weight {
  readonly records: number;
  readonly characters: number;
}

export function changesIn({ input }: AwsRequest): readonly Route53.Change[] {
  return (input as Partial<Route53.ChangeResourceRecordSetsCommandInput>).ChangeBatch?.Changes ?? [];
}

/** An UPSERT counts twice. */
function weightOf({ Action, ResourceRecordSet }: Route53.Change): Weight {
  const values = ResourceRecordSet?.ResourceRecords ?? [];
  const times = Action === 'UPSERT' ? 2 : 1;
  return {
    // an alias has none, and still is a change
    records: times * Math.max(1, values.length),
    characters: times * values.reduce((sum, { Value = '' }) => sum + Value.length, 0),
  };
}

function sum(weights: readonly Weight[]): Weight {
  return {
    records: weights.reduce((total, { records }) => total + records, 0),
    characters: weights.reduce((total, { characters }) => total + characters, 0),
  };
}

/** How many of these requests, from the first on, AWS takes as one; at least one, and what is too large alone AWS refuses. */
export function fitting(requests: readonly AwsRequest[]): number {
  let total: Weight = { records: 0, characters: 0 };
  let count = 0;
  for (const request of requests) {
    total = sum([total, ...changesIn(request).map(weightOf)]);
    if (count > 0 && (total.records > mostRecords || total.characters > mostCharacters)) break;
    count += 1;
  }
  return count;
}
