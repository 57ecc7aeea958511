// SPDX-License-Identifier: GPL-3.0-or-later
import { authenticate } from '../authenticate.ts';
import { anonymous } from '../anonymous.ts';
import { authorize } from '../authorize.ts';
import type { AwsService, Call, Operation, Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { writeXml, xmlDeclaration } from '../protocol/xml.ts';
import { globalRegion } from '../route.ts';
import { SignatureProblem } from '../sigv4/problem.ts';
import type { Claim } from '../sigv4/parse.ts';
import { contentOf } from './content.ts';
import type { S3Call, S3Operation } from './operation.ts';
import { operations } from './operations.ts';
import { permit } from './permission.ts';
import { notImplemented } from './reply.ts';
import { runLifecycle } from './lifecycle-run.ts';
import { checkPayer } from './request-payment.ts';
import { addressOf, select } from './select.ts';
import { signatureRefusal, wrongRegion } from './signature.ts';
import type { BucketState } from './state.ts';

export const s3: AwsService = {
  name: 's3',
  identify,
  run,
  refuse,
  // S3 User Guide, "Best practices design patterns": 503 Slow Down
  throttle: { code: 'SlowDown', message: 'Please reduce your request rate.', status: 503 },
};

function identify({ incoming, route }: Call): Operation {
  const address = addressOf(incoming, route);
  const { operation } = select(operations, incoming, address);
  const query = incoming.query.filter(([name]) => !name.startsWith('X-Amz-') && name !== 'x-id');
  const parameters = {
    ...(address.bucketName ? { Bucket: address.bucketName } : {}),
    ...(address.key ? { Key: address.key } : {}),
  };
  return {
    action: operation?.name ?? 'Unknown',
    effect: operation?.effect ?? 'write',
    parameters: { ...parameters, ...Object.fromEntries(query) },
  };
}

/** Signature, body, operation, bucket, region, permission, deed: in S3's order, so that refusals come in S3's order. */
function run(call: Call): Reply {
  const claim = signed(call);
  const address = addressOf(call.incoming, call.route);
  const { operation, unknown } = select(operations, call.incoming, address);
  if (unknown !== undefined) throw notImplemented(unknown);
  if (!operation)
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  const s3Call: S3Call = { ...call, ...address, ...contentOf(call, claim), operation };
  if (operation.checksum && !provesIntegrity(s3Call))
    throw new AwsError('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  if (operation.on === 'service' || operation.on === 'newBucket') return runOutside(s3Call, operation);
  const bucket = bucketOf(s3Call);
  permit(s3Call, bucket);
  checkPayer(s3Call, bucket);
  checkOwner(s3Call, bucket);
  runLifecycle(call.world, bucket, call.now);
  return operation.run({ ...s3Call, bucket });
}

function runOutside(call: S3Call, operation: Extract<S3Operation, { on: 'service' | 'newBucket' }>): Reply {
  if (call.principal.kind === 'anonymous') throw new AwsError('AccessDenied', 'Access Denied', 403);
  const resource = operation.on === 'service' ? '*' : `arn:aws:s3:::${call.bucketName}`;
  authorize(call, { action: operation.permission, resource, owner: call.principal.account, ...operation.wish?.(call) });
  return operation.run(call);
}

function signed(call: Call): Claim | undefined {
  try {
    const found = authenticate(call, 'header');
    call.principal = found?.principal ?? anonymous;
    return found?.claim;
  } catch (error) {
    throw error instanceof SignatureProblem ? signatureRefusal(error, call) : error;
  }
}

function provesIntegrity({ checksums, incoming }: S3Call): boolean {
  return Object.keys(checksums).length > 0 || incoming.headers.has('content-md5');
}

/** S3 User Guide, "Making requests": the wrong regional endpoint redirects; us-east-1, the global one, refuses the signature's region. */
function bucketOf(call: S3Call): BucketState {
  const bucket = call.world.state.buckets.get(call.bucketName);
  if (!bucket)
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, {
      detail: { BucketName: call.bucketName },
    });
  const { region } = call.route;
  if (bucket.region === region) return bucket;
  if (call.operation.name === 'GetBucketLocation') return bucket;
  if (region === globalRegion) throw wrongRegion(region, bucket.region);
  throw new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    301,
    {
      detail: { Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, Bucket: bucket.name },
      headers: { 'x-amz-bucket-region': bucket.region },
    },
  );
}

/** S3 User Guide, "Verifying bucket ownership with bucket owner condition". */
function checkOwner(call: S3Call, bucket: BucketState): void {
  const expected = call.incoming.headers.get('x-amz-expected-bucket-owner');
  if (expected === undefined || expected === bucket.account) return;
  if (!/^\d{12}$/.test(expected))
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      'The value of the expected bucket owner parameter must be an AWS account ID',
    );
  throw new AwsError('AccessDenied', 'Access Denied', 403);
}

function refuse(call: Call, error: AwsError): Reply {
  const hostID = Buffer.from(call.requestID).toString('base64');
  const headers = {
    'content-type': 'application/xml',
    'x-amz-request-id': call.requestID,
    'x-amz-id-2': hostID,
    ...error.headers,
  };
  // a HEAD has no body, so the code is lost: the caller sees the status alone
  const none = call.incoming.method === 'HEAD' || error.status === 304;
  const document = {
    Code: error.code,
    Message: error.message,
    ...error.detail,
    RequestId: call.requestID,
    HostId: hostID,
  };
  return {
    status: error.status,
    headers,
    body: none ? '' : xmlDeclaration + writeXml('Error', document),
    errorCode: error.code,
  };
}
