// SPDX-License-Identifier: GPL-3.0-or-later
/** Bodies of requests, in the forms that clients send. */
import { parse as parseYaml } from 'yaml';
import type { SimRequest } from '../../kernel/service.ts';
import type { Json } from '../object.ts';
import { badRequest } from '../status.ts';
import { readProtobuf } from './protobuf.ts';

export function bodyText({ body }: SimRequest): string {
  return typeof body === 'string' ? body : Buffer.from(body ?? []).toString('utf8');
}

/** @throws SyntaxError */
export function parseBody(request: SimRequest): Json {
  const type = request.headers['content-type'] ?? '';
  if (type.includes('protobuf')) return readProtobuf(Buffer.from(request.body ?? ''));
  const text = bodyText(request);
  return type.includes('yaml') && !/^\s*[{[]/.test(text) ? (parseYaml(text) as Json) : (JSON.parse(text) as Json);
}

/** @throws ApiError 400 */
export function readBody(request: SimRequest): Json {
  try {
    return parseBody(request);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}
