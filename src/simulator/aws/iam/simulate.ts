// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * SimulatePrincipalPolicy: what the policies of a user or role would say. Source: IAM API reference, "SimulatePrincipalPolicy" and
 * "EvaluationResult": identity policies and boundary only, context as given; nothing is done, and nothing of it is a permission that was asked for.
 */
import { visible } from '../../kernel/versioned.ts';
import { authorize } from '../authorize.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { knownPolicy } from '../policy/cache.ts';
import type { Context } from '../policy/condition.ts';
import type { PolicyDocument } from '../policy/document.ts';
import { applies, evaluate, type Caller, type Question } from '../policy/evaluate.ts';
import { must, records, required, text, texts, type Fields, type List } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { accountOf, noSuch, roleArn, userArn } from './entities.ts';
import { paging } from './names.ts';
import { pageOf } from './paging.ts';

interface Source {
  readonly caller: Caller;
  readonly identity: readonly PolicyDocument[];
  readonly limit?: PolicyDocument;
}

const kindsOfEntry =
  'string stringList numeric numericList boolean booleanList ip ipList binary binaryList date dateList'.split(' ');
const arn = text({ min: 1, max: 2048 });
const listOf = (of: List['of']): List => ({ is: 'list', of });

function sourceOf(call: Call, from: string): Source {
  const [, kind, path = '/', name = ''] =
    /^arn:aws[a-z-]*:iam::\d{12}:(user|role)(\/(?:.*\/)?)([^/]+)$/.exec(from) ?? [];
  // as AWS words it for an assumed role's ARN; a root has no policies and is no user, group or role either (parameter PolicySourceArn)
  if (kind === undefined)
    throw new AwsError('InvalidInput', `Invalid Entity Arn: ${from} does not clearly define entity type and name.`);
  return kind === 'user' ? userSource(call, path, name) : roleSource(call, path, name);
}

function userSource(call: Call, path: string, name: string): Source {
  const account = accountOf(call);
  const user = visible(account.users.get(name.toLowerCase()), call.now);
  if (user?.path !== path) throw noSuch('user', name);
  const boundary = user.boundary === undefined ? undefined : account.managedPolicies?.get(user.boundary);
  return {
    caller: { kind: 'user', account: account.id, arn: userArn(account.id, user) },
    identity: user.policies.map(({ document }) => knownPolicy(document, 'identity')),
    ...(boundary ? { limit: knownPolicy(boundary.document, 'identity') } : {}),
  };
}

function roleSource(call: Call, path: string, name: string): Source {
  const account = accountOf(call);
  const role = visible(account.roles.get(name.toLowerCase()), call.now);
  if (role?.path !== path) throw noSuch('role', name);
  return {
    caller: { kind: 'role', account: account.id, arn: roleArn(account.id, role) },
    identity: role.policies.map(({ document }) => knownPolicy(document, 'identity')),
  };
}

/** Names of S3's API that are no actions of IAM: seen to be refused beside actions (Service Authorization Reference, "Amazon S3", has none of them). */
const noActions = new Set([
  's3:PutBucketReplication',
  's3:PutObjectLockConfiguration',
  's3:PutBucketIntelligentTieringConfiguration',
  's3:DeleteBucketOwnershipControls',
  's3:DeleteBucketPublicAccessBlock',
]);

function checkMixed(actions: readonly string[]): void {
  const [known, unknown] = [false, true].map((no) => actions.filter((action) => noActions.has(action) === no));
  if (!known?.length || !unknown?.length) return;
  throw new AwsError(
    'InvalidInput',
    `Invalid Input Actions: [${known.join(',')}] and [${unknown.join(',')}] require different authorization information. Please refer to the documentation for more details.`,
  );
}

interface Decided {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  readonly missing: readonly string[];
}

function decide(source: Source, question: Question): Decided {
  const documents = [...source.identity, ...(source.limit ? [source.limit] : [])];
  const owner = source.caller.account;
  const verdicts = [source.identity, ...(source.limit ? [[source.limit]] : [])].map((identity) =>
    evaluate(question, { identity, owner }),
  );
  const whys = verdicts.flatMap((verdict) => (verdict.allowed ? [] : [verdict.why]));
  const denied = whys.includes('explicitIdentity') ? 'explicitDeny' : 'implicitDeny';
  return { decision: whys.length === 0 ? 'allowed' : denied, missing: missingKeys(documents, question) };
}

/** EvaluationResult, MissingContextValues: keys that the policies ask for and that were not given. */
function missingKeys(documents: readonly PolicyDocument[], question: Question): string[] {
  const concerned = documents
    .flatMap(({ statements }) => statements)
    .filter((statement) => applies({ ...statement, conditions: [] }, question));
  const keys = concerned.flatMap(({ conditions }) => conditions.map(([, key]) => key));
  return [...new Set(keys)].filter((key) => !question.context.has(key.toLowerCase()));
}

function contextIn(input: Fields): Context {
  return new Map(
    records(input, 'ContextEntries').map((entry) => [
      must(entry, 'ContextKeyName').toLowerCase(),
      texts(entry, 'ContextKeyValues'),
    ]),
  );
}

function simulate(call: Call, input: Fields): Xml {
  const source = sourceOf(call, must(input, 'PolicySourceArn'));
  const actions = texts(input, 'ActionNames');
  checkMixed(actions);
  const given = texts(input, 'ResourceArns');
  const resources = given.length > 0 ? given : ['*'];
  const context = contextIn(input);
  // a page goes by the actions' names
  const { items, more } = pageOf([...new Set(actions)].sort(), input, (action) => action);
  const member = items.map((action) => {
    const results = resources.map((resource) => ({
      resource,
      ...decide(source, { action, resource, context, caller: source.caller }),
    }));
    const worst = (['explicitDeny', 'implicitDeny'] as const).find((one) => results.some((r) => r.decision === one));
    return {
      EvalActionName: action,
      EvalResourceName: resources[0],
      EvalDecision: worst ?? 'allowed',
      // with resources given they stand with each of these (EvaluationResult, MissingContextValues)
      MissingContextValues: { member: given.length > 0 ? [] : (results[0]?.missing ?? []) },
      ResourceSpecificResults: {
        member: results.map(({ resource, decision, missing }) => ({
          EvalResourceName: resource,
          EvalResourceDecision: decision,
          MissingContextValues: { member: missing },
        })),
      },
    };
  });
  return { EvaluationResults: { member }, ...more };
}

/** Service Authorization Reference: its resource is the user, group or role that is asked about. */
function authorizeOn(call: Call, input: Fields): void {
  const { account } = call.principal;
  authorize(call, {
    action: 'iam:SimulatePrincipalPolicy',
    resource: must(input, 'PolicySourceArn'),
    owner: account,
  });
}

const entry: List['of'] = {
  is: 'structure',
  members: {
    ContextKeyName: text({ min: 5, max: 256 }),
    ContextKeyType: text({ oneOf: kindsOfEntry }),
    ContextKeyValues: listOf(text()),
  },
};

export const simulateOperations: Record<string, QueryOperation> = {
  SimulatePrincipalPolicy: {
    effect: 'read',
    input: {
      ...paging,
      PolicySourceArn: required(text({ min: 20, max: 2048 })),
      ActionNames: required(listOf(text({ min: 3, max: 128 }))),
      ResourceArns: listOf(arn),
      ContextEntries: listOf(entry),
    },
    authorize: authorizeOn,
    run: simulate,
  },
};
