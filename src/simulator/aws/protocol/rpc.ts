// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Services whose operations are named in a header (AWS JSON 1.0 and 1.1) or in the path (Smithy RPC v2 CBOR): the SDK for JavaScript speaks
 * the one, the aws command the other. Source: Smithy specification, "AWS JSON protocols" and "RPC v2 CBOR".
 */
import { authenticate } from '../authenticate.ts';
import type { AwsService, Call, Operation, Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { SignatureProblem } from '../sigv4/problem.ts';
import { readCbor, writeCbor, type Data } from './cbor.ts';
import { signatureRefusal } from './query-signature.ts';

export type Input = Readonly<Record<string, Data | undefined>>;

export interface RpcOperation {
  readonly effect: 'read' | 'write';
  readonly run: (call: Call, input: Input) => Input;
}

export interface RpcModel {
  readonly name: string;
  /** Before the dot of X-Amz-Target, and after `/service/`. */
  readonly target: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** Of its error types. */
  readonly namespace: string;
  /** Codes as the service's JSON has them, where they differ from those of S3 and IAM. */
  readonly codes?: Readonly<Record<string, readonly [code: string, status: number]>>;
  readonly operations: Readonly<Record<string, RpcOperation>>;
}

export function rpcService(model: RpcModel): AwsService {
  return {
    name: model.name,
    identify: (call) => identify(model, call),
    run: (call) => run(model, call),
    refuse: (call, error) => refuse(model, call, error),
    // "Common errors" of both: ThrottlingException, 400
    throttle: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
  };
}

function speaksCbor({ incoming }: Call): boolean {
  return incoming.headers.get('smithy-protocol') === 'rpc-v2-cbor';
}

function actionOf(model: RpcModel, call: Call): string | undefined {
  const { headers, path } = call.incoming;
  const [target, action] = speaksCbor(call)
    ? (/^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path)?.slice(1) ?? [])
    : (headers.get('x-amz-target') ?? '').split('.');
  return target === model.target ? action : undefined;
}

function operationOf(model: RpcModel, action: string | undefined): RpcOperation | undefined {
  return action !== undefined && Object.hasOwn(model.operations, action) ? model.operations[action] : undefined;
}

function inputOf(call: Call): Input | undefined {
  const { body } = call.incoming;
  const value = body.byteLength === 0 ? {} : speaksCbor(call) ? readCbor(body) : parsed(body);
  return isInput(value) ? value : undefined;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

export function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function identify(model: RpcModel, call: Call): Operation {
  const action = actionOf(model, call);
  const shown = Object.entries(inputOf(call) ?? {}).map(([name, value]) => [
    name,
    (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 1024),
  ]);
  return {
    action: action ?? 'Unknown',
    effect: operationOf(model, action)?.effect ?? 'write',
    parameters: Object.fromEntries(shown),
  };
}

function run(model: RpcModel, call: Call): Reply {
  call.principal = signedCaller(call);
  const action = actionOf(model, call);
  const operation = operationOf(model, action);
  if (!operation) throw new AwsError('UnknownOperationException', `The operation ${action ?? ''} is not known here.`);
  const input = inputOf(call);
  if (!input) throw new AwsError('SerializationException', 'The request could not be read.');
  return reply(model, call, { status: 200, body: operation.run(call, input) });
}

function signedCaller(call: Call): Call['principal'] {
  try {
    const signed = authenticate(call, 'computed');
    if (!signed) throw new SignatureProblem('missing');
    return signed.principal;
  } catch (error) {
    throw error instanceof SignatureProblem ? signatureRefusal(error, call) : error;
  }
}

function refuse(model: RpcModel, call: Call, error: AwsError): Reply {
  const [code, status] = model.codes?.[error.code] ?? [error.code, error.status];
  const body = { __type: `${model.namespace}#${code}`, message: error.message };
  return { ...reply(model, call, { status, body }), errorCode: code };
}

function reply(model: RpcModel, call: Call, { status, body }: { status: number; body: Input }): Reply {
  const requestID = { 'x-amzn-requestid': call.requestID };
  if (speaksCbor(call)) {
    const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', ...requestID };
    return { status, headers, body: writeCbor(body) };
  }
  const headers = { 'content-type': `application/x-amz-json-${model.jsonVersion}`, ...requestID };
  return { status, headers, body: JSON.stringify(plain(body)) };
}

/** Times are seconds since the epoch in these JSON protocols, bytes are base64. */
function plain(value: Data | undefined): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((one: Data) => plain(one));
  if (!isInput(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** The text of a member, or undefined. */
export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function listOf(input: Input, name: string): readonly Input[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((one) => isInput(one)) : [];
}

/** A time, in milliseconds: CBOR has dates, JSON has seconds, and some clients send text. */
export function timeOf(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value * 1000;
  return typeof value === 'string' ? Date.parse(value) : undefined;
}
