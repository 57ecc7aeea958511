// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A process that answers lists (in pages where asked) and watches from texts made beforehand, so that its own cost is small and the same
 * for every client. Told `{ events }`, it sends that many changes down every open watch.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readyObject, textOf } from './objects.ts';

const count = Number(process.argv[2]);
const model = await readyObject();
const texts = Array.from({ length: count }, (_, n) => textOf(model, n, n + 1));
const watches = new Set<ServerResponse>();
let version = count;

function list(response: ServerResponse, query: URLSearchParams): void {
  const from = Number(query.get('continue') ?? 0);
  const end = Math.min(count, from + Number(query.get('limit') ?? count));
  const metadata = { resourceVersion: String(version), ...(end < count ? { continue: String(end) } : {}) };
  const head = `{"apiVersion":"hybridcloud.dev/v1alpha1","kind":"BackupTargetList","metadata":${JSON.stringify(metadata)},"items":[`;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${head}${texts.slice(from, end).join(',')}]}`);
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const query = new URL(request.url ?? '/', 'http://server').searchParams;
  if (!['1', 'true'].includes(query.get('watch') ?? '')) return list(response, query);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  watches.add(response);
  response.on('close', () => watches.delete(response));
}

process.on('message', ({ events }: { events: number }) => {
  let lines = '';
  for (let n = 0; n < events; n++) lines += `{"type":"MODIFIED","object":${textOf(model, n % count, ++version)}}\n`;
  for (const watch of watches) watch.write(lines);
});

const server = createServer(answer).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}`, bytes: texts[0]?.length });
});
