// SPDX-License-Identifier: GPL-3.0-or-later
import { AwsError } from '../errors.ts';
import type { Token } from './state.ts';

/**
 * EC2 Developer Guide, "Ensuring idempotency": the same token with the same request is the same thing, whatever became of it; with another
 * request it is refused. @throws {AwsError} IdempotentParameterMismatch
 */
export function before<T extends { readonly clientToken?: Token }>(
  all: readonly T[],
  token: string | undefined,
  said: string,
): T | undefined {
  const found = token === undefined ? undefined : all.find(({ clientToken }) => clientToken?.token === token);
  if (found && found.clientToken?.said !== said)
    throw new AwsError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  return found;
}
