// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A password as /etc/shadow may hold it: `$6$salt$hash`, by U. Drepper's description, "Unix crypt using SHA-256 and SHA-512"
 * (https://www.akkadia.org/drepper/SHA-crypt.txt). Debian's own default is yescrypt, which Node does not have; its libxcrypt takes this one
 * as well (crypt(5)), and the installer hands over whatever crypt(3) knows (Proxmox wiki, "Automated Installation", root-password-hashed).
 */
import { createHash } from 'node:crypto';

const rounds = 5000;
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const size = 64;

function hashOf(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** `source` again and again, so many bytes of it. */
function repeated(source: Buffer, length: number): Buffer {
  const out = Buffer.alloc(length);
  for (let at = 0; at < length; at += source.length) source.copy(out, at);
  return out;
}

/** Steps 1 to 12. */
function firstDigest(password: Buffer, salt: Buffer): Buffer {
  const alternate = hashOf(password, salt, password);
  const parts = [password, salt, repeated(alternate, password.length)];
  for (let left = password.length; left > 0; left = Math.floor(left / 2))
    parts.push(left % 2 === 1 ? alternate : password);
  return hashOf(...parts);
}

/** Step 22: three bytes become four letters; which three follows a pattern, and the last byte stands alone. */
function lettersOf(digest: Buffer): string {
  const byte = (at: number) => digest[at] ?? 0;
  const letters = (value: number, count: number) =>
    Array.from({ length: count }, (_, n) => alphabet[(value >> (6 * n)) & 63]).join('');
  const third = Math.floor(size / 3);
  const groups = Array.from({ length: third }, (_, n) => {
    const columns = [n, n + third, n + 2 * third];
    const [high = 0, middle = 0, low = 0] = [0, 1, 2].map((one) => columns[(one + n) % 3] ?? 0);
    return letters((byte(high) << 16) | (byte(middle) << 8) | byte(low), 4);
  });
  return `${groups.join('')}${letters(byte(size - 1), 2)}`;
}

/** @param saltText 1 to 16 of `a-zA-Z0-9./`. @throws RangeError for another salt. */
export function sha512Crypt(passwordText: string, saltText: string): string {
  if (!/^[a-zA-Z0-9./]{1,16}$/.test(saltText))
    throw new RangeError('a salt has 1 to 16 letters, digits, dots, slashes');
  const password = Buffer.from(new TextEncoder().encode(passwordText));
  const salt = Buffer.from(saltText, 'latin1');
  let digest = firstDigest(password, salt);
  const p = repeated(hashOf(...Array.from({ length: password.length }, () => password)), password.length);
  const s = repeated(hashOf(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => salt)), salt.length);
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1;
    const between = [...(round % 3 === 0 ? [] : [s]), ...(round % 7 === 0 ? [] : [p])];
    digest = hashOf(isOdd ? p : digest, ...between, isOdd ? digest : p);
  }
  return `$6$${saltText}$${lettersOf(digest)}`;
}
