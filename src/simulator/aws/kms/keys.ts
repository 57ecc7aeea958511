// SPDX-License-Identifier: GPL-3.0-or-later
import { randomUuid } from '../../kernel/random.ts';
import type { AwsState } from '../state.ts';
import type { KmsKey } from './state.ts';

export interface NewKey {
  readonly account: string;
  readonly region: string;
  readonly now: number;
  readonly id?: string;
  readonly description?: string;
  readonly policy?: string;
}

/** KMS Developer Guide, "Default key policy": the account's own policies decide. */
function defaultPolicy(account: string): string {
  const root = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...root, Action: 'kms:*', Resource: '*' }] });
}

export function makeKey(state: AwsState, given: NewKey): KmsKey {
  const { account, region, now, id = randomUuid(state.random) } = given;
  const key: KmsKey = {
    id,
    arn: `arn:aws:kms:${region}:${account}:key/${id}`,
    account,
    region,
    createdAt: now,
    description: given.description ?? '',
    policy: given.policy ?? defaultPolicy(account),
    state: 'Enabled',
  };
  state.kmsKeys ??= new Map();
  state.kmsKeys.set(key.arn, key);
  return key;
}

/** By id, in the account and region given, or by ARN. What was scheduled for deletion is gone when its time is over. */
export function findKey(
  state: AwsState,
  name: string,
  at: { readonly account: string; readonly region: string; readonly now: number },
): KmsKey | undefined {
  const arn = name.startsWith('arn:') ? name : `arn:aws:kms:${at.region}:${at.account}:key/${name}`;
  const key = state.kmsKeys?.get(arn);
  if (key?.deletionAt !== undefined && key.deletionAt <= at.now) {
    state.kmsKeys?.delete(arn);
    return undefined;
  }
  return key;
}
