// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * KMS keys that the bucket was encrypted with before. S3 encrypts nothing anew when a bucket gets another key: what was written stays under the
 * old one, and without the right to use that to decrypt no backup before the change could be read. Which ones they were, the user's own policy tells. Pure.
 */
import { listOf } from './beside-others.ts';

/** The statements that name keys. */
export const keySid = { current: 'HybridCloudKMSKey', former: 'HybridCloudFormerKMSKeys' } as const;

/** Nothing wider is taken over from a policy that somebody may have edited. */
const oneKey = /^arn:aws(-[a-z]{2,6}){0,2}:kms:[a-z0-9-]{1,32}:[0-9]{12}:key\/[0-9a-z-]{1,64}$/;

function statementsOf(document: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const { Statement } = JSON.parse(document) as { Statement?: unknown };
    return listOf(Statement);
  } catch {
    return [];
  }
}

/**
 * ARNs, sorted, each once.
 * @param policies Of the user, by name.
 * @param current ARN of the key that the bucket has by the spec.
 */
export function formerKeys(policies: Readonly<Record<string, string>>, current: string | undefined): string[] {
  const sids: readonly unknown[] = Object.values(keySid);
  const named = Object.values(policies)
    .flatMap(statementsOf)
    .filter((statement) => sids.includes(statement['Sid']))
    .flatMap((statement): unknown[] => [statement['Resource']].flat())
    .filter((one): one is string => typeof one === 'string' && oneKey.test(one) && one !== current);
  return [...new Set(named)].toSorted();
}
