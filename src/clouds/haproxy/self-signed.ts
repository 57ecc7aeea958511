// SPDX-License-Identifier: GPL-3.0-or-later
/** A certificate of nobody, for a configuration that is only checked: HAProxy refuses one that names files which are not there. RFC 5280. */
import { generateKeyPairSync, sign } from 'node:crypto';

/** In as few bytes as it takes. */
function lengthOf(size: number): readonly number[] {
  if (size < 0x80) return [size];
  return size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
}

/** One DER value: tag, length, content (X.690). */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));

function moment(milliseconds: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(milliseconds).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** PEM: certificate and key. @param now Milliseconds since the epoch. */
export function selfSigned(now: number): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSHA256 = sequence(oid('2a8648ce3d040302'));
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('nobody')))));
  const day = 86_400_000;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSHA256,
    name,
    sequence(moment(now - day), moment(now + 30 * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, ecdsaWithSHA256, der(0x03, Buffer.from([0]), signature));
  return `${pem('CERTIFICATE', certificate)}${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}`;
}
