// SPDX-License-Identifier: GPL-3.0-or-later
/** Plain HTTP in front of an API server: passes everything on, and writes down what was asked, as RBAC sees it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Agent, request as ask } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One request in RBAC's words (Kubernetes documentation, "Authorization", "Determine the request verb"). */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, as in `backuptargets/status`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly status: number;
}

export interface Front {
  readonly url: string;
  readonly asked: Asked[];
  /** Watches that are open, by resource. */
  readonly watches: ReadonlyMap<string, number>;
  /** From now on nobody comes through, and who was through is thrown out; or everybody again. */
  bar(barred: boolean): void;
  close(): Promise<void>;
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

const resources =
  /^\/(?:api|apis\/(?<group>[^/]+))\/v[^/]+\/(?:namespaces\/(?<namespace>[^/]+)\/(?=[^/]))?(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>[^/]+))?$/;

function verbOf(method: string, one: boolean, watching: boolean): string {
  if (method !== 'GET') return verbs[method] ?? method;
  if (watching) return 'watch';
  return one ? 'get' : 'list';
}

/** Undefined for what is no resource: discovery, versions, health. */
function requestOf(method: string, address: string): Omit<Asked, 'status'> | undefined {
  const { pathname, searchParams } = new URL(address, 'http://front');
  const found = resources.exec(pathname)?.groups;
  if (!found?.['resource']) return undefined;
  const { group = '', namespace, resource, sub } = found;
  const selected = /^metadata\.name=([^,]+)$/.exec(searchParams.get('fieldSelector') ?? '')?.[1];
  const verb = verbOf(method, found['name'] !== undefined, searchParams.has('watch'));
  // a create is authorised before the name is known
  const name = verb === 'create' ? undefined : (found['name'] ?? selected);
  const asked = { verb, group, resource: sub ? `${resource}/${sub}` : resource };
  return { ...asked, ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) };
}

export async function standInFront(target: string): Promise<Front> {
  const asked: Asked[] = [];
  // its certificate is of an authority of its own; this is loopback
  const agent = new Agent({ rejectUnauthorized: false, keepAlive: true });
  const watches = new Map<string, number>();
  const count = (resource: string, more: 1 | -1) => watches.set(resource, (watches.get(resource) ?? 0) + more);
  let barred = false;
  const server = createServer((incoming, outgoing) => {
    if (barred) return void incoming.destroy();
    const onward = ask(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers: incoming.headers, agent },
      (answer: IncomingMessage) => {
        const seen = requestOf(incoming.method ?? 'GET', incoming.url ?? '/');
        if (seen) asked.push({ ...seen, status: answer.statusCode ?? 0 });
        if (seen?.verb === 'watch' && answer.statusCode === 200) {
          count(seen.resource, 1);
          outgoing.on('close', () => count(seen.resource, -1));
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        // a watch has headers long before its first event
        outgoing.flushHeaders();
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      },
    );
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bar = (now: boolean) => {
    barred = now;
    if (barred) server.closeAllConnections();
  };
  return { url, asked, watches, bar, close: () => close(server, agent) };
}

async function close(server: Server, agent: Agent): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  agent.destroy();
}
