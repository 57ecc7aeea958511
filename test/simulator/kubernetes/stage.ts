// SPDX-License-Identifier: GPL-3.0-or-later
/** A simulated API server on a virtual clock, with the contract's sample kind, and short words for talking to it. */
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { readAll } from '../../../src/simulator/kernel/service.ts';
import {
  createKubernetes,
  type KubernetesOptions,
  type KubernetesWorld,
} from '../../../src/simulator/kubernetes/index.ts';
import { widgetCrd } from '../../contract/kubernetes/widget.ts';

export const widgets = '/apis/sample.dev/v1/namespaces/default/widgets';
export const secrets = '/api/v1/namespaces/default/secrets';

interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly continue: string;
}

/** What tests look into; other parts are matched whole. */
export interface Body {
  readonly metadata: Meta;
  readonly items: readonly { readonly metadata: Meta }[];
  readonly status: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly code?: number;
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
  };
}

export interface OpenWatch {
  readonly lines: string[];
  events(): WatchEvent[];
  /** How it ended: 'end', or the error's code. */
  ended: string | undefined;
  abort(): void;
}

export interface Stage extends KubernetesWorld {
  readonly clock: VirtualClock;
  readonly ask: (
    method: string,
    path: string,
    body?: object,
    more?: { type?: string; token?: string },
  ) => Promise<Reply>;
  readonly watch: (path: string) => Promise<OpenWatch>;
}

const types: Readonly<Record<string, string>> = { PATCH: 'application/merge-patch+json' };

export function stage(options: Partial<KubernetesOptions> = {}): Stage {
  const clock = new VirtualClock();
  const world = createKubernetes({ clock, ...options });
  world.install([widgetCrd]);
  const request = (method: string, path: string, token = 'admin-token') => ({
    method,
    url: new URL(path, 'http://simulated'),
    headers: { authorization: `Bearer ${token}`, 'content-type': types[method] ?? 'application/json' },
  });
  return {
    ...world,
    clock,
    ask: async (method, path, body, { type, token } = {}) => {
      const asked = request(method, path, token);
      const headers = type ? { ...asked.headers, 'content-type': type } : asked.headers;
      const answer = await world.service({ ...asked, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      const text = Buffer.from(await readAll(answer.body)).toString('utf8');
      return { status: answer.status, headers: answer.headers, body: bodyOf(text) };
    },
    watch: async (path) => {
      const gone = new AbortController();
      const { body } = await world.service({ ...request('GET', path), signal: gone.signal });
      const lines: string[] = [];
      const open: OpenWatch = {
        lines,
        ended: undefined,
        events: () => lines.map((line) => JSON.parse(line) as WatchEvent),
        abort: () => gone.abort(),
      };
      void drain(body, open);
      await clock.advance(0);
      return open;
    },
  };
}

function bodyOf(text: string): Body {
  return (text.startsWith('{') ? JSON.parse(text) : { status: text }) as Body;
}

async function drain(body: AsyncIterable<Uint8Array>, open: OpenWatch): Promise<void> {
  try {
    for await (const part of body)
      open.lines.push(
        ...Buffer.from(part)
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== ''),
      );
    open.ended = 'end';
  } catch (error) {
    open.ended = (error as { code: string }).code;
  }
}

export function widget(name: string, more: object = {}, metadata: object = {}): object {
  return { apiVersion: 'sample.dev/v1', kind: 'Widget', metadata: { name, ...metadata }, spec: { size: 1, ...more } };
}

/** `ADDED a`, `DELETED b`, `BOOKMARK` … */
export function told(open: OpenWatch): string[] {
  return open.events().map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());
}
