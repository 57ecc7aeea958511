// SPDX-License-Identifier: GPL-3.0-or-later
/** Steps that are a request rather than a command: for programs that are not here to be run. */
import { Agent, request } from 'undici';
import type { Asking, Stage } from './story.ts';

export interface Asker {
  /** @param during Runs while a watch is open. @returns The status, and the types of a watch's events. */
  ask(asking: Asking, during: () => Promise<void>): Promise<string>;
  close(): Promise<void>;
}

function eventsOf(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { type: string }).type).join(' ');
}

export function asker({ url, authority }: Stage): Asker {
  const dispatcher = new Agent({ connect: { ca: authority } });
  let version = '';
  return {
    async ask({ method, path, type, body, events }, during) {
      const gone = new AbortController();
      const answer = await request(url + path.replace('$VERSION', version), {
        method: method as 'GET',
        headers: {
          authorization: 'Bearer admin-token',
          accept: 'application/json',
          ...(type === undefined ? {} : { 'content-type': type }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        dispatcher,
        signal: gone.signal,
      });
      if (events === undefined) {
        const { metadata } = (await answer.body.json()) as { metadata?: { resourceVersion?: string } };
        version = metadata?.resourceVersion ?? version;
        return String(answer.statusCode);
      }
      await during();
      let text = '';
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        text += part.toString('utf8');
        if (text.split('\n').length > events) break;
      }
      gone.abort();
      return `${answer.statusCode} ${eventsOf(text)}`;
    },
    close: () => dispatcher.destroy(),
  };
}
