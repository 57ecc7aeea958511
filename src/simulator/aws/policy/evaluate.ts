// SPDX-License-Identifier: GPL-3.0-or-later
/** The decision. Source: IAM User Guide, "Policy evaluation logic": an explicit Deny wins, then an Allow is needed. */
import { conditionHolds, substitute, type Context } from './condition.ts';
import type { PolicyDocument, Statement } from './document.ts';
import { matchesAction, matchesArn, matchesPattern } from './match.ts';

export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  readonly caller: Caller;
}

export interface Caller {
  readonly kind: 'root' | 'user' | 'role' | 'anonymous';
  /** Empty for the anonymous caller. */
  readonly account: string;
  readonly arn: string;
  /** The role behind a session. */
  readonly roleArn?: string;
}

export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly why: 'explicitIdentity' | 'explicitResource' | 'noIdentity' | 'noResource' | 'noBoundary';
    };

export interface Policies {
  readonly identity: readonly PolicyDocument[];
  /** The bucket's policy or the role's trust policy. */
  readonly resource?: PolicyDocument;
  /** The account that owns the resource. */
  readonly owner: string;
  /** A trust policy must grant even within one account (IAM User Guide, "Policy evaluation logic", role trust policies). */
  readonly mustGrant?: boolean;
}

export function evaluate(question: Question, policies: Policies): Verdict {
  const own = policies.identity
    .flatMap((policy) => policy.statements)
    .filter((statement) => applies(statement, question));
  const theirs = (policies.resource?.statements ?? []).filter((statement) => applies(statement, question));
  if (own.some(denies)) return { allowed: false, why: 'explicitIdentity' };
  if (theirs.some((statement) => denies(statement) && names(statement, question.caller) !== 'no'))
    return { allowed: false, why: 'explicitResource' };
  const grants = theirs.filter(allows).map((statement) => names(statement, question.caller));
  return allowance(question.caller, policies, {
    byIdentity: question.caller.kind === 'root' || own.some(allows),
    grants,
  });
}

interface Grants {
  readonly byIdentity: boolean;
  readonly grants: readonly ('caller' | 'account' | 'no')[];
}

/** Within one account either side suffices, but naming the account only delegates to its own policies; across accounts both must allow. */
function allowance(caller: Caller, { owner, mustGrant }: Policies, { byIdentity, grants }: Grants): Verdict {
  const granted = grants.some((grant) => grant !== 'no');
  if (mustGrant && !granted) return { allowed: false, why: 'noResource' };
  const atHome = caller.account === owner;
  const byCaller = grants.includes('caller') && (atHome || caller.kind === 'anonymous');
  if (byCaller || (byIdentity && (granted || atHome))) return { allowed: true };
  return { allowed: false, why: byIdentity || caller.kind === 'anonymous' ? 'noResource' : 'noIdentity' };
}

function denies(statement: Statement): boolean {
  return statement.effect === 'Deny';
}

function allows(statement: Statement): boolean {
  return statement.effect === 'Allow';
}

export function applies(statement: Statement, { action, resource, context }: Question): boolean {
  if (statement.actions.some((pattern) => matchesAction(pattern, action)) === statement.notAction) return false;
  const hit = statement.resources.some((pattern) => matchesResource(substitute(pattern, context), resource));
  if (hit === statement.notResource) return false;
  return statement.conditions.every((condition) => conditionHolds(condition, context));
}

function matchesResource(pattern: string, resource: string): boolean {
  return pattern === '*' || resource === '*'
    ? pattern === '*' || matchesPattern(pattern, resource)
    : matchesArn(pattern, resource);
}

/** How a resource policy's statement names the caller: by its own ARN or as everyone, by its account, or not at all. */
export function names(statement: Statement, caller: Caller): 'caller' | 'account' | 'no' {
  const listed = statement.principals;
  if (!listed) return 'no';
  const arns = [caller.arn, caller.roleArn].filter((arn) => arn !== undefined);
  const asAccount = [caller.account, `arn:aws:iam::${caller.account}:root`];
  const direct = listed.everyone || listed.aws.some((name) => arns.includes(name));
  const byAccount = caller.account !== '' && listed.aws.some((name) => asAccount.includes(name));
  if (statement.notPrincipal) return direct || byAccount ? 'no' : 'caller';
  if (direct) return 'caller';
  return byAccount ? 'account' : 'no';
}
