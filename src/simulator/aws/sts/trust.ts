// SPDX-License-Identifier: GPL-3.0-or-later
/** Trust in what is no AWS identity: an OpenID Connect provider, an AWS service. */
import { knownPolicy } from '../policy/cache.ts';
import { conditionHolds, type Context } from '../policy/condition.ts';
import type { Statement } from '../policy/document.ts';
import { matchesAction } from '../policy/match.ts';
import type { Role } from '../state.ts';

export interface Stranger {
  readonly kind: 'Federated' | 'Service';
  /** ARN of the provider, or name of the service. */
  readonly name: string;
  readonly context: Context;
}

function names({ principals, notPrincipal }: Statement, { kind, name }: Stranger): boolean {
  if (!principals || notPrincipal) return false;
  return principals.everyone || principals.others.some(([of, list]) => of === kind && list.includes(name));
}

/** IAM User Guide, "Policy evaluation logic": the trust policy alone decides, an explicit Deny wins. */
export function trusts(role: Role, stranger: Stranger, action: string): boolean {
  const applying = knownPolicy(role.trust, 'trust').statements.filter(
    (statement) =>
      statement.actions.some((pattern) => matchesAction(pattern, action)) !== statement.notAction &&
      names(statement, stranger) &&
      statement.conditions.every((condition) => conditionHolds(condition, stranger.context)),
  );
  return applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny');
}
