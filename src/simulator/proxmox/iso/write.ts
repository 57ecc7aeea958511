// SPDX-License-Identifier: GPL-3.0-or-later
/** Small ISO images (ECMA-119) with Joliet names or none, root directory only: what a world is furnished with. */

const sector = 2048;

export interface IsoContent {
  /** At most 32 characters. */
  readonly label: string;
  /** Names without a slash. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** False: names of ISO 9660 alone, cut to 8.3. Default true. */
  readonly joliet?: boolean;
}

const both16 = (value: number) => Buffer.from([value & 255, value >> 8, value >> 8, value & 255]);
function both32(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(value, 0);
  out.writeUInt32BE(value, 4);
  return out;
}
const ucs2 = (text: string) => Buffer.from(text, 'utf16le').swap16();

function plainName(name: string): Buffer {
  const [stem = '', extension = ''] = name
    .toUpperCase()
    .replace(/[^A-Z0-9_.]/g, '_')
    .split(/\.(?=[^.]*$)/);
  return Buffer.from(`${stem.slice(0, 8)}.${extension.slice(0, 3)};1`, 'latin1');
}

function record(name: Buffer, [at, size]: readonly [number, number], directory = false): Buffer {
  const length = 33 + name.length + (name.length % 2 === 0 ? 1 : 0);
  const out = Buffer.alloc(length);
  out[0] = length;
  both32(at).copy(out, 2);
  both32(size).copy(out, 10);
  Buffer.from([126, 1, 1, 0, 0, 0, 0]).copy(out, 18);
  out[25] = directory ? 2 : 0;
  both16(1).copy(out, 28);
  out[32] = name.length;
  name.copy(out, 33);
  return out;
}

interface Placed {
  readonly name: string;
  readonly content: Buffer;
  readonly at: number;
}

function directoryOf(files: readonly Placed[], at: number, nameOf: (name: string) => Buffer): Buffer {
  const out = Buffer.alloc(sector);
  const records = [
    record(Buffer.from([0]), [at, sector], true),
    record(Buffer.from([1]), [at, sector], true),
    ...files.map(({ name, content, at: start }) => record(nameOf(name), [start, content.length])),
  ];
  Buffer.concat(records).copy(out);
  return out;
}

function volume(label: string, { joliet, root, size }: { joliet: boolean; root: number; size: number }): Buffer {
  const out = Buffer.alloc(sector);
  const text = (given: string, length: number) => {
    const padded = given.padEnd(joliet ? length / 2 : length, ' ');
    return joliet ? ucs2(padded).subarray(0, length) : Buffer.from(padded, 'latin1').subarray(0, length);
  };
  out[0] = joliet ? 2 : 1;
  out.write('CD001', 1, 'latin1');
  out[6] = 1;
  text('', 32).copy(out, 8);
  text(label, 32).copy(out, 40);
  both32(size).copy(out, 80);
  if (joliet) out.write('%/E', 88, 'latin1');
  both16(1).copy(out, 120);
  both16(1).copy(out, 124);
  both16(sector).copy(out, 128);
  record(Buffer.from([0]), [root, sector], true).copy(out, 156);
  out[881] = 1;
  return out;
}

export function writeIso({ label, files, joliet = true }: IsoContent): Uint8Array {
  const roots = 18 + (joliet ? 1 : 0);
  let next = roots + (joliet ? 2 : 1);
  const placed = Object.entries(files).map(([name, given]): Placed => {
    const content = Buffer.from(typeof given === 'string' ? new TextEncoder().encode(given) : given);
    const at = next;
    next += Math.max(1, Math.ceil(content.length / sector));
    return { name, content, at };
  });
  const end = Buffer.alloc(sector);
  end[0] = 255;
  end.write('CD001', 1, 'latin1');
  end[6] = 1;
  const out = Buffer.alloc(next * sector);
  const put = (content: Uint8Array, at: number) => out.set(content, at * sector);
  put(volume(label, { joliet: false, root: roots, size: next }), 16);
  if (joliet) put(volume(label, { joliet: true, root: roots + 1, size: next }), 17);
  put(end, joliet ? 18 : 17);
  put(directoryOf(placed, roots, plainName), roots);
  if (joliet) put(directoryOf(placed, roots + 1, ucs2), roots + 1);
  for (const { content, at } of placed) put(content, at);
  return new Uint8Array(out);
}
