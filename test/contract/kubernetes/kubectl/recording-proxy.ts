// SPDX-License-Identifier: GPL-3.0-or-later
/** Stands between kubectl and a real API server, and keeps what was asked and answered. Answers in JSON only, never compressed. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { loopbackCertificate } from '../../../../src/simulator/kernel/certificate.ts';
import type { Answered, Json } from '../exchange.ts';
import { isDiscovery } from './discovery.ts';
import type { Exchange } from './story.ts';

export interface Real {
  /** `https://127.0.0.1:16443` */
  readonly url: string;
  /** The CRD server, which is younger and has OpenAPI v3. */
  readonly crdServer: string;
  readonly ca: Uint8Array;
}

export interface Proxy {
  readonly url: string;
  /** PEM. */
  readonly authority: string;
  /** Takes what was asked since the last time; the result is to be called once all is settled. */
  asked(): () => readonly Exchange[];
  settled(): Promise<void>;
  close(): Promise<void>;
}

function jsonOf(text: string): Json {
  if (text === '') return '';
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function answerBody(path: string, text: string): Json {
  if (!/[?&]watch=/.test(path) || text.startsWith('{"kind"')) return jsonOf(text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(jsonOf);
}

function bodyOf(type: string | undefined, body: Buffer): Json | undefined {
  if (body.length === 0) return undefined;
  return type?.includes('protobuf') ? body.toString('base64') : jsonOf(body.toString('utf8'));
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function impersonation({ headersDistinct }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headersDistinct).filter(([name]) => name.startsWith('impersonate-'));
  return Object.fromEntries(entries.map(([name, values]) => [name, (values ?? []).join(', ')]));
}

function impersonated(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('impersonate-')));
}

async function read(incoming: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const path = incoming.url ?? '/';
  const {
    authorization = '',
    accept = 'application/json',
    'content-type': type,
    'user-agent': agent,
  } = incoming.headers;
  // without OpenAPI v3, kubectl reads v2 in protobuf only
  const plain = path.startsWith('/openapi')
    ? accept
    : accept
        .split(',')
        .filter((one) => !one.includes('protobuf') && !one.includes('apidiscovery'))
        .join(',');
  const headers = {
    accept: plain || 'application/json',
    authorization,
    ...impersonation(incoming),
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(agent === undefined ? {} : { 'user-agent': agent }),
  };
  return { method: incoming.method ?? 'GET', path, headers, body: Buffer.concat(parts) };
}

function exchangeOf({ method, path, headers, body }: Asked, answer: Answered): Exchange {
  const type = headers['content-type'];
  const kept = bodyOf(type, body);
  return {
    method,
    path,
    ...(headers.authorization === 'Bearer operator-token' ? { as: 'operator' } : {}),
    ...(headers['impersonate-user'] === undefined ? {} : { impersonates: impersonated(headers) }),
    ...(headers.accept === 'application/json' ? {} : { accept: headers.accept ?? '' }),
    ...(type === undefined ? {} : { type }),
    ...(kept === undefined ? {} : { body: kept }),
    answer,
  };
}

function flat(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

/** What is being asked; `exchange` comes with the end of the answer. */
interface Slot {
  exchange?: Exchange;
}

class Recorder {
  #slots: Slot[] = [];
  readonly #open = new Set<Promise<unknown>>();
  readonly #real: Real;
  readonly dispatcher: Agent;

  constructor(real: Real) {
    this.#real = real;
    this.dispatcher = new Agent({ connect: { ca: Buffer.from(real.ca) } });
  }

  accept(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const slot: Slot = {};
    this.#slots.push(slot);
    const passed = this.#pass(incoming, outgoing, slot).catch(() => outgoing.destroy());
    this.#open.add(passed);
    void passed.finally(() => this.#open.delete(passed));
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse, slot: Slot): Promise<void> {
    const asked = await read(incoming);
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const { url, crdServer } = this.#real;
    const { statusCode, headers, body } = await request(
      `${asked.path.startsWith('/openapi/v3') ? crdServer : url}${asked.path}`,
      {
        method: asked.method as 'GET',
        headers: asked.headers,
        body: asked.body.length > 0 ? asked.body : null,
        dispatcher: this.dispatcher,
        signal: gone.signal,
      },
    );
    const contentType = flat(headers['content-type']);
    const warning = flat(headers['warning']);
    outgoing.writeHead(statusCode, { 'content-type': contentType, ...(warning === '' ? {} : { warning }) });
    outgoing.flushHeaders();
    let text = '';
    try {
      for await (const part of body as AsyncIterable<Buffer>) {
        text += part.toString('utf8');
        outgoing.write(part);
      }
    } catch {
      // the client has seen enough of a watch
    }
    outgoing.end();
    if (isDiscovery(asked.path)) return;
    slot.exchange = exchangeOf(asked, {
      status: statusCode,
      contentType: contentType.split(';')[0] ?? '',
      warnings: warning.split(/, (?=299)/).filter((one) => one !== ''),
      body: answerBody(asked.path, text),
    });
  }

  asked(): () => readonly Exchange[] {
    const taken = this.#slots;
    this.#slots = [];
    return () => taken.flatMap(({ exchange }) => (exchange ? [exchange] : []));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }
}

export async function recordingProxy(real: Real): Promise<Proxy> {
  const recorder = new Recorder(real);
  const certificate = loopbackCertificate(Date.now());
  const server = createServer({ ...certificate }, (incoming, outgoing) => recorder.accept(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    authority: certificate.cert,
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => recorder.asked(),
    settled: () => recorder.settled(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await recorder.dispatcher.destroy();
    },
  };
}
