// SPDX-License-Identifier: GPL-3.0-or-later
/** The EC2 query protocol. Source: Smithy specification, "AWS EC2 query protocol"; EC2 API reference, "Error codes for the Amazon EC2 API". */
import type { AwsService, Call, Operation, Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Fields, Members } from '../protocol/model.ts';
import { find, pairsOf, shown, signedCaller } from '../protocol/query.ts';
import { readQuery } from '../protocol/query-input.ts';
import { writeXml, type Xml } from '../protocol/xml.ts';
import type { SignatureProblem } from '../sigv4/problem.ts';
import { checkInput } from './input.ts';

export interface Ec2Operation {
  readonly effect: 'read' | 'write';
  /** Names as they are sent: `Filter`, not `Filters`. Every operation takes `DryRun` besides. */
  readonly input: Members;
  /** Refuses what the caller may not do. */
  readonly authorize: (call: Call, input: Fields) => void;
  /** The children of the reply's root. */
  readonly run: (call: Call, input: Fields) => Readonly<Record<string, Xml>>;
}

const version = '2016-11-15';
const namespace = `xmlns="http://ec2.amazonaws.com/doc/${version}/"`;

export function ec2Service(operations: Readonly<Record<string, Ec2Operation>>): AwsService {
  const operationOf = (action: string | undefined): Ec2Operation | undefined =>
    action !== undefined && Object.hasOwn(operations, action) ? operations[action] : undefined;
  return {
    name: 'ec2',
    identify: (call) => identify(call, operationOf),
    run: (call) => run(call, operationOf),
    refuse,
    // EC2 API reference, "Server error codes"; "Request throttling for the Amazon EC2 API"
    throttle: { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 },
  };
}

type Find = (action: string | undefined) => Ec2Operation | undefined;

function identify(call: Call, operationOf: Find): Operation {
  const pairs = pairsOf(call);
  const action = find(pairs, 'Action') ?? 'Unknown';
  const parameters = shown(pairs, (name) => name.endsWith('PreSharedKey'));
  return { action, effect: operationOf(action)?.effect ?? 'write', parameters };
}

/** Signature, model, permission, `DryRun`, and only then the deed. */
function run(call: Call, operationOf: Find): Reply {
  const pairs = pairsOf(call);
  const action = find(pairs, 'Action');
  call.principal = signedCaller(call, signatureRefusal);
  if (action === undefined)
    throw new AwsError('MissingAction', 'The request is missing an action or a required parameter.');
  const asked = find(pairs, 'Version') ?? version;
  if (asked !== version) throw new AwsError('NoSuchVersion', `The specified API version does not exist: ${asked}`);
  const operation = operationOf(action);
  if (!operation) throw new AwsError('InvalidAction', `The action ${action} is not valid for this web service.`);
  const members: Members = { ...operation.input, DryRun: { is: 'flag' } };
  const input = readQuery(pairs, members, { unknown: unknownParameter });
  checkInput(input, members);
  operation.authorize(call, input);
  if (input['DryRun'] === 'true')
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  const body = { requestId: call.requestID, ...operation.run(call, input) };
  return reply(call, 200, writeXml(`${action}Response`, body, namespace));
}

function unknownParameter(name: string): AwsError {
  return new AwsError('UnknownParameter', `The parameter ${name} is not recognized`);
}

function signatureRefusal({ kind }: SignatureProblem): AwsError {
  if (kind === 'missing')
    return new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  if (kind === 'expiredToken' || kind === 'expired' || kind === 'skewed')
    return new AwsError('RequestExpired', 'Request has expired.');
  return new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
}

function refuse(call: Call, error: AwsError): Reply {
  const body = { Errors: { Error: { Code: error.code, Message: error.message } }, RequestID: call.requestID };
  return { ...reply(call, error.status, writeXml('Response', body)), errorCode: error.code };
}

function reply(call: Call, status: number, xml: string): Reply {
  const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': call.requestID };
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` };
}

/** `<vpcSet><item>…</item></vpcSet>` */
export function items(list: readonly Xml[]): Xml {
  return { item: list };
}
