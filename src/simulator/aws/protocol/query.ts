// SPDX-License-Identifier: GPL-3.0-or-later
/** A service of the "query" protocol: parameters in a form, replies in XML. IAM and STS; EC2 is a close relative (ec2/protocol.ts). */
import type { AwsService, Call, Operation, Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { queryOf } from '../incoming.ts';
import { authenticate } from '../authenticate.ts';
import { SignatureProblem } from '../sigv4/problem.ts';
import type { Fields, Members } from './model.ts';
import { readQuery } from './query-input.ts';
import { signatureRefusal } from './query-signature.ts';
import { violations } from './validate.ts';
import { writeXml, type Xml } from './xml.ts';

export interface QueryOperation {
  readonly effect: 'read' | 'write';
  readonly input: Members;
  /** Refuses with AccessDenied what the caller may not do. Absent where no permission is needed. */
  readonly authorize?: (call: Call, input: Fields) => void;
  /** Sent without a signature: the proof of who asks is in the input. */
  readonly unsigned?: true;
  /** Members whose values never reach the call log. */
  readonly secret?: readonly string[];
  /** The content of `<…Result>`; undefined for an operation without one. */
  readonly run: (call: Call, input: Fields) => Xml;
}

export interface QueryModel {
  readonly name: string;
  readonly version: string;
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

export function queryService(model: QueryModel): AwsService {
  return {
    name: model.name,
    identify: (call) => identify(model, call),
    run: (call) => run(model, call),
    refuse: (call, error) => refuse(model, call, error),
    throttle: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  };
}

export function pairsOf({ incoming }: Call): [string, string][] {
  const form = incoming.method === 'POST' ? queryOf(new TextDecoder().decode(incoming.body)) : [];
  return [...incoming.query.map(([name, value]): [string, string] => [name, value]), ...form];
}

export function find(pairs: readonly (readonly [string, string])[], name: string): string | undefined {
  return pairs.find(([key]) => key === name)?.[1];
}

function operationOf(model: QueryModel, action: string | undefined): QueryOperation | undefined {
  return action !== undefined && Object.hasOwn(model.operations, action) ? model.operations[action] : undefined;
}

function identify(model: QueryModel, call: Call): Operation {
  const pairs = pairsOf(call);
  const action = find(pairs, 'Action') ?? 'Unknown';
  const operation = operationOf(model, action);
  const secret = operation?.secret ?? [];
  return { action, effect: operation?.effect ?? 'write', parameters: shown(pairs, (name) => secret.includes(name)) };
}

/** The parameters as the call log may have them. */
export function shown(
  pairs: readonly (readonly [string, string])[],
  secret: (name: string) => boolean,
): Record<string, string> {
  const own = pairs.filter(([name]) => !['Action', 'Version'].includes(name) && !name.startsWith('X-Amz-'));
  return Object.fromEntries(own.map(([name, value]) => [name, secret(name) ? '***' : value]));
}

/** Signature first, then the model, then the permission, then the deed. */
function run(model: QueryModel, call: Call): Reply {
  const pairs = pairsOf(call);
  const action = find(pairs, 'Action');
  if (operationOf(model, action)?.unsigned !== true) call.principal = signedCaller(call);
  // IAM API reference, "Common errors": MissingAction, InvalidAction
  if (action === undefined) throw new AwsError('MissingAction', 'Missing Action');
  const version = find(pairs, 'Version') ?? model.version;
  const operation = version === model.version ? operationOf(model, action) : undefined;
  if (!operation) throw new AwsError('InvalidAction', `Could not find operation ${action} for version ${version}`);
  const input = readQuery(pairs, operation.input);
  const found = violations(input, operation.input);
  if (found.length > 0) throw invalid(found);
  operation.authorize?.(call, input);
  const result = operation.run(call, input);
  const metadata = { ResponseMetadata: { RequestId: call.requestID } };
  const body = { ...(result === undefined ? {} : { [`${action}Result`]: result }), ...metadata };
  return reply(call, 200, writeXml(`${action}Response`, body, `xmlns="${model.namespace}"`));
}

function invalid(found: readonly string[]): AwsError {
  const count = `${found.length} validation error${found.length > 1 ? 's' : ''} detected`;
  return new AwsError('ValidationError', `${count}: ${found.join('; ')}`);
}

export function signedCaller(call: Call, refusal = signatureRefusal): Call['principal'] {
  try {
    const signed = authenticate(call, 'computed');
    if (!signed) throw new SignatureProblem('missing');
    return signed.principal;
  } catch (error) {
    throw error instanceof SignatureProblem ? refusal(error, call) : error;
  }
}

function refuse(model: QueryModel, call: Call, error: AwsError): Reply {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const body = {
    Error: { Type: type, Code: error.code, Message: error.message, ...error.detail },
    RequestId: call.requestID,
  };
  const answer = reply(call, error.status, writeXml('ErrorResponse', body, `xmlns="${model.namespace}"`));
  return { ...answer, errorCode: error.code };
}

function reply(call: Call, status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': call.requestID }, body };
}
