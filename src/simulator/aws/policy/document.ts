// SPDX-License-Identifier: GPL-3.0-or-later
/** Reads a policy document. Grammar: IAM User Guide, "Grammar of the IAM JSON policy language". */
import { isOperator } from './condition.ts';

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in identity policies. */
  readonly principals: Principals | undefined;
  readonly notPrincipal: boolean;
  readonly actions: readonly string[];
  readonly notAction: boolean;
  readonly resources: readonly string[];
  readonly notResource: boolean;
  /** [operator, key, values] */
  readonly conditions: readonly (readonly [string, string, readonly string[]])[];
}

export interface Principals {
  readonly everyone: boolean;
  readonly aws: readonly string[];
  /** Service, Federated, CanonicalUser: [kind, values]. */
  readonly others: readonly (readonly [string, readonly string[]])[];
}

export interface PolicyDocument {
  readonly version: string;
  readonly statements: readonly Statement[];
}

export class PolicyProblem extends Error {}

export type PolicyRole = 'identity' | 'resource' | 'trust';

type Fields = Record<string, unknown>;

const documentFields = new Set(['Version', 'Id', 'Statement']);
const statementFields = new Set(
  `Sid Effect Principal NotPrincipal Action NotAction Resource NotResource
   Condition`.split(/\s+/),
);

/** @throws {PolicyProblem} with the sentence that AWS would give. */
export function parsePolicy(text: string, role: PolicyRole): PolicyDocument {
  const root = parseJson(text);
  for (const field of Object.keys(root))
    if (!documentFields.has(field)) throw new PolicyProblem('Syntax errors in policy.');
  const version = root['Version'] ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') throw new PolicyProblem('Syntax errors in policy.');
  const list = Array.isArray(root['Statement']) ? root['Statement'] : [root['Statement']];
  if (root['Statement'] === undefined || list.length === 0) throw new PolicyProblem('Syntax errors in policy.');
  const statements = list.map((item) => statement(fieldsOf(item), role));
  const sids = statements.map(({ sid }) => sid).filter((sid) => sid !== undefined);
  if (new Set(sids).size < sids.length)
    throw new PolicyProblem('Statement IDs (SID) in a single policy must be unique.');
  return { version, statements };
}

function parseJson(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    throw new PolicyProblem('Syntax errors in policy.');
  }
}

function fieldsOf(value: unknown): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new PolicyProblem('Syntax errors in policy.');
  return value as Fields;
}

function statement(fields: Fields, role: PolicyRole): Statement {
  for (const field of Object.keys(fields))
    if (!statementFields.has(field)) throw new PolicyProblem('Syntax errors in policy.');
  const { Effect: effect, Sid: sid } = fields;
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyProblem('Syntax errors in policy.');
  if (sid !== undefined && (typeof sid !== 'string' || (role === 'identity' && !/^[A-Za-z0-9]*$/.test(sid))))
    throw new PolicyProblem(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  const [actions, notAction] = oneOf(fields, 'Action', 'Policy statement must contain actions.');
  checkActions(actions);
  const [resources, notResource] =
    role === 'trust' ? noResource(fields) : oneOf(fields, 'Resource', 'Policy statement must contain resources.');
  if (role === 'identity') checkResources(resources);
  return {
    sid: sid || undefined,
    effect,
    ...principalsOf(fields, role),
    actions,
    notAction,
    resources,
    notResource,
    conditions: conditionsOf(fields['Condition']),
  };
}

function noResource(fields: Fields): [string[], boolean] {
  if ('Resource' in fields || 'NotResource' in fields) throw new PolicyProblem('Has prohibited field Resource');
  return [['*'], false];
}

function oneOf(fields: Fields, name: string, missing: string): [string[], boolean] {
  const [plain, not] = [fields[name], fields[`Not${name}`]];
  if (plain !== undefined && not !== undefined) throw new PolicyProblem('Syntax errors in policy.');
  const values = strings(plain ?? not);
  if (values.length === 0) throw new PolicyProblem(missing);
  return [values, plain === undefined];
}

function strings(value: unknown): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
  if (!list.every((item) => typeof item === 'string')) throw new PolicyProblem('Syntax errors in policy.');
  return list;
}

function checkActions(actions: readonly string[]): void {
  for (const action of actions) {
    if (action === '*') continue;
    const [vendor = '', ...rest] = action.split(':');
    if (rest.length === 0)
      throw new PolicyProblem('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    if (!/^[a-zA-Z0-9-]+$/.test(vendor)) throw new PolicyProblem(`Vendor ${vendor} is not valid`);
    if (rest.length > 1 || !/^[\w*?-]+$/.test(rest[0] ?? ''))
      throw new PolicyProblem('Action names contain invalid characters.');
  }
}

function checkResources(resources: readonly string[]): void {
  for (const resource of resources) {
    if (resource === '*' || /^arn:[\w*?-]*(:[^:]*){3}:.+$/s.test(resource)) continue;
    throw new PolicyProblem(`Resource ${resource} must be in ARN format or "*".`);
  }
}

function principalsOf(fields: Fields, role: PolicyRole): Pick<Statement, 'principals' | 'notPrincipal'> {
  const given = fields['Principal'] ?? fields['NotPrincipal'];
  const notPrincipal = fields['Principal'] === undefined && given !== undefined;
  if (role === 'identity') {
    if (given !== undefined) throw new PolicyProblem('Policy document should not specify a principal.');
    return { principals: undefined, notPrincipal: false };
  }
  if (given === undefined) throw new PolicyProblem('Missing required field Principal');
  if (given === '*') return { principals: { everyone: true, aws: ['*'], others: [] }, notPrincipal };
  const map = Object.entries(fieldsOf(given)).map(([kind, values]) => [kind, strings(values)] as const);
  if (map.length === 0) throw new PolicyProblem('Invalid principal in policy');
  for (const [kind] of map)
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind))
      throw new PolicyProblem('Invalid principal in policy');
  const aws = map.find(([kind]) => kind === 'AWS')?.[1] ?? [];
  return {
    principals: { everyone: aws.includes('*'), aws, others: map.filter(([kind]) => kind !== 'AWS') },
    notPrincipal,
  };
}

function conditionsOf(value: unknown): Statement['conditions'] {
  if (value === undefined) return [];
  return Object.entries(fieldsOf(value)).flatMap(([operator, keys]) => {
    if (!isOperator(operator)) throw new PolicyProblem(`Invalid Condition type : ${operator}.`);
    return Object.entries(fieldsOf(keys)).map(([key, values]) => [operator, key, scalars(values)] as const);
  });
}

function scalars(value: unknown): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (!list.every((item) => ['string', 'boolean', 'number'].includes(typeof item)))
    throw new PolicyProblem('Syntax errors in policy.');
  return list.map(String);
}
