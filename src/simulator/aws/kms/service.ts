// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: KMS API reference, the pages of each operation and "Common errors"; "Key states of AWS KMS keys" for what may follow what. */
import { authorize } from '../authorize.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { knownPolicy } from '../policy/cache.ts';
import { parsePolicy, PolicyProblem } from '../policy/document.ts';
import { rpcService, textOf, type Input, type RpcOperation } from '../protocol/rpc.ts';
import { findKey, makeKey } from './keys.ts';
import type { KmsKey } from './state.ts';

const day = 86_400_000;

function allow(call: Call, action: string): void {
  authorize(call, { action, resource: '*', owner: call.principal.account });
}

/** The key asked for, once the caller may do this with it. */
function permitted(call: Call, input: Input, action: string): KmsKey {
  const name = textOf(input, 'KeyId') ?? '';
  const { account } = call.principal;
  const arn = name.startsWith('arn:') ? name : `arn:aws:kms:${call.route.region}:${account}:key/${name}`;
  const key = findKey(call.world.state, arn, { account, region: call.route.region, now: call.now });
  if (!key || key.region !== call.route.region) throw new AwsError('NotFoundException', `Key '${arn}' does not exist`);
  authorize(call, {
    action: `kms:${action}`,
    resource: key.arn,
    owner: key.account,
    resourcePolicy: knownPolicy(key.policy, 'resource'),
    mustGrant: true,
    context: { 'kms:CallerAccount': account },
  });
  return key;
}

function metadataOf(key: KmsKey): Input {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: new Date(key.createdAt),
    Enabled: key.state === 'Enabled',
    KeyState: key.state,
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    KeyManager: 'CUSTOMER',
    Origin: 'AWS_KMS',
    MultiRegion: false,
    ...(key.deletionAt === undefined ? {} : { DeletionDate: new Date(key.deletionAt) }),
  };
}

function checkedPolicy(text: string): string {
  try {
    parsePolicy(text, 'resource');
    return text;
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error;
    throw new AwsError('MalformedPolicyDocumentException', error.message);
  }
}

function createKey(call: Call, input: Input): Input {
  allow(call, 'kms:CreateKey');
  const policy = textOf(input, 'Policy');
  const description = textOf(input, 'Description');
  const key = makeKey(call.world.state, {
    account: call.principal.account,
    region: call.route.region,
    now: call.now,
    ...(policy === undefined ? {} : { policy: checkedPolicy(policy) }),
    ...(description === undefined ? {} : { description }),
  });
  return { KeyMetadata: metadataOf(key) };
}

function listKeys(call: Call): Input {
  allow(call, 'kms:ListKeys');
  const { account } = call.principal;
  const keys = [...(call.world.state.kmsKeys?.values() ?? [])].filter(
    (key) => key.account === account && key.region === call.route.region,
  );
  return { Keys: keys.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), Truncated: false };
}

function putKeyPolicy(call: Call, input: Input): Input {
  permitted(call, input, 'PutKeyPolicy').policy = checkedPolicy(textOf(input, 'Policy') ?? '');
  return {};
}

/** A key that waits for its deletion is neither enabled nor disabled. */
function setState(state: 'Enabled' | 'Disabled', action: string): RpcOperation['run'] {
  return (call, input) => {
    const key = permitted(call, input, action);
    if (key.state === 'PendingDeletion')
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    key.state = state;
    return {};
  };
}

/** 7 to 30 days, 30 unless said otherwise. */
function scheduleDeletion(call: Call, input: Input): Input {
  const key = permitted(call, input, 'ScheduleKeyDeletion');
  const days = Number(input['PendingWindowInDays'] ?? 30);
  if (!Number.isInteger(days) || days < 7 || days > 30)
    throw new AwsError('ValidationException', 'PendingWindowInDays must be between 7 and 30.');
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  key.state = 'PendingDeletion';
  key.deletionAt = call.now + days * day;
  return { KeyId: key.arn, DeletionDate: new Date(key.deletionAt), KeyState: key.state, PendingWindowInDays: days };
}

/** Afterwards the key is disabled. */
function cancelDeletion(call: Call, input: Input): Input {
  const key = permitted(call, input, 'CancelKeyDeletion');
  if (key.state !== 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
  key.state = 'Disabled';
  delete key.deletionAt;
  return { KeyId: key.arn };
}

export const kms = rpcService({
  name: 'kms',
  target: 'TrentService',
  jsonVersion: '1.1',
  namespace: 'com.amazonaws.kms',
  codes: {
    AccessDenied: ['AccessDeniedException', 400],
    InvalidClientTokenId: ['UnrecognizedClientException', 400],
    SignatureDoesNotMatch: ['InvalidSignatureException', 400],
    MissingAuthenticationToken: ['MissingAuthenticationTokenException', 400],
    IncompleteSignature: ['IncompleteSignatureException', 400],
    ExpiredToken: ['ExpiredTokenException', 400],
  },
  operations: {
    CreateKey: { effect: 'write', run: createKey },
    DescribeKey: {
      effect: 'read',
      run: (call, input) => ({ KeyMetadata: metadataOf(permitted(call, input, 'DescribeKey')) }),
    },
    ListKeys: { effect: 'read', run: listKeys },
    GetKeyPolicy: {
      effect: 'read',
      run: (call, input) => ({ Policy: permitted(call, input, 'GetKeyPolicy').policy, PolicyName: 'default' }),
    },
    PutKeyPolicy: { effect: 'write', run: putKeyPolicy },
    EnableKey: { effect: 'write', run: setState('Enabled', 'EnableKey') },
    DisableKey: { effect: 'write', run: setState('Disabled', 'DisableKey') },
    ScheduleKeyDeletion: { effect: 'write', run: scheduleDeletion },
    CancelKeyDeletion: { effect: 'write', run: cancelDeletion },
  },
});
