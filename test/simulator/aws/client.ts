// SPDX-License-Identifier: GPL-3.0-or-later
/** A plain client, signed by @smithy/signature-v4: quick to load, and a second opinion on our own canonicaliser. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { createAws, type AwsOptions, type AwsWorld } from '../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { readAll } from '../../../src/simulator/kernel/service.ts';

export interface Credentials {
  accessKeyID: string;
  secretAccessKey: string;
  token?: string;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** The error code in the body, if any. */
  code: string | undefined;
}

export interface Ask {
  method?: string;
  host?: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** What is changed after signing. */
  tamper?: (headers: Record<string, string>) => Record<string, string>;
  signedAt?: Date;
  /** The region signed for; the client's own otherwise. */
  signedFor?: string;
  secure?: boolean;
}

class Sha256 {
  #hash: Hash | Hmac;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

export const seoul = 'ap-northeast-2';
export const accountID = '123456789012';

export function newWorld(options: Partial<AwsOptions> = {}): { world: AwsWorld; clock: VirtualClock; root: Client } {
  const clock = new VirtualClock();
  const world = createAws({ clock, bucketReuseMs: 0, ...options });
  return { world, clock, root: new Client(world, clock, world.account(accountID).rootKey) };
}

export class Client {
  readonly world: AwsWorld;
  readonly clock: VirtualClock;
  readonly credentials: Credentials | undefined;
  region: string;

  constructor(world: AwsWorld, clock: VirtualClock, credentials: Credentials | undefined, region = seoul) {
    this.world = world;
    this.clock = clock;
    this.credentials = credentials;
    this.region = region;
  }

  async s3(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    return this.send('s3', { method, path, host: `s3.${this.region}.amazonaws.com`, ...ask });
  }

  async iam(action: string, parameters: Record<string, string> = {}, ask: Ask = {}): Promise<Answer> {
    return this.query('iam', { Action: action, Version: '2010-05-08', ...parameters }, ask);
  }

  async sts(action: string, parameters: Record<string, string> = {}, ask: Ask = {}): Promise<Answer> {
    return this.query('sts', { Action: action, Version: '2011-06-15', ...parameters }, ask);
  }

  async query(service: string, form: Record<string, string>, ask: Ask = {}): Promise<Answer> {
    const body = new URLSearchParams(form).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...ask.headers };
    return this.send(service, {
      method: 'POST',
      path: '/',
      host: `${service}.amazonaws.com`,
      signedFor: 'us-east-1',
      body,
      ...ask,
      headers,
    });
  }

  /** A user with one policy and a key, as a client. */
  async user(name: string, statements: readonly object[], region = this.region): Promise<Client> {
    await this.iam('CreateUser', { UserName: name });
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await this.iam('PutUserPolicy', { UserName: name, PolicyName: 'p', PolicyDocument: document });
    return this.keyOf(name, region);
  }

  async keyOf(name: string, region = this.region): Promise<Client> {
    const { text } = await this.iam('CreateAccessKey', { UserName: name });
    return new Client(
      this.world,
      this.clock,
      { accessKeyID: tag(text, 'AccessKeyId'), secretAccessKey: tag(text, 'SecretAccessKey') },
      region,
    );
  }

  async bucket(name: string): Promise<Answer> {
    const body = `<CreateBucketConfiguration><LocationConstraint>${this.region}</LocationConstraint></CreateBucketConfiguration>`;
    return this.s3('PUT', `/${name}`, this.region === 'us-east-1' ? {} : { body });
  }

  /** A PUT with the checksum that bucket settings need. */
  async set(bucket: string, sub: string, body: string): Promise<Answer> {
    const md5 = createHash('md5').update(body).digest('base64');
    return this.s3('PUT', `/${bucket}`, { query: { [sub]: '' }, body, headers: { 'content-md5': md5 } });
  }

  async send(service: string, ask: Ask): Promise<Answer> {
    const { method = 'GET', host = '', path = '/', query = {}, body } = ask;
    const request = {
      method,
      protocol: 'https:',
      hostname: host,
      path: encoded(path),
      query,
      headers: { host, ...ask.headers },
      body,
    };
    const signed = this.credentials ? await this.sign(service, request, ask) : request.headers;
    const headers = ask.tamper ? ask.tamper({ ...signed }) : signed;
    const pairs = Object.entries(query).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    const url = new URL(
      `${ask.secure === false ? 'http' : 'https'}://${host}${encoded(path)}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`,
    );
    const response = await this.world.service({ method, url, headers, ...(body === undefined ? {} : { body }) });
    const text = Buffer.from(await readAll(response.body)).toString();
    return { status: response.status, headers: response.headers, text, code: /<Code>([^<]+)<\/Code>/.exec(text)?.[1] };
  }

  /** The URL of a presigned request, for whoever has it. */
  async presign(method: string, path: string, expiresIn: number): Promise<string> {
    const hostname = `s3.${this.region}.amazonaws.com`;
    const request = {
      method,
      protocol: 'https:',
      hostname,
      path: encoded(path),
      query: {},
      // as the S3 presigner does: the body is no part of the signature
      headers: { host: hostname, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    };
    const options = {
      expiresIn,
      signingDate: new Date(this.clock.now()),
      unsignableHeaders: new Set(['x-amz-content-sha256']),
    };
    const presigned = await this.signer('s3', this.region).presign(request, options);
    const query = Object.entries(presigned.query ?? {}).map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
    );
    return `https://${hostname}${encoded(path)}?${query.join('&')}`;
  }

  private signer(service: string, region: string): SignatureV4 {
    const { accessKeyID: accessKeyId, secretAccessKey, token } = this.credentials as Credentials;
    return new SignatureV4({
      service,
      region,
      sha256: Sha256 as never,
      uriEscapePath: service !== 's3',
      credentials: { accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) },
    });
  }

  private async sign(service: string, request: object, ask: Ask): Promise<Record<string, string>> {
    const signer = this.signer(service, ask.signedFor ?? this.region);
    const signingDate = ask.signedAt ?? new Date(this.clock.now());
    // the union of what can be signed is resolved by the request's shape
    const signed = (await signer.sign(request as never, { signingDate })) as unknown as {
      headers: Record<string, string>;
    };
    return signed.headers;
  }
}

/** As S3 wants it: everything but unreserved characters and the slash. */
function encoded(path: string): string {
  const strict = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return path.split('/').map(strict).join('/');
}

export function tag(text: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
}

export function tags(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1] ?? '');
}

export function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
