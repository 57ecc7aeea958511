// SPDX-License-Identifier: GPL-3.0-or-later
/** Passwords as /etc/shadow keeps them: SHA-crypt by its description (https://www.akkadia.org/drepper/SHA-crypt.txt), `$6$` and `$5$`. */
import { createHash } from 'node:crypto';

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

interface Kind {
  readonly name: 'sha512' | 'sha256';
  readonly size: number;
  /** Bytes in the order of their printing, in threes. */
  readonly order: readonly (readonly number[])[];
}

function threes(count: number, [a, b, c]: readonly [number, number, number], step: number): number[][] {
  const start = [a, b, c];
  const turn = step % 3;
  return Array.from({ length: count }, (_, at) => [0, 1, 2].map((one) => (start[(one + turn * at) % 3] ?? 0) + at));
}

const kinds: Readonly<Record<string, Kind>> = {
  '6': { name: 'sha512', size: 64, order: [...threes(21, [0, 21, 42], 1), [63]] },
  '5': { name: 'sha256', size: 32, order: [...threes(10, [0, 10, 20], 2), [31, 30]] },
};

function spread(bytes: Buffer, length: number): Buffer {
  return Buffer.concat(Array.from({ length: Math.ceil(length / bytes.length) }, () => bytes)).subarray(0, length);
}

function printed(digest: Buffer, { order }: Kind): string {
  return order
    .map((group) => {
      let value = group.reduce((sum, at) => sum * 256 + (digest[at] ?? 0), 0);
      let text = '';
      for (let n = Math.ceil((group.length * 8) / 6); n > 0; n--) {
        text += alphabet[value % 64];
        value = Math.floor(value / 64);
      }
      return text;
    })
    .join('');
}

interface Parts {
  readonly kind: Kind;
  readonly salt: Buffer;
  readonly rounds: number;
}

function firstDigest({ kind, salt }: Parts, key: Buffer): Buffer {
  const hash = (...parts: readonly Buffer[]) => createHash(kind.name).update(Buffer.concat(parts)).digest();
  const alternate = hash(key, salt, key);
  const mixed = [key, salt, spread(alternate, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) mixed.push(bits & 1 ? alternate : key);
  return hash(...mixed);
}

function digestOf(parts: Parts, key: Buffer): Buffer {
  const { kind, salt, rounds } = parts;
  const hash = (...all: readonly Buffer[]) => createHash(kind.name).update(Buffer.concat(all)).digest();
  let digest = firstDigest(parts, key);
  const keySpread = spread(hash(spread(key, key.length * key.length)), key.length);
  const saltSpread = spread(hash(spread(salt, salt.length * (16 + (digest[0] ?? 0)))), salt.length);
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2 === 1;
    const middle = [...(round % 3 === 0 ? [] : [saltSpread]), ...(round % 7 === 0 ? [] : [keySpread])];
    digest = hash(odd ? keySpread : digest, ...middle, odd ? digest : keySpread);
  }
  return digest;
}

const answers = new Map<string, boolean>();
const mostAnswers = 100;

/** False, too, for a kind that is not known here (yescrypt, `$y$`). Both texts say the answer, which takes milliseconds: the last ones are kept. */
export function cryptFits(password: string, crypted: string): boolean {
  const asked = JSON.stringify([password, crypted]);
  const known = answers.get(asked) ?? fits(password, crypted);
  answers.delete(asked);
  answers.set(asked, known);
  for (const oldest of answers.keys()) {
    if (answers.size <= mostAnswers) break;
    answers.delete(oldest);
  }
  return known;
}

function fits(password: string, crypted: string): boolean {
  const [, id = '', rounds, salt = ''] = /^\$([56])\$(?:rounds=(\d+)\$)?([^$]{0,16})[^$]*\$/.exec(crypted) ?? [];
  const kind = kinds[id];
  if (!kind) return false;
  const parts = {
    kind,
    salt: Buffer.from(salt),
    rounds: Math.min(Math.max(Number(rounds ?? 5000), 1000), 999_999_999),
  };
  return printed(digestOf(parts, Buffer.from(password)), kind) === crypted.split('$').at(-1);
}
