// SPDX-License-Identifier: GPL-3.0-or-later
/** Sends recorded requests to the simulator, and gives both answers, levelled. */
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { readAll, type SimResponse } from '../../../../src/simulator/kernel/service.ts';
import { createKubernetes } from '../../../../src/simulator/kubernetes/index.ts';
import type { Answered, Json } from '../exchange.ts';
import { normalise } from '../normalise.ts';
import { widgetCrd } from '../widget.ts';
import { Meanings } from './labels.ts';
import type { Done, Exchange } from './story.ts';

export interface Compared {
  readonly run: string;
  readonly request: string;
  readonly recorded: Answered;
  readonly simulated: Answered;
}

interface Sent {
  readonly exchange: Exchange;
  readonly response: SimResponse;
  readonly close: () => void;
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export class Replay {
  readonly #clock = new VirtualClock();
  readonly #world = createKubernetes({ clock: this.#clock });
  readonly #meanings = new Meanings();
  readonly compared: Compared[] = [];

  constructor() {
    this.#world.install([widgetCrd]);
  }

  async #send(exchange: Exchange): Promise<Sent> {
    const { method, path, as, accept, type, body } = exchange;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const filled = body === undefined ? undefined : this.#meanings.fill(text);
    const bytes = filled !== undefined && type?.includes('protobuf') ? Buffer.from(filled, 'base64') : filled;
    const gone = new AbortController();
    const response = await this.#world.service({
      method,
      url: new URL(this.#meanings.fill(path), 'http://simulated'),
      headers: {
        accept: accept ?? 'application/json',
        authorization: `Bearer ${as ?? 'admin'}-token`,
        ...exchange.impersonates,
        'user-agent': 'kubectl/v1.32.4 (linux/amd64) kubernetes/0000000',
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(bytes === undefined ? {} : { body: bytes }),
      signal: gone.signal,
    });
    return { exchange, response, close: () => gone.abort() };
  }

  /** Reads an answer to its end and sets it beside the recorded one. */
  async #compare(run: string, { exchange, response, close }: Sent): Promise<void> {
    const { path, method, answer } = exchange;
    const isWatch = Array.isArray(answer.body);
    if (isWatch) close();
    const text = Buffer.from(await readAll(response.body)).toString('utf8');
    const body = isWatch
      ? text
          .split('\n')
          .filter((line) => line !== '')
          .map(jsonOf)
      : jsonOf(text);
    this.#meanings.learn(answer.body, body);
    const { status, headers } = response;
    const warnings = (headers['warning'] ?? '').split(/, (?=299)/).filter((one) => one !== '');
    const contentType = (headers['content-type'] ?? '').split(';')[0] ?? '';
    const request = `${method} ${path}`;
    const level = (one: Answered): Answered => normalise({ title: '', request, answer: one }).answer;
    this.compared.push({
      run,
      request,
      recorded: level(answer),
      simulated: level({ status, contentType, warnings, body }),
    });
  }

  async play(done: Done): Promise<void> {
    const open: Sent[] = [];
    for (const exchange of done.exchanges) {
      const sent = await this.#send(exchange);
      if (Array.isArray(exchange.answer.body)) open.push(sent);
      else await this.#compare(done.run, sent);
    }
    for (const one of done.during ?? []) await this.play(one);
    for (const sent of open) await this.#compare(done.run, sent);
  }
}
