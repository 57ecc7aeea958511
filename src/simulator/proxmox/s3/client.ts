// SPDX-License-Identifier: GPL-3.0-or-later
/** How a PBS talks to S3 (proxmox-s3-client 1.4.0, client.rs and response_reader.rs): which requests, and what it makes of the answers. */
import { createHash } from 'node:crypto';
import { readAll } from '../../kernel/service.ts';
import type { PbsServer, S3Counters, S3Endpoint } from '../pbs/state.ts';
import type { S3Request, World } from '../world.ts';
import { encode, signedHeaders } from './sign.ts';

export interface S3Target {
  readonly world: World;
  readonly server: PbsServer;
  readonly endpoint: S3Endpoint;
  readonly bucket: string;
  /** The datastore on whose account it goes. */
  readonly store: string;
  readonly counters?: S3Counters;
}

/** What PBS shows of it. */
export class S3Error extends Error {}

interface Asked {
  readonly operation: string;
  readonly method: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

interface Answered {
  readonly status: number;
  readonly body: Buffer;
}

const reasons: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

function unexpected(status: number): S3Error {
  return new S3Error(`unexpected status code ${status} ${reasons[status] ?? ''}`.trim());
}

function option(endpoint: S3Endpoint, name: string): string | undefined {
  const value = endpoint.options[name];
  return value === undefined ? undefined : String(value);
}

/** `us-west-1` is what it signs for when nobody says otherwise. */
const regionOf = (endpoint: S3Endpoint) => option(endpoint, 'region') ?? 'us-west-1';

function urlOf({ endpoint, bucket }: S3Target, { key, query }: Asked): URL {
  const host = (option(endpoint, 'endpoint') ?? '')
    .replaceAll('{{bucket}}', bucket)
    .replaceAll('{{region}}', regionOf(endpoint));
  const port = option(endpoint, 'port');
  const style = endpoint.options['path-style'] === true && bucket !== '' ? `/${bucket}` : '';
  const path = `${style}/${key.split('/').map(encode).join('/')}`;
  const url = new URL(`https://${host}${port === undefined ? '' : `:${port}`}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  return url;
}

function count({ counters }: S3Target, { method, body }: Asked, answered: Answered): void {
  if (!counters) return;
  const name = method.toLowerCase() as 'get' | 'put' | 'post' | 'head' | 'delete';
  counters[name]++;
  counters.uploaded += body?.length ?? 0;
  counters.downloaded += answered.body.length;
}

async function once(target: S3Target, asked: Asked): Promise<Answered> {
  const { world, server, endpoint, bucket, store } = target;
  if (!world.s3) throw new S3Error('client error (Connect)');
  const url = urlOf(target, asked);
  const body = asked.body ?? new Uint8Array(0);
  const key = {
    accessKey: option(endpoint, 'access-key') ?? '',
    secretKey: endpoint.secret,
    region: regionOf(endpoint),
  };
  const plain = {
    ...asked.headers,
    ...(body.length > 0 ? { 'content-md5': createHash('md5').update(body).digest('base64') } : {}),
  };
  // its own clock, which may be off
  const headers = signedHeaders(
    { method: asked.method, url, headers: plain, body },
    key,
    world.clock.now() + server.skewMs,
  );
  const entry = {
    at: world.clock.now(),
    server: server.id,
    store,
    operation: asked.operation,
    method: asked.method,
    bucket,
    key: asked.key,
  };
  const log = (status: number): number => world.s3Requests.push({ ...entry, status } satisfies S3Request);
  const own = world.s3Certificate(url.host);
  try {
    // what no authority signed has to be the pinned one (client.rs, verify_certificate_fingerprint); a pin beside a good chain is not looked at
    if (own !== undefined && own !== option(endpoint, 'fingerprint')?.toLowerCase())
      throw new Error('certificate verify failed');
    const { status, body: stream } = await world.s3({
      method: asked.method,
      url,
      headers,
      ...(body.length > 0 ? { body } : {}),
    });
    const answered = { status, body: Buffer.from(await readAll(stream)) };
    log(status);
    count(target, asked, answered);
    return answered;
  } catch (error) {
    log(0);
    throw new S3Error(`client error (Connect): ${(error as Error).message}`);
  }
}

/** 500, 503 and 504 are tried again since s3-client 1.2.2 (#6858); three times in all. */
async function send(target: S3Target, asked: Asked): Promise<Answered> {
  let answered = await once(target, asked);
  for (let tries = 1; tries < 3 && [500, 503, 504].includes(answered.status); tries++)
    answered = await once(target, asked);
  return answered;
}

/** @returns false for 403 and 404 alike: it cannot tell them apart */
export async function headBucket(target: S3Target): Promise<boolean> {
  const { status } = await send(target, { operation: 'HeadBucket', method: 'HEAD', key: '' });
  if (status === 200) return true;
  if (status === 403 || status === 404) return false;
  throw unexpected(status);
}

export async function getObject(target: S3Target, key: string): Promise<Buffer | undefined> {
  const { status, body } = await send(target, { operation: 'GetObject', method: 'GET', key });
  if (status === 200) return body;
  if (status === 404) return undefined;
  if (status === 403) throw new S3Error('object is archived and inaccessible until restored');
  throw unexpected(status);
}

export async function putObject(
  target: S3Target,
  key: string,
  given: { readonly body: Uint8Array; readonly onlyNew?: boolean },
): Promise<void> {
  const quirks = target.endpoint.options['provider-quirks'];
  const skip = Array.isArray(quirks) && quirks.includes('skip-if-none-match-header');
  const headers: Record<string, string> = given.onlyNew === true && !skip ? { 'if-none-match': '*' } : {};
  const { status, body } = await send(target, {
    operation: 'PutObject',
    method: 'PUT',
    key,
    headers,
    body: given.body,
  });
  if (status === 200 || (status === 412 && given.onlyNew === true)) return;
  if (status === 400)
    throw new S3Error(`invalid request: ${/<Message>([^<]*)/.exec(body.toString('utf8'))?.[1] ?? ''}`);
  throw unexpected(status);
}

export async function deleteObject(target: S3Target, key: string): Promise<void> {
  const { status } = await send(target, { operation: 'DeleteObject', method: 'DELETE', key });
  if (status !== 200 && status !== 204) throw unexpected(status);
}

const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');

/** All keys, 1000 a request. */
export async function listObjects(target: S3Target, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const query = { 'list-type': '2', prefix, ...(token === undefined ? {} : { 'continuation-token': token }) };
    const { status, body } = await send(target, { operation: 'ListObjectsV2', method: 'GET', key: '', query });
    if (status !== 200) throw status === 404 ? new S3Error('bucket does not exist') : unexpected(status);
    const text = body.toString('utf8');
    for (const [, key = ''] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(unescaped(key));
    token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1];
    if (token !== undefined) token = unescaped(token);
  } while (token !== undefined);
  return keys;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** In hundreds; one that fails ends the whole. */
export async function deleteObjects(target: S3Target, keys: readonly string[]): Promise<void> {
  const quirks = target.endpoint.options['provider-quirks'];
  if (Array.isArray(quirks) && quirks.includes('delete-objects-via-delete-object')) {
    for (const key of keys) await deleteObject(target, key);
    return;
  }
  for (let at = 0; at < keys.length; at += 100) {
    const objects = keys.slice(at, at + 100).map((key) => `<Object><Key>${escaped(key)}</Key></Object>`);
    const text = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects.join('')}</Delete>`;
    const asked = {
      operation: 'DeleteObjects',
      method: 'POST',
      key: '',
      query: { delete: '' },
      body: new TextEncoder().encode(text),
    };
    const { status, body } = await send(target, asked);
    if (status !== 200) throw unexpected(status);
    if (body.includes('<Error>')) throw new S3Error('failed to delete some objects');
  }
}

export async function listBuckets(target: S3Target): Promise<readonly string[]> {
  const { status, body } = await send(target, { operation: 'ListBuckets', method: 'GET', key: '' });
  if (status !== 200) throw unexpected(status);
  return [...body.toString('utf8').matchAll(/<Bucket>.*?<Name>([^<]*)<\/Name>/gs)].map(([, name = '']) => name);
}
