// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call, Principal } from './call.ts';
import { AwsError } from './errors.ts';
import type { PolicyDocument } from './policy/document.ts';
import { evaluate, type Question, type Verdict } from './policy/evaluate.ts';
import type { Tag } from './tag.ts';

/** What is asked for, in IAM's terms. */
export interface Wish {
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly owner: string;
  readonly resourcePolicy?: PolicyDocument;
  /** The resource policy must grant even within one account, as a role's trust policy must. */
  readonly mustGrant?: boolean;
  /** Keys of the service (`s3:prefix`) and of this request (`aws:RequestTag/…`); any case. */
  readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Keys that every request has. Source: IAM User Guide, "AWS global condition context keys". */
export function contextOf(call: Call, wish: Wish): Map<string, readonly string[]> {
  const { principal, now, world } = call;
  const all: Record<string, string | readonly string[] | undefined> = {
    'aws:SecureTransport': String(world.secure(call.incoming)),
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:SourceIp': '127.0.0.1',
    'aws:RequestedRegion': call.route.region,
    'aws:ResourceAccount': wish.owner,
    'aws:UserAgent': call.incoming.headers.get('user-agent'),
    ...callerKeys(principal),
    ...wish.context,
  };
  const context = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) context.set(name.toLowerCase(), typeof value === 'string' ? [value] : value);
  return context;
}

function callerKeys(principal: Principal): Record<string, string | undefined> {
  if (principal.kind === 'anonymous') return { 'aws:PrincipalType': 'Anonymous', 'aws:userid': 'anonymous' };
  const types = { root: 'Account', user: 'User', role: 'AssumedRole' };
  return {
    'aws:PrincipalArn': principal.roleArn ?? principal.arn,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalType': types[principal.kind],
    'aws:userid': principal.id,
    'aws:username': principal.name,
    ...tagKeys('aws:PrincipalTag', principal.tags),
  };
}

/** `aws:ResourceTag/name` → value. */
export function tagKeys(prefix: string, tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(([name, value]) => [`${prefix}/${name}`, value]));
}

/** The keys of a request that sets tags. */
export function requestTagKeys(tags: readonly Tag[]): Record<string, string | readonly string[]> {
  return tags.length === 0 ? {} : { ...tagKeys('aws:RequestTag', tags), 'aws:TagKeys': tags.map(([name]) => name) };
}

export function decide(call: Call, wish: Wish): Verdict {
  const { principal } = call;
  const question = { action: wish.action, resource: wish.resource, context: contextOf(call, wish), caller: principal };
  const resource = wish.resourcePolicy ? { resource: wish.resourcePolicy } : {};
  const verdict = evaluate(question, {
    identity: principal.policies,
    owner: wish.owner,
    mustGrant: wish.mustGrant ?? false,
    ...resource,
  });
  const limited = verdict.allowed && principal.limit ? withinLimit(question, wish, principal.limit) : verdict;
  const { action, context = {} } = wish;
  call.world.decided({ action, resource: wish.resource, caller: principal.arn, allowed: limited.allowed, context });
  return limited;
}

/**
 * Session policies and permissions boundaries can only take away (IAM User Guide, "Policy evaluation logic"); what a resource's policy
 * gives to a user by name is not taken by the silence of its boundary.
 */
function withinLimit(question: Question, wish: Wish, limit: PolicyDocument): Verdict {
  const { caller } = question;
  const byName = caller.kind === 'user' && wish.resourcePolicy ? { resource: wish.resourcePolicy } : {};
  const verdict = evaluate(question, { identity: [limit], owner: caller.account, ...byName });
  return verdict.allowed || caller.kind !== 'user' || verdict.why.startsWith('explicit')
    ? verdict
    : { allowed: false, why: 'noBoundary' };
}

/** @throws {AwsError} AccessDenied, in the words of IAM User Guide, "Troubleshoot access denied error messages". */
export function authorize(call: Call, wish: Wish): void {
  const verdict = decide(call, wish);
  if (!verdict.allowed) throw accessDenied(call, wish, verdict.why);
}

export function accessDenied(call: Call, wish: Wish, why: Exclude<Verdict, { allowed: true }>['why']): AwsError {
  if (call.principal.kind === 'anonymous') return new AwsError('AccessDenied', 'Access Denied', 403);
  const resource = wish.action.startsWith('s3:') ? `"${wish.resource}"` : wish.resource;
  const reasons = {
    explicitIdentity: 'with an explicit deny in an identity-based policy',
    explicitResource: 'with an explicit deny in a resource-based policy',
    noIdentity: `because no identity-based policy allows the ${wish.action} action`,
    noBoundary: `because no permissions boundary allows the ${wish.action} action`,
    noResource: `because no resource-based policy allows the ${wish.action} action`,
  };
  const sentence = `User: ${call.principal.arn} is not authorized to perform: ${wish.action} on resource: ${resource} ${reasons[why]}`;
  return new AwsError('AccessDenied', sentence, 403);
}
