// SPDX-License-Identifier: GPL-3.0-or-later
import { createOpnsense, type OpnsenseOptions } from '../../../src/simulator/opnsense/index.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { readAll } from '../../../src/simulator/kernel/service.ts';

type Given = Partial<OpnsenseOptions> & {
  readonly privileges?: Parameters<ReturnType<typeof createOpnsense>['apiKey']>[0];
};

/** A firewall and somebody with an API key for it. */
export function firewall(given: Given = {}) {
  const clock = new VirtualClock();
  const world = createOpnsense({ clock, ...given });
  const { key, secret } = world.apiKey(given.privileges);
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  async function send(method: string, path: string, more: { json?: unknown; authorization?: string } = {}) {
    const answer = await world.service({
      method,
      url: new URL(`https://192.0.2.1/api/${path}`),
      headers: {
        authorization: more.authorization ?? basic(`${key}:${secret}`),
        ...(more.json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(more.json === undefined ? {} : { body: JSON.stringify(more.json) }),
    });
    const text = Buffer.from(await readAll(answer.body)).toString();
    return { status: answer.status, body: text === '' ? '' : (JSON.parse(text) as Record<string, unknown>) };
  }
  const post = (path: string, json?: unknown) => send('POST', path, json === undefined ? {} : { json });
  const get = (path: string) => send('GET', path);
  return { world, clock, send, post, get, basic, key, secret };
}

export const uuid = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

export const connection = { proposals: 'aes256-sha256-modp2048', version: '2', description: 'one' };
