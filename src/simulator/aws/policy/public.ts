// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", section "The meaning of public". */
import type { PolicyDocument, Statement } from './document.ts';

/** Conditions on these, with a fixed value, make a grant to everyone not public. */
const fixing = new Set(
  `aws:principalorgid aws:principalorgpaths aws:principalaccount aws:principalarn aws:sourcearn aws:sourceaccount aws:sourceowner aws:sourceorgid
   aws:sourceip aws:sourcevpc aws:sourcevpce aws:userid aws:username s3:x-amz-server-side-encryption-aws-kms-key-id s3:dataaccesspointarn s3:dataaccesspointaccount`.split(
    /\s+/,
  ),
);
const fixingOperators = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/;

export function isPublic(policy: PolicyDocument): boolean {
  return policy.statements.some(
    (statement) => statement.effect === 'Allow' && grantsEveryone(statement) && !isFixed(statement),
  );
}

function grantsEveryone({ principals, notPrincipal }: Statement): boolean {
  return notPrincipal || principals?.everyone === true;
}

function isFixed(statement: Statement): boolean {
  return statement.conditions.some(
    ([operator, key, values]) =>
      fixingOperators.test(operator) &&
      fixing.has(key.toLowerCase()) &&
      values.every((value) => !/[*?]|\$\{|^0\.0\.0\.0\/0$/.test(value)),
  );
}
