// SPDX-License-Identifier: GPL-3.0-or-later
/** What each IAM call needs. Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS IAM". */
import { truth, visible } from '../../kernel/versioned.ts';
import { authorize, requestTagKeys, tagKeys, type Wish } from '../authorize.ts';
import type { Call } from '../call.ts';
import { may, records, must, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Tag } from '../tag.ts';
import { accountOf, roleArn, userArn } from './entities.ts';

type Authorize = NonNullable<QueryOperation['authorize']>;

export function tagsIn(input: Fields): Tag[] {
  return records(input, 'Tags').map((tag) => [must(tag, 'Key'), must(tag, 'Value')] as const);
}

/** The user named, or the caller; its resource ARN carries its path. */
export function onUser(action: string): Authorize {
  return (call, input) => {
    const account = accountOf(call);
    const name = may(input, 'UserName') ?? call.principal.name ?? '';
    const slot = account.users.get(name.toLowerCase());
    const seen = visible(slot, call.now);
    const user = seen ?? truth(slot) ?? { path: may(input, 'Path') ?? '/', name };
    const resource = name === '' ? call.principal.arn : userArn(account.id, user);
    authorize(call, wish(call, { action, resource, input, tags: seen?.tags ?? [] }));
  };
}

/**
 * The same, with `iam:PermissionsBoundary`: the boundary that the request sets, else the one that the user has
 * (Service Authorization Reference, "Condition keys for AWS IAM").
 */
export function onBoundedUser(action: string): Authorize {
  return (call, input) => {
    const account = accountOf(call);
    const name = must(input, 'UserName');
    const slot = account.users.get(name.toLowerCase());
    const user = visible(slot, call.now) ?? truth(slot);
    const boundary = may(input, 'PermissionsBoundary') ?? user?.boundary;
    const resource = userArn(account.id, user ?? { path: may(input, 'Path') ?? '/', name });
    const asked = wish(call, { action, resource, input, tags: user?.tags ?? [] });
    authorize(call, { ...asked, context: { ...asked.context, 'iam:PermissionsBoundary': boundary } });
  };
}

export function onPolicy(action: string): Authorize {
  return (call, input) => {
    const resource = `arn:aws:iam::${call.principal.account}:policy${may(input, 'Path') ?? '/'}${must(input, 'PolicyName')}`;
    authorize(call, wish(call, { action, resource, input, tags: [] }));
  };
}

export function onNewUser(action: string): Authorize {
  return (call, input) => {
    const resource = userArn(call.principal.account, {
      path: may(input, 'Path') ?? '/',
      name: must(input, 'UserName'),
    });
    const asked = wish(call, { action, resource, input, tags: [] });
    authorize(call, {
      ...asked,
      context: { ...asked.context, 'iam:PermissionsBoundary': may(input, 'PermissionsBoundary') },
    });
    // tags at creation need the tagging permission too
    if (tagsIn(input).length > 0) authorize(call, wish(call, { action: 'iam:TagUser', resource, input, tags: [] }));
  };
}

export function onRole(action: string): Authorize {
  return (call, input) => {
    const account = accountOf(call);
    const name = must(input, 'RoleName');
    const role = truth(account.roles.get(name.toLowerCase()));
    const resource = roleArn(account.id, role ?? { path: may(input, 'Path') ?? '/', name });
    authorize(call, wish(call, { action, resource, input, tags: role?.tags ?? [] }));
  };
}

export function onAccount(action: string): Authorize {
  return (call, input) => authorize(call, wish(call, { action, resource: '*', input, tags: [] }));
}

/** Listing users is authorised on the path asked for. */
export function onUserPath(action: string): Authorize {
  return (call, input) => {
    const prefix = may(input, 'PathPrefix') ?? '/';
    const resource = `arn:aws:iam::${call.principal.account}:user${prefix}`;
    authorize(call, wish(call, { action, resource, input, tags: [] }));
  };
}

function wish(
  call: Call,
  { action, resource, input, tags }: { action: string; resource: string; input: Fields; tags: readonly Tag[] },
): Wish {
  const untagged = Array.isArray(input['TagKeys']) ? { 'aws:TagKeys': input['TagKeys'] as string[] } : {};
  const context = {
    ...tagKeys('aws:ResourceTag', tags),
    ...tagKeys('iam:ResourceTag', tags),
    ...requestTagKeys(tagsIn(input)),
    ...untagged,
  };
  return { action, resource, owner: call.principal.account, context };
}
