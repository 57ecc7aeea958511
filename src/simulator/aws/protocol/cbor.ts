// SPDX-License-Identifier: GPL-3.0-or-later
/** As much of CBOR (RFC 8949) as Smithy's RPC v2 protocol uses; a tag 1 is a time (Smithy specification, "RPC v2 CBOR", timestamps). */

/** What a message is made of, in JSON and in CBOR. */
export type Data =
  | string
  | number
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly Data[]
  | { readonly [name: string]: Data | undefined };

export function writeCbor(value: Data): Uint8Array {
  return Buffer.concat(pieces(value));
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count]);
  if (count < 0x100) return Buffer.from([(major << 5) | 24, count]);
  const long = Buffer.alloc(count < 0x1_0000_0000 ? 5 : 9);
  if (long.length === 5) long.writeUInt32BE(count, 1);
  else long.writeBigUInt64BE(BigInt(count), 1);
  long[0] = (major << 5) | (long.length === 5 ? 26 : 27);
  return long;
}

function pieces(value: Data): Uint8Array[] {
  if (value === null) return [Buffer.from([0xf6])];
  if (typeof value === 'boolean') return [Buffer.from([value ? 0xf5 : 0xf4])];
  if (typeof value === 'number') return [number(value)];
  if (typeof value === 'string') return text(value);
  if (value instanceof Uint8Array) return [head(2, value.byteLength), value];
  if (value instanceof Date) return [head(6, 1), double(value.getTime() / 1000)];
  if (Array.isArray(value)) return [head(4, value.length), ...value.flatMap(pieces)];
  const members = Object.entries(value).filter((entry): entry is [string, Data] => entry[1] !== undefined);
  return [head(5, members.length), ...members.flatMap(([name, one]) => [...text(name), ...pieces(one)])];
}

function text(value: string): Uint8Array[] {
  const bytes = Buffer.from(value);
  return [head(3, bytes.byteLength), bytes];
}

function number(value: number): Buffer {
  if (!Number.isSafeInteger(value)) return double(value);
  return value >= 0 ? head(0, value) : head(1, -1 - value);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xfb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** undefined: no well-formed message. */
export function readCbor(bytes: Uint8Array): Data | undefined {
  try {
    return new Reader(Buffer.from(bytes)).item();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The `break` that ends what has no length. */
const stop = Symbol('break');

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  item(): Data {
    const value = this.#next();
    if (value === stop) throw new RangeError('break');
    return value;
  }

  #next(): Data | typeof stop {
    const first = this.#bytes.readUInt8(this.#at++);
    const [major, info] = [first >> 5, first & 31];
    if (major === 7) return this.#simple(info);
    const count = info === 31 ? undefined : this.#count(info);
    switch (major) {
      case 0:
        return count ?? 0;
      case 1:
        return -1 - (count ?? 0);
      case 2:
        return this.#string(count);
      case 3:
        return this.#string(count).toString('utf8');
      case 4:
        return this.#list(count);
      case 5:
        return this.#map(count);
      default:
        return this.#tagged(count ?? 0);
    }
  }

  #count(info: number): number {
    if (info < 24) return info;
    const size = 2 ** (info - 24);
    const from = this.#take(size);
    if (size <= 4) return from.readUIntBE(0, size);
    return Number(from.readBigUInt64BE(0));
  }

  #take(size: number): Buffer {
    if (size > 8 * 1024 * 1024 || this.#at + size > this.#bytes.length) throw new RangeError('too short');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  #string(count: number | undefined): Buffer {
    if (count !== undefined) return this.#take(count);
    const parts = this.#list(undefined).map((part) => Buffer.from(part as string | Uint8Array));
    return Buffer.concat(parts);
  }

  #list(count: number | undefined): Data[] {
    const items: Data[] = [];
    while (items.length !== count) {
      const one = this.#next();
      if (one === stop) break;
      items.push(one);
    }
    return items;
  }

  #map(count: number | undefined): Data {
    const members: [string, Data][] = [];
    while (members.length !== count) {
      const name = this.#next();
      if (name === stop) break;
      if (typeof name !== 'string') throw new RangeError('a name is a text');
      members.push([name, this.item()]);
    }
    return Object.fromEntries(members);
  }

  #tagged(tag: number): Data {
    const value = this.item();
    return tag === 1 ? new Date(Number(value) * 1000) : value;
  }

  #simple(info: number): Data | typeof stop {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 25:
        return half(this.#take(2).readUInt16BE(0));
      case 26:
        return this.#take(4).readFloatBE(0);
      case 27:
        return this.#take(8).readDoubleBE(0);
      case 31:
        return stop;
      default:
        return null;
    }
  }
}

/** RFC 8949, appendix D. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
