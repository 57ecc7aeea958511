// SPDX-License-Identifier: GPL-3.0-or-later
/** Requests of the contract, and how they are put to an API server. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };

export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly warnings: readonly string[];
  /** JSON, a list of watch events, or text. */
  readonly body: Json;
}

/** What an earlier request answered, by its title. */
export type Earlier = (title: string) => JsonMap;

export interface Asked {
  /** Unique within its sequence. */
  readonly title: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string | ((earlier: Earlier) => string);
  readonly body?: Json | ((earlier: Earlier) => Json);
  /** Sent as it is. */
  readonly text?: string;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string;
  /** The path is a watch; these requests are made while it is open. */
  readonly during?: readonly Asked[];
}

export interface Sequence {
  readonly name: string;
  readonly requests: readonly Asked[];
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An API server under test. */
export interface Server {
  send(sent: Sent): Promise<{ status: number; headers: Readonly<Record<string, string>>; text: string }>;
  /** Opens a watch, runs `during`, and answers all lines that came within its `timeoutSeconds`. */
  watch(
    sent: Sent,
    during: () => Promise<void>,
  ): Promise<{ status: number; headers: Readonly<Record<string, string>>; text: string }>;
}

export interface Recorded {
  readonly title: string;
  readonly request: string;
  readonly answer: Answered;
}

function valueOf(text: string, isWatch: boolean): Json {
  if (isWatch && !text.startsWith('{"kind"'))
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Json);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function sentOf(asked: Asked, earlier: Earlier): Sent {
  const path = typeof asked.path === 'function' ? asked.path(earlier) : asked.path;
  const body = typeof asked.body === 'function' ? asked.body(earlier) : asked.body;
  const text = asked.text ?? (body === undefined ? undefined : JSON.stringify(body));
  const headers: Record<string, string> = {
    accept: asked.accept ?? 'application/json',
    authorization: `Bearer ${asked.token ?? 'admin-token'}`,
    'user-agent': 'contract/1',
    ...(text === undefined ? {} : { 'content-type': asked.type ?? 'application/json' }),
  };
  return { method: asked.method, path, headers, ...(text === undefined ? {} : { body: text }) };
}

/** Puts the requests one after the other. */
export async function ask(
  server: Server,
  requests: readonly Asked[],
  before = new Map<string, JsonMap>(),
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const earlier: Earlier = (title) => before.get(title) ?? {};
  for (const asked of requests) {
    const sent = sentOf(asked, earlier);
    const isWatch = /[?&]watch=/.test(sent.path);
    const inner: Recorded[] = [];
    const got = isWatch
      ? await server.watch(sent, async () => {
          inner.push(...(await ask(server, asked.during ?? [], before)));
        })
      : await server.send(sent);
    const body = valueOf(got.text, isWatch);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) before.set(asked.title, body);
    const warnings = (got.headers.warning ?? '').split(/, (?=299)/).filter((one) => one !== '');
    const contentType = (got.headers['content-type'] ?? '').split(';')[0] ?? '';
    recorded.push(
      {
        title: asked.title,
        request: `${sent.method} ${sent.path}`,
        answer: { status: got.status, contentType, warnings, body },
      },
      ...inner,
    );
  }
  return recorded;
}
