// SPDX-License-Identifier: GPL-3.0-or-later
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { Failure } from '../core/failure.ts';
import type { HttpResponse } from '../wire/call.ts';

/** How much an answer may be. A page of 500 large objects is some MB; JSON of the API is rarely 30 deep. */
export interface AnswerLimits {
  readonly bytes: number;
  readonly depth: number;
}
export const answerLimits: AnswerLimits = { bytes: 64 * 1024 * 1024, depth: 200 };

/** Follows nesting through pieces of JSON, so that a million brackets are refused before they are parsed. */
export class DepthGauge {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** The greatest depth in this piece. Locals, not fields, in the loop: it runs once per byte of every list. */
  measure(piece: Uint8Array): number {
    let depth = this.#depth;
    let greatest = depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (let index = 0; index < piece.length; index++) {
      const byte = piece[index];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === 0x5c) escaped = true;
        else inString = byte !== 0x22;
      } else if (byte === 0x22) inString = true;
      else if (opens(byte)) greatest = Math.max(greatest, ++depth);
      else if (closes(byte)) depth--;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return greatest;
  }
}

function opens(byte: number | undefined): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function closes(byte: number | undefined): boolean {
  return byte === 0x7d || byte === 0x5d;
}

/** The body's bytes, unpacked where the server packed them. */
export function plainBody(response: HttpResponse): AsyncIterable<Uint8Array> {
  if (response.headers['content-encoding'] !== 'gzip') return response.body;
  return unpacked(response.body);
}

async function* unpacked(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(body, { objectMode: false });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
  }
}

/** Reads a whole JSON answer. Throws a Failure when it is too long, too deep or no JSON. */
export async function readJson(
  response: HttpResponse,
  what: string,
  limits: AnswerLimits = answerLimits,
): Promise<unknown> {
  const text = (await readBytes(response, what, limits)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure({
      class: 'Transient',
      reason: 'BadAnswer',
      message: `${what}: the Kubernetes API's answer is no JSON`,
    });
  }
}

async function readBytes(response: HttpResponse, what: string, limits: AnswerLimits): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const gauge = new DepthGauge();
  let bytes = 0;
  const tooMuch = (how: string) =>
    new Failure({
      class: 'Invalid',
      reason: 'AnswerTooLarge',
      message: `${what}: the Kubernetes API's answer is ${how}; it was not read`,
    });
  try {
    for await (const piece of plainBody(response)) {
      bytes += piece.length;
      if (bytes > limits.bytes) throw tooMuch(`longer than ${limits.bytes} bytes`);
      if (gauge.measure(piece) > limits.depth) throw tooMuch(`nested deeper than ${limits.depth}`);
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure({
      class: 'Transient',
      reason: 'Interrupted',
      message: `${what}: the Kubernetes API's answer broke off`,
      cause,
    });
  }
  return Buffer.concat(pieces, bytes);
}
