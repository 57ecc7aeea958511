// SPDX-License-Identifier: GPL-3.0-or-later
import type * as IAM from '@aws-sdk/client-iam';
import type { Scope } from '../../../core/scope.ts';
import { Failure } from '../../../core/failure.ts';
import { codeOf } from '../errors.ts';
import type { Tags } from '../../../core/owner-mark.ts';
import { fromTagList } from '../tags.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';

export interface User {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly tags: Tags;
  /** Inline policies: name to document, as text. */
  readonly policies: Readonly<Record<string, string>>;
  /** ARNs of attached policies and names of groups: what keeps a user from being deleted. */
  readonly attached: readonly string[];
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
}

export interface AccessKey {
  readonly id: string;
  /** Milliseconds since the epoch; IAM gives whole seconds. */
  readonly createdAt: number;
  readonly active: boolean;
}

export interface AgeLimit {
  /** How old a shared answer may be, in milliseconds; 0 asks anew. */
  readonly maxAgeMs: number;
}

const usersLook = 'iam/users';
const keysLook = (user: string) => `iam/keys/${user}`;

/** Users, their policies and keys. One look at all users of the account serves all objects (GetAccountAuthorizationDetails, 1,000 a page). */
export class Users {
  readonly #session: AwsSession;
  readonly #scope: Scope;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
  }

  /** Names are unique whatever their case (IAM User Guide, "IAM and STS quotas"), so they are looked up that way. */
  async find(name: string, { maxAgeMs }: AgeLimit): Promise<User | undefined> {
    const users = await this.#session.looks.get(usersLook, maxAgeMs, () => this.#all());
    return users.get(name.toLowerCase());
  }

  /** A look of its own, for what destroys. */
  async fresh(name: string): Promise<{ readonly tags: Tags; readonly path: string } | undefined> {
    try {
      const { User: user } = await this.#session.send<IAM.GetUserCommandOutput>(
        read('iam', 'GetUser', { UserName: name }),
        this.#scope,
      );
      return user && { tags: fromTagList(user.Tags), path: user.Path ?? '/' };
    } catch (error) {
      if (missing(error)) return undefined;
      throw error;
    }
  }

  async keys(user: string, { maxAgeMs }: AgeLimit): Promise<readonly AccessKey[]> {
    return this.#session.looks.get(keysLook(user), maxAgeMs, async () => {
      try {
        const { AccessKeyMetadata: list = [] } = await this.#session.send<IAM.ListAccessKeysCommandOutput>(
          read('iam', 'ListAccessKeys', { UserName: user }),
          this.#scope,
        );
        return list.map((key) => ({
          id: key.AccessKeyId ?? '',
          createdAt: key.CreateDate?.getTime() ?? 0,
          active: key.Status === 'Active',
        }));
      } catch (error) {
        if (missing(error)) return [];
        throw error;
      }
    });
  }

  /** A list of its own, whoever else asked in this very moment. */
  async freshKeys(user: string): Promise<readonly AccessKey[]> {
    this.#session.looks.drop(keysLook(user));
    return this.keys(user, { maxAgeMs: 0 });
  }

  /** Whether anybody ever signed a request with the key. IAM shows a use with a delay. `undefined`: there is no such key any more. */
  async wasUsed(key: string): Promise<boolean | undefined> {
    try {
      const { AccessKeyLastUsed: last } = await this.#session.send<IAM.GetAccessKeyLastUsedCommandOutput>(
        read('iam', 'GetAccessKeyLastUsed', { AccessKeyId: key }),
        this.#scope,
      );
      return last?.LastUsedDate !== undefined;
    } catch (error) {
      if (missing(error) || isUnknownKey(error)) return undefined;
      throw error;
    }
  }

  /** Sends a write and forgets what it may have changed, before and after: a look under way must not outlive it. */
  async write<Output>(request: AwsRequest): Promise<Output> {
    const user = String(request.input['UserName']);
    try {
      return await this.#session.send<Output>(request, this.#scope);
    } finally {
      this.#session.looks.drop(usersLook);
      this.#session.looks.drop(keysLook(user));
    }
  }

  async #all(): Promise<ReadonlyMap<string, User>> {
    const users = new Map<string, User>();
    let marker: string | undefined;
    do {
      const input = { Filter: ['User'], MaxItems: 1000, ...(marker === undefined ? {} : { Marker: marker }) };
      // no scope: the answer is for every object of the account
      const page: IAM.GetAccountAuthorizationDetailsCommandOutput = await this.#session.send(
        read('iam', 'GetAccountAuthorizationDetails', input),
      );
      for (const detail of page.UserDetailList ?? []) users.set((detail.UserName ?? '').toLowerCase(), userOf(detail));
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker !== undefined);
    return users;
  }
}

/** IAM gives policy documents URL-encoded (API reference, GetAccountAuthorizationDetails). */
function userOf(detail: IAM.UserDetail): User {
  const boundary = detail.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    ...(boundary ? { boundary } : {}),
    name: detail.UserName ?? '',
    arn: detail.Arn ?? '',
    path: detail.Path ?? '/',
    tags: fromTagList(detail.Tags),
    policies: Object.fromEntries(
      (detail.UserPolicyList ?? []).map((policy) => [
        policy.PolicyName ?? '',
        decodeURIComponent(policy.PolicyDocument ?? ''),
      ]),
    ),
    attached: [
      ...(detail.AttachedManagedPolicies ?? []).map((policy) => policy.PolicyArn ?? ''),
      ...(detail.GroupList ?? []),
    ].sort(),
  };
}

/**
 * Of a key that is not there GetAccessKeyLastUsed says AccessDenied. Where a policy is what denies, the sentence says which kind of one
 * (IAM User Guide, "Troubleshoot access denied error messages": "because no … policy allows", "with an explicit deny in").
 */
function isUnknownKey(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  if (!codeOf(error)?.startsWith('AccessDenied') || !(cause instanceof Error)) return false;
  return /on resource: access key /.test(cause.message) && !/ because | explicit deny /.test(cause.message);
}

/** IAM's "there is none". */
export function missing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'NoSuchEntityException' || code === 'NoSuchEntity';
}
