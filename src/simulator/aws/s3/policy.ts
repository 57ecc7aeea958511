// SPDX-License-Identifier: GPL-3.0-or-later
import { truth } from '../../kernel/versioned.ts';
import type { Call, Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { parsePolicy, PolicyProblem, type PolicyDocument, type Statement } from '../policy/document.ts';
import { matchesPattern } from '../policy/match.ts';
import { isPublic } from '../policy/public.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { settingsOf } from './permission.ts';
import { emptyReply, xmlReply } from './reply.ts';
import { missing } from './settings-operations.ts';
import { changeSettings } from './settings.ts';

const on = 'bucket';

export const bucketPolicyOperations: S3Operations = {
  GetBucketPolicy: {
    on,
    effect: 'read',
    method: 'GET',
    sub: 'policy',
    permission: 's3:GetBucketPolicy',
    run: getBucketPolicy,
  },
  PutBucketPolicy: {
    on,
    effect: 'write',
    method: 'PUT',
    sub: 'policy',
    checksum: true,
    headers: ['x-amz-confirm-remove-self-bucket-access'],
    permission: 's3:PutBucketPolicy',
    run: putBucketPolicy,
  },
  DeleteBucketPolicy: {
    on,
    effect: 'write',
    method: 'DELETE',
    sub: 'policy',
    permission: 's3:DeleteBucketPolicy',
    run: (call) => (changeSettings(call, call.bucket, { policy: undefined }), emptyReply(204)),
  },
  GetBucketPolicyStatus: {
    on,
    effect: 'read',
    method: 'GET',
    sub: 'policyStatus',
    permission: 's3:GetBucketPolicyStatus',
    run: policyStatus,
  },
};

function policyOf(call: BucketCall): string {
  const { policy } = settingsOf(call, call.bucket);
  if (policy === undefined) throw missing(call, 'NoSuchBucketPolicy', 'The bucket policy does not exist');
  return policy;
}

function getBucketPolicy(call: BucketCall): Reply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policyOf(call) };
}

function policyStatus(call: BucketCall): Reply {
  return xmlReply('PolicyStatus', { IsPublic: isPublic(parsePolicy(policyOf(call), 'resource')) });
}

/** API_PutBucketPolicy; 20 KB is the limit of S3 User Guide, "Policies and permissions in Amazon S3". */
function putBucketPolicy(call: BucketCall): Reply {
  const text = new TextDecoder().decode(call.content);
  if (call.content.byteLength > 20 * 1024) throw malformed('Policy exceeds the maximum allowed document size.');
  const policy = parsed(text);
  for (const statement of policy.statements) checkStatement(call, statement);
  if (settingsOf(call, call.bucket).publicAccessBlock?.BlockPublicPolicy === true && isPublic(policy))
    throw new AwsError(
      'AccessDenied',
      `User: ${call.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${call.bucket.name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
      403,
    );
  changeSettings(call, call.bucket, { policy: text });
  return emptyReply(204);
}

/** S3 API reference, MalformedPolicy. */
function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicy', message);
}

function parsed(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource');
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error;
    throw malformed(error.message.startsWith('Syntax') ? 'This policy contains invalid Json' : error.message);
  }
}

function checkStatement(call: BucketCall, { actions, resources, principals }: Statement): void {
  if (!actions.every((action) => action === '*' || /^s3:/i.test(action))) throw malformed('Policy has invalid action');
  const arn = `arn:aws:s3:::${call.bucket.name}`;
  const inside = (resource: string): boolean =>
    resource === arn ||
    resource.startsWith(`${arn}/`) ||
    (resource.startsWith('arn:aws:s3:::') && matchesPattern(resource, arn) && !resource.endsWith(':::*'));
  if (!resources.every(inside)) throw malformed('Policy has invalid resource');
  for (const name of principals?.aws ?? []) if (!exists(call, name)) throw malformed('Invalid principal in policy');
}

/** A user or role must be there when it is named; one made a moment ago may not be seen yet. */
function exists(call: Call, name: string): boolean {
  if (name === '*' || /^\d{12}$/.test(name) || /^arn:aws:iam::\d{12}:root$/.test(name)) return true;
  const [, account = '', kind, entity = ''] = /^arn:aws:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(name) ?? [];
  const known = call.world.state.accounts.get(account);
  const slot = kind === 'user' ? known?.users.get(entity.toLowerCase()) : known?.roles.get(entity.toLowerCase());
  return truth<unknown>(slot) !== undefined && slot?.versions.some((version) => version.from <= call.now) === true;
}
