// SPDX-License-Identifier: GPL-3.0-or-later
/** A process that serves a Store. Its parent tells it to make, touch or forget objects, and asks what it saw. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Order } from './orders.ts';
import { merged, Store, type Stored } from './store.ts';

const things = '/apis/hybridcloud.dev/v1alpha1/things';
let store = new Store();
let created = new Map<string, bigint>();
let awaited: number | undefined;
let awaitedWatch: string | undefined;

/** `/apis/G/V/namespaces/NS/PLURAL/NAME/SUB` as the collection over all namespaces, and what in it. */
function placeOf(path: string) {
  const match =
    /^(\/apis\/[^/]+\/[^/]+|\/api\/v1)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path);
  const [, root = '', namespace = '', plural = '', name, sub] = match ?? [];
  return { collection: `${root}/${plural}`, namespace, name, sub };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || '{}') as Record<string, unknown>;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function list(response: ServerResponse, collection: string, query: URLSearchParams): void {
  const all = [...store.collection(collection).objects.values()];
  const from = Number(query.get('continue') ?? 0);
  const end = Math.min(all.length, from + Number(query.get('limit') ?? all.length));
  const metadata = { resourceVersion: `${store.version}`, ...(end < all.length ? { continue: `${end}` } : {}) };
  send(response, 200, { apiVersion: 'v1', kind: 'List', metadata, items: all.slice(from, end) });
}

function watch(response: ServerResponse, collection: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const { watchers } = store.collection(collection);
  const tell = (line: string) => void response.write(line);
  watchers.add(tell);
  if (awaitedWatch === collection) process.send?.({ watched: collection });
  response.on('close', () => watchers.delete(tell));
}

function patched(old: Stored, body: Record<string, unknown>, sub: string | undefined, apply: boolean): Stored {
  if (sub === 'status')
    return {
      ...old,
      status: (apply ? body['status'] : merged(old.status, body['status'])) as Stored['status'] & object,
    };
  const { resourceVersion: _, uid: _uid, ...metadata } = (body['metadata'] ?? {}) as Record<string, unknown>;
  return merged(old, { ...body, metadata }) as Stored;
}

type Place = ReturnType<typeof placeOf>;

function read(response: ServerResponse, { collection, namespace, name }: Place, query: URLSearchParams): void {
  if (name === undefined)
    return ['1', 'true'].includes(query.get('watch') ?? '')
      ? watch(response, collection)
      : list(response, collection, query);
  const object = store.collection(collection).objects.get(`${namespace}/${name}`);
  send(response, object ? 200 : 404, object ?? { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 });
}

async function write(request: IncomingMessage, response: ServerResponse, place: Place): Promise<void> {
  const { collection, namespace, name, sub } = place;
  const body = await bodyOf(request);
  store.wrote(`${request.method?.toLowerCase() ?? ''} ${collection}${sub === undefined ? '' : `/${sub}`}`);
  if (request.method === 'POST') {
    const uid = `00000000-0000-4000-8000-${String(store.version).padStart(12, '0')}`;
    const object = body as unknown as Stored;
    return send(response, 201, store.put(collection, { ...object, metadata: { uid, ...object.metadata, namespace } }));
  }
  const old = store.collection(collection).objects.get(`${namespace}/${name ?? ''}`);
  if (!old) return send(response, 404, { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 });
  const apply = request.headers['content-type']?.includes('apply') ?? false;
  const whole = request.method === 'PUT' && sub === undefined;
  send(response, 200, store.put(collection, whole ? (body as unknown as Stored) : patched(old, body, sub, apply)));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server');
  const place = placeOf(url.pathname);
  if (request.method === 'GET') read(response, place, url.searchParams);
  else await write(request, response, place);
}

function make(names: readonly { readonly name: string; readonly namespace: string }[]): void {
  for (const { name, namespace } of names) {
    created.set(name, process.hrtime.bigint());
    store.put(things, {
      apiVersion: 'hybridcloud.dev/v1alpha1',
      kind: 'Thing',
      metadata: { name, namespace, uid: `uid-${name}`, generation: 1, creationTimestamp: new Date().toISOString() },
      spec: {},
    });
  }
}

/** Each change carries the moment of its making. */
async function touch(count: number, perSecond: number): Promise<void> {
  const keys = [...store.collection(things).objects.keys()];
  const began = performance.now();
  for (let n = 0; n < count; n++) {
    while ((performance.now() - began) * perSecond < n * 1000) await new Promise((done) => setTimeout(done, 1));
    const old = store.collection(things).objects.get(keys[n % keys.length] ?? '');
    if (!old) throw new Error('nothing to touch');
    const generation = Number(old.metadata['generation']) + 1;
    const spec = { at: process.hrtime.bigint().toString() };
    store.put(things, { ...old, metadata: { ...old.metadata, generation }, spec });
  }
}

/** Asked for once; looking costs next to nothing, so that it does not slow the answers down. */
setInterval(() => {
  if (awaited === undefined || store.seen.readyAt.size < awaited) return;
  awaited = undefined;
  tell();
}, 5).unref();

function follow(order: Order): void {
  if (order.do === 'forget') [store, created] = [new Store(), new Map()];
  if (order.do === 'make') make(order.names);
  if (order.do === 'touch') void touch(order.count, order.perSecond);
  if (order.do === 'count') store.seen.writes = {};
  if (order.do === 'put') store.put(order.collection, order.object as never);
  if (order.do === 'await watch') awaitedWatch = order.collection;
  if (order.do === 'await') awaited = order.ready;
  if (order.do === 'tell') tell();
}

function tell(): void {
  const latencies = [...created].map(([name, at]): [string, number | null] => {
    const ready = store.seen.readyAt.get(name);
    return [name, ready === undefined ? null : Number(ready - at) / 1e6];
  });
  process.send?.({ latencies, writes: store.seen.writes });
}

process.on('message', follow);
process.on('disconnect', () => process.exit());
const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
