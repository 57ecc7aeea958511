// SPDX-License-Identifier: GPL-3.0-or-later
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { AccessKey, User } from '../state.ts';
import { accountOf, isoDate, newID, newSecret, saveUser, trueUser, visibleUser } from './entities.ts';
import { accessKeyID, paging, userName } from './names.ts';
import { pageOf } from './paging.ts';
import { onAccount, onUser } from './permission.ts';

const status = text({ oneOf: ['Active', 'Inactive'] });

export const keyOperations: Record<string, QueryOperation> = {
  CreateAccessKey: {
    effect: 'write',
    input: { UserName: userName },
    authorize: onUser('iam:CreateAccessKey'),
    run: createAccessKey,
  },
  ListAccessKeys: {
    effect: 'read',
    input: { UserName: userName, ...paging },
    authorize: onUser('iam:ListAccessKeys'),
    run: listAccessKeys,
  },
  UpdateAccessKey: {
    effect: 'write',
    input: { UserName: userName, AccessKeyId: required(accessKeyID), Status: required(status) },
    authorize: onUser('iam:UpdateAccessKey'),
    run: updateAccessKey,
  },
  DeleteAccessKey: {
    effect: 'write',
    input: { UserName: userName, AccessKeyId: required(accessKeyID) },
    authorize: onUser('iam:DeleteAccessKey'),
    run: deleteAccessKey,
  },
  GetAccessKeyLastUsed: {
    effect: 'read',
    input: { AccessKeyId: required(accessKeyID) },
    authorize: onAccount('iam:GetAccessKeyLastUsed'),
    run: getAccessKeyLastUsed,
  },
};

/** Without a UserName the caller's own (IAM API reference); the simulator keeps no list of root keys. */
function nameIn(call: Call, input: Fields): string {
  const name = may(input, 'UserName') ?? call.principal.name;
  if (name === undefined)
    throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
  return name;
}

/** IAM quotas: two access keys per user, whatever their status. */
function createAccessKey(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const user = trueUser(call, nameIn(call, input));
  const quota = account.quotas.accessKeysPerUser;
  if (user.keys.length >= quota)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${quota}`, 409);
  const key: AccessKey = { id: newID(call, 'AKIA'), status: 'Active', createdAt: call.now };
  const secret = newSecret(call);
  call.world.state.credentials.set(key.id, { secret, account: account.id, user: user.name.toLowerCase() });
  saveUser(call, user.name, { ...user, keys: [...user.keys, key] });
  return { AccessKey: { ...keyXml(user, key), SecretAccessKey: secret } };
}

function keyXml(user: User, key: AccessKey): Record<string, Xml> {
  return { UserName: user.name, AccessKeyId: key.id, Status: key.status, CreateDate: isoDate(key.createdAt) };
}

function listAccessKeys(call: Call, input: Fields): Xml {
  const user = visibleUser(call, nameIn(call, input));
  const keys = [...user.keys].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { items, more } = pageOf(keys, input, (key) => key.id);
  return { AccessKeyMetadata: { member: items.map((key) => keyXml(user, key)) }, ...more };
}

function keyIn(user: User, input: Fields): AccessKey {
  const id = must(input, 'AccessKeyId');
  const key = user.keys.find((candidate) => candidate.id === id);
  if (!key) throw new AwsError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`, 404);
  return key;
}

function updateAccessKey(call: Call, input: Fields): Xml {
  const user = trueUser(call, nameIn(call, input));
  const changed: AccessKey = { ...keyIn(user, input), status: must(input, 'Status') as AccessKey['status'] };
  saveUser(call, user.name, { ...user, keys: user.keys.map((key) => (key.id === changed.id ? changed : key)) });
  return undefined;
}

function deleteAccessKey(call: Call, input: Fields): Xml {
  const user = trueUser(call, nameIn(call, input));
  const gone = keyIn(user, input);
  saveUser(call, user.name, { ...user, keys: user.keys.filter((key) => key.id !== gone.id) });
  return undefined;
}

/**
 * API_AccessKeyLastUsed: a key never used has no date, service and region are N/A. A use shows late; AWS documents no bound, and here it is
 * the lag of all that IAM shows (IAM User Guide, "Changes that I make are not always immediately visible").
 */
function getAccessKeyLastUsed(call: Call, input: Fields): Xml {
  const id = must(input, 'AccessKeyId');
  const UserName = ownerOf(call, id).name;
  const use = call.world.state.lastUsed.get(id);
  if (!use || use.at + call.world.lag('iam') > call.now)
    return { UserName, AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } };
  return {
    UserName,
    AccessKeyLastUsed: { LastUsedDate: isoDate(use.at), ServiceName: use.service, Region: use.region },
  };
}

/** A key that is not the account's answers AccessDenied, whether it exists or not. */
function ownerOf(call: Call, id: string): User {
  const credential = call.world.state.credentials.get(id);
  const ours = credential?.user !== undefined && credential.account === call.principal.account;
  const owner = ours ? truth(accountOf(call).users.get(credential.user ?? '')) : undefined;
  if (owner?.keys.some((key) => key.id === id)) return owner;
  const sentence = `User: ${call.principal.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${id}`;
  throw new AwsError('AccessDenied', sentence, 403);
}
