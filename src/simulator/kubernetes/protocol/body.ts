// SPDX-License-Identifier: GPL-3.0-or-later
/** Bodies of requests, in the forms that clients send. */
import { parse as parseYaml } from 'yaml';
import type { SimRequest } from '../../kernel/service.ts';
import type { Json } from '../object.ts';
import { ApiError, badRequest, failure } from '../status.ts';
import { readProtobuf } from './protobuf.ts';

export function bodyText({ body }: SimRequest): string {
  return typeof body === 'string' ? body : Buffer.from(body ?? []).toString('utf8');
}

/** @throws SyntaxError, or ApiError 415 for what only the real server reads. */
export function parseBody(request: SimRequest): Json {
  const type = request.headers['content-type'] ?? '';
  if (type.includes('protobuf')) return protobuf(Buffer.from(request.body ?? ''));
  const text = bodyText(request);
  return type.includes('yaml') && !/^\s*[{[]/.test(text) ? (parseYaml(text) as Json) : (JSON.parse(text) as Json);
}

function protobuf(body: Buffer): Json {
  const found = readProtobuf(body);
  if (found) return found;
  const accepted = 'application/json, application/yaml';
  throw failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}

/** @throws ApiError 400 */
export function readBody(request: SimRequest): Json {
  try {
    return parseBody(request);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest((error as Error).message);
  }
}
