// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../../core/failure.ts';

export interface HttpsAnswer {
  readonly status: number;
  /** The reason phrase of the status line; empty where there is none. */
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The whole body as text. Leaving early closes the connection. */
export async function bounded(
  body: AsyncIterable<Uint8Array>,
  { action, host, most }: { readonly action: string; readonly host: string; readonly most: number },
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body) {
      size += piece.length;
      if (size > most) break;
      pieces.push(piece);
    }
  } catch (cause) {
    throw new Failure({
      class: 'Transient',
      reason: 'Interrupted',
      message: `${action}: the answer of ${host} broke off`,
      cause,
    });
  }
  if (size > most)
    throw new Failure({
      class: 'Transient',
      reason: 'AnswerTooLarge',
      message: `${action}: the answer of ${host} has more than ${most} bytes. Look at what stands between the operator and it`,
    });
  return Buffer.concat(pieces).toString('utf8');
}

/** @throws Failure `BadAnswer` when it is no JSON: a login page, a proxy. */
export function jsonOf({ text }: HttpsAnswer, action: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Failure({
      class: 'Transient',
      reason: 'BadAnswer',
      message: `${action}: the answer is no JSON. Look whether the url is that of the API, and at what stands on the way (a proxy, a login page)`,
    });
  }
}
