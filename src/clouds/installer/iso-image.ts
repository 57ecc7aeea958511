// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A small ISO 9660 image: a label and files in its root. Names stand in it twice, in capitals for any reader (ECMA-119, interchange level 2:
 * up to 30 characters), and as they are for those that know Joliet (Microsoft, "Joliet Specification" 1.0). All dates are the same, so that
 * the same files give the same bytes. Why it is written here: docs/adr/0046.
 */

const sector = 2048;
/** ECMA-119, 6.2.1: the first 16 sectors are the system's. */
const systemArea = 16;

export interface IsoContent {
  /** Capitals, digits, `_` and `-`, at most 16: what fits in Joliet's label, too. */
  readonly label: string;
  /** Names of letters, digits, `_`, `-` and one dot, at most 30 characters. */
  readonly files: Readonly<Record<string, string>>;
}

function both16(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt16LE(value, 0);
  out.writeUInt16BE(value, 2);
  return out;
}

function both32(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(value, 0);
  out.writeUInt32BE(value, 4);
  return out;
}

/** Joliet has big-endian UCS-2. */
function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

const sectorsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / sector));

interface Extent {
  readonly at: number;
  readonly size: number;
}

/** ECMA-119, 9.1. @param name `\0` is the directory itself, `\1` its parent. */
function directoryRecord(name: Buffer, { at, size }: Extent, isDirectory: boolean): Buffer {
  const length = 33 + name.length + (name.length % 2 === 0 ? 1 : 0);
  const out = Buffer.alloc(length);
  out[0] = length;
  both32(at).copy(out, 2);
  both32(size).copy(out, 10);
  // 1 January 2000, 00:00:00 UTC (9.1.5)
  Buffer.from([100, 1, 1, 0, 0, 0, 0]).copy(out, 18);
  out[25] = isDirectory ? 2 : 0;
  both16(1).copy(out, 28);
  out[32] = name.length;
  name.copy(out, 33);
  return out;
}

interface PlacedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly at: number;
}

/** What a volume descriptor and its directory write names with. */
interface Naming {
  readonly type: 1 | 2;
  readonly file: (name: string) => Buffer;
  readonly text: (value: string, length: number) => Buffer;
}

const plain: Naming = {
  type: 1,
  file: (name) => Buffer.from(`${name.toUpperCase()};1`, 'latin1'),
  text: (value, length) => Buffer.from(value.padEnd(length, ' ').slice(0, length), 'latin1'),
};

const joliet: Naming = {
  type: 2,
  // without a version, as mkisofs writes them
  file: ucs2,
  text: (value, length) => {
    const half = Math.floor(length / 2);
    return Buffer.concat([ucs2(value.padEnd(half, ' ').slice(0, half)), Buffer.alloc(length % 2)]);
  },
};

function rootDirectory(files: readonly PlacedFile[], at: number, naming: Naming): Buffer {
  const self: Extent = { at, size: sector };
  const records = [
    directoryRecord(Buffer.from([0]), self, true),
    directoryRecord(Buffer.from([1]), self, true),
    // 9.3: in the order of their names
    ...files
      .map(({ name, bytes, at: start }) => ({ name: naming.file(name), extent: { at: start, size: bytes.length } }))
      .toSorted((a, b) => Buffer.compare(a.name, b.name))
      .map(({ name, extent }) => directoryRecord(name, extent, false)),
  ];
  const all = Buffer.concat(records);
  if (all.length > sector) throw new RangeError('these are too many files for a small image');
  return Buffer.concat([all, Buffer.alloc(sector - all.length)]);
}

/** ECMA-119, 9.4: one record, the root, which is its own parent. */
function pathTable(root: number, order: 'LE' | 'BE'): Buffer {
  const out = Buffer.alloc(10);
  out[0] = 1;
  if (order === 'LE') out.writeUInt32LE(root, 2);
  else out.writeUInt32BE(root, 2);
  if (order === 'LE') out.writeUInt16LE(1, 6);
  else out.writeUInt16BE(1, 6);
  return out;
}

interface Volume {
  readonly label: string;
  readonly sectors: number;
  readonly root: number;
  /** Where its two path tables are: little-endian, then big-endian. */
  readonly tables: number;
}

/** ECMA-119, 8.4 and 8.5. */
function volumeDescriptor({ label, sectors, root, tables }: Volume, naming: Naming): Buffer {
  const out = Buffer.alloc(sector);
  out[0] = naming.type;
  out.write('CD001', 1, 'latin1');
  out[6] = 1;
  naming.text('', 32).copy(out, 8);
  naming.text(label, 32).copy(out, 40);
  both32(sectors).copy(out, 80);
  // Joliet, "Escape sequences": UCS-2 level 3
  if (naming.type === 2) out.write('%/E', 88, 'latin1');
  both16(1).copy(out, 120);
  both16(1).copy(out, 124);
  both16(sector).copy(out, 128);
  both32(10).copy(out, 132);
  out.writeUInt32LE(tables, 140);
  out.writeUInt32BE(tables + 1, 148);
  directoryRecord(Buffer.from([0]), { at: root, size: sector }, true).copy(out, 156);
  for (const [at, length] of [
    [190, 128],
    [318, 128],
    [446, 128],
    [574, 128],
    [702, 37],
    [739, 37],
    [776, 37],
  ] as const)
    naming.text('', length).copy(out, at);
  // 8.4.26: created and modified then; expires and effective never
  const date = Buffer.concat([Buffer.from('2000010100000000', 'latin1'), Buffer.alloc(1)]);
  const never = Buffer.concat([Buffer.from('0'.repeat(16), 'latin1'), Buffer.alloc(1)]);
  Buffer.concat([date, date, never, never]).copy(out, 813);
  out[881] = 1;
  return out;
}

function terminator(): Buffer {
  const out = Buffer.alloc(sector);
  out[0] = 255;
  out.write('CD001', 1, 'latin1');
  out[6] = 1;
  return out;
}

const labels = /^[A-Z0-9_-]{1,16}$/;
const names = /^(?=.{1,30}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?$/;

/** @throws RangeError for a label or a name that would not be read back as it was given. */
export function isoImage({ label, files }: IsoContent): Uint8Array {
  if (!labels.test(label)) throw new RangeError(`"${label}" is no label for a small image`);
  const bad = Object.keys(files).find((name) => !names.test(name));
  if (bad !== undefined) throw new RangeError(`"${bad}" is no name for a file in a small image`);
  // two descriptors and their end, four path tables, two directories, the files
  const tables = systemArea + 3;
  const roots = tables + 4;
  let next = roots + 2;
  const placed = Object.entries(files).map(([name, text]): PlacedFile => {
    const bytes = Buffer.from(new TextEncoder().encode(text));
    const at = next;
    next += sectorsOf(bytes.length);
    return { name, bytes, at };
  });
  const out = Buffer.alloc(next * sector);
  const put = (bytes: Buffer, at: number) => out.set(bytes, at * sector);
  for (const [index, naming] of [plain, joliet].entries()) {
    const root = roots + index;
    const at = tables + index * 2;
    put(volumeDescriptor({ label, sectors: next, root, tables: at }, naming), systemArea + index);
    put(pathTable(root, 'LE'), at);
    put(pathTable(root, 'BE'), at + 1);
    put(rootDirectory(placed, root, naming), root);
  }
  put(terminator(), systemArea + 2);
  for (const { bytes, at } of placed) put(bytes, at);
  return new Uint8Array(out);
}
