// SPDX-License-Identifier: GPL-3.0-or-later
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, texts, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { User } from '../state.ts';
import type { Tag } from '../tag.ts';
import {
  accountOf,
  allVisible,
  countTrue,
  isoDate,
  newID,
  saveUser,
  trueUser,
  userArn,
  visibleUser,
} from './entities.ts';
import { checkedBoundary } from './managed-policies.ts';
import { newUserName, paging, path, pathPrefix, tagKeys, tags, userName } from './names.ts';
import { pageOf } from './paging.ts';
import { onNewUser, onUser, onUserPath, tagsIn } from './permission.ts';

export const userOperations: Record<string, QueryOperation> = {
  CreateUser: {
    effect: 'write',
    input: {
      UserName: required(newUserName),
      Path: path,
      Tags: tags,
      PermissionsBoundary: text({ min: 20, max: 2048 }),
    },
    authorize: onNewUser('iam:CreateUser'),
    run: createUser,
  },
  GetUser: { effect: 'read', input: { UserName: userName }, authorize: onUser('iam:GetUser'), run: getUser },
  DeleteUser: {
    effect: 'write',
    input: { UserName: required(userName) },
    authorize: onUser('iam:DeleteUser'),
    run: deleteUser,
  },
  ListUsers: {
    effect: 'read',
    input: { PathPrefix: pathPrefix, ...paging },
    authorize: onUserPath('iam:ListUsers'),
    run: listUsers,
  },
  TagUser: {
    effect: 'write',
    input: { UserName: required(userName), Tags: required(tags) },
    authorize: onUser('iam:TagUser'),
    run: tagUser,
  },
  UntagUser: {
    effect: 'write',
    input: { UserName: required(userName), TagKeys: required(tagKeys) },
    authorize: onUser('iam:UntagUser'),
    run: untagUser,
  },
  ListUserTags: {
    effect: 'read',
    input: { UserName: required(userName), ...paging },
    authorize: onUser('iam:ListUserTags'),
    run: listUserTags,
  },
};

export function userXml(account: string, user: User): Record<string, Xml> {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(account, user),
    CreateDate: isoDate(user.createdAt),
    ...(user.boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: user.boundary } }),
  };
}

export function tagsXml(list: readonly Tag[]): Xml {
  return list.length === 0 ? undefined : { member: list.map(([Key, Value]) => ({ Key, Value })) };
}

function createUser(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const name = must(input, 'UserName');
  if (truth(account.users.get(name.toLowerCase())))
    throw new AwsError('EntityAlreadyExists', `User with name ${name} already exists.`, 409); // API_CreateUser
  const quota = account.quotas.users;
  if (countTrue(account.users) >= quota)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for UsersPerAccount: ${quota}`, 409);
  const boundary = may(input, 'PermissionsBoundary');
  const user: User = {
    name,
    path: may(input, 'Path') ?? '/',
    id: newID(call, 'AIDA'),
    createdAt: call.now,
    tags: mergeTags([], tagsIn(input)),
    policies: [],
    keys: [],
    ...(boundary === undefined ? {} : { boundary: checkedBoundary(call, boundary) }),
  };
  saveUser(call, name, user);
  return { User: { ...userXml(account.id, user), Tags: tagsXml(user.tags) } };
}

function getUser(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const name = may(input, 'UserName') ?? call.principal.name;
  if (name === undefined && call.principal.kind === 'root') {
    const arn = call.principal.arn;
    return {
      User: { Path: '/', UserName: 'root', UserId: account.id, Arn: arn, CreateDate: isoDate(account.createdAt) },
    };
  }
  if (name === undefined)
    throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
  const user = visibleUser(call, name);
  return { User: { ...userXml(account.id, user), Tags: tagsXml(user.tags) } };
}

/** API_DeleteUser: keys and policies must go first. */
function deleteUser(call: Call, input: Fields): Xml {
  const user = trueUser(call, must(input, 'UserName'));
  if (user.keys.length > 0) throw conflict('Cannot delete entity, must delete access keys first.');
  if (user.policies.length > 0) throw conflict('Cannot delete entity, must delete policies first.');
  saveUser(call, user.name, undefined);
  return undefined;
}

function conflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, 409);
}

function listUsers(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const prefix = may(input, 'PathPrefix') ?? '/';
  const users = allVisible(account.users, call.now).filter((user) => user.path.startsWith(prefix));
  const { items, more } = pageOf(users, input, (user) => user.name);
  // API_ListUsers: tags are not among what it returns
  return { Users: { member: items.map((user) => userXml(account.id, user)) }, ...more };
}

/** API_TagUser: at most 50 tags, keys unique without regard to case, `aws:` reserved. */
export function mergeTags(present: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(present.map((tag) => [tag[0].toLowerCase(), tag] as const));
  const seen = new Set<string>();
  for (const tag of added) {
    const key = tag[0].toLowerCase();
    if (key.startsWith('aws:')) throw new AwsError('InvalidInput', 'User-defined tag keys cannot start with aws:');
    if (seen.has(key))
      throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    seen.add(key);
    merged.set(key, tag);
  }
  if (merged.size > 50) throw new AwsError('LimitExceeded', 'The number of tags has reached the maximum limit.', 409);
  return [...merged.values()];
}

function tagUser(call: Call, input: Fields): Xml {
  const user = trueUser(call, must(input, 'UserName'));
  saveUser(call, user.name, { ...user, tags: mergeTags(user.tags, tagsIn(input)) });
  return undefined;
}

function untagUser(call: Call, input: Fields): Xml {
  const user = trueUser(call, must(input, 'UserName'));
  const gone = new Set(texts(input, 'TagKeys').map((key) => key.toLowerCase()));
  saveUser(call, user.name, { ...user, tags: user.tags.filter(([key]) => !gone.has(key.toLowerCase())) });
  return undefined;
}

function listUserTags(call: Call, input: Fields): Xml {
  const user = visibleUser(call, must(input, 'UserName'));
  const sorted = [...user.tags].sort(([a], [b]) => (a < b ? -1 : 1));
  const { items, more } = pageOf(sorted, input, ([key]) => key);
  return { Tags: { member: items.map(([Key, Value]) => ({ Key, Value })) }, ...more };
}
