// SPDX-License-Identifier: GPL-3.0-or-later
/** rest-xml as Route 53 speaks it. Sources: Smithy specification, "AWS restXml protocol"; Route 53 API reference, "Common errors". */
import type { AwsService, Call, Operation, Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { decodePath, type Incoming } from '../incoming.ts';
import type { Fields, Members, Value } from '../protocol/model.ts';
import { signedCaller } from '../protocol/query.ts';
import { writeXml, xmlDeclaration, type Xml } from '../protocol/xml.ts';
import { checkModel, readBody } from './body.ts';
import { throttle } from './throttle.ts';

export interface Route53Operation {
  readonly effect: 'read' | 'write';
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/2013-04-01/`, with `{Labels}`. */
  readonly path: string;
  /** Names as they are sent, such as `maxitems`. */
  readonly query?: Members;
  readonly body?: Members;
  /** 200 unless given. */
  readonly status?: number;
  readonly authorize: (call: Call, input: Fields) => void;
  /** The children of the reply's root, and the Location of something new. */
  readonly run: (
    call: Call,
    input: Fields,
  ) => { readonly xml: Readonly<Record<string, Xml>>; readonly location?: string };
}

export type Route53Operations = Readonly<Record<string, Route53Operation>>;

const version = '2013-04-01';
const namespace = `xmlns="https://route53.amazonaws.com/doc/${version}/"`;

interface Found {
  readonly name: string;
  readonly operation: Route53Operation;
  readonly labels: Fields;
}

export function route53Service(operations: Route53Operations): AwsService {
  return {
    name: 'route53',
    identify: (call) => identify(call, operations),
    run: (call) => run(call, operations),
    refuse,
    // Developer Guide, "Quotas", "Route 53 API requests"
    throttle: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  };
}

function find(operations: Route53Operations, incoming: Incoming): Found | undefined {
  const given = incoming.path.replace(/\/$/, '').split('/').slice(1).map(decodePath);
  for (const [name, operation] of Object.entries(operations)) {
    const labels = operation.method === incoming.method ? match(`${version}${operation.path}`, given) : undefined;
    if (labels) return { name, operation, labels };
  }
  return undefined;
}

function match(path: string, given: readonly string[]): Fields | undefined {
  const wanted = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [i, segment] of wanted.entries()) {
    const value = given[i] ?? '';
    if (segment.startsWith('{')) labels[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return labels;
}

function identify({ incoming }: Call, operations: Route53Operations): Operation {
  const found = find(operations, incoming);
  const query = incoming.query.filter(([name]) => !name.startsWith('X-Amz-') && name !== 'x-id');
  return {
    action: found?.name ?? 'Unknown',
    effect: found?.operation.effect ?? 'write',
    parameters: { ...texts(found?.labels ?? {}), ...Object.fromEntries(query) },
  };
}

function texts(fields: Fields): Record<string, string> {
  const pairs = Object.entries(fields).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(pairs);
}

/** Signature, rate, model, permission, and only then the deed. */
function run(call: Call, operations: Route53Operations): Reply {
  call.principal = signedCaller(call);
  throttle(call);
  const found = find(operations, call.incoming);
  if (!found) throw new AwsError('InvalidAction', `The action or operation requested is invalid.`);
  const { name, operation, labels } = found;
  const input = inputOf(call, found);
  checkModel(input, { ...operation.query, ...operation.body });
  operation.authorize(call, input);
  const { xml, location } = operation.run(call, { ...input, ...labels });
  const body = xmlDeclaration + writeXml(`${name}Response`, xml, namespace);
  const headers = location === undefined ? {} : { location: `https://route53.amazonaws.com/${version}/${location}` };
  return reply(call, { status: operation.status ?? 200, body, headers });
}

function inputOf({ incoming }: Call, { name, operation, labels }: Found): Fields {
  const fields: Record<string, Value> = { ...texts(labels) };
  const query = operation.query ?? {};
  for (const [key, value] of incoming.query) {
    if (Object.hasOwn(query, key)) fields[key] = value;
    else if (!key.startsWith('X-Amz-') && key !== 'x-id')
      throw new AwsError('InvalidInput', `The query parameter ${key} is not recognized`);
  }
  return operation.body ? { ...fields, ...readBody(incoming.body, `${name}Request`, operation.body) } : fields;
}

function refuse(call: Call, error: AwsError): Reply {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const document = {
    Error: { Type: type, Code: error.code, Message: error.message, ...error.detail },
    RequestId: call.requestID,
  };
  const body = xmlDeclaration + writeXml('ErrorResponse', document, namespace);
  return { ...reply(call, { status: error.status, body, headers: {} }), errorCode: error.code };
}

function reply(call: Call, { headers, ...rest }: Omit<Reply, 'errorCode'>): Reply {
  return { ...rest, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': call.requestID, ...headers } };
}
