// SPDX-License-Identifier: GPL-3.0-or-later
/** What a kernel sees of an ISO image: ISO 9660 (ECMA-119) with the names of Rock Ridge (IEEE P1282), else of Joliet, else its own. */

export interface IsoImage {
  /** Volume label, as `blkid` tells it. */
  readonly label: string;
  /** `/answer.toml` -> content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const sector = 2048;

interface Volume {
  readonly root: Buffer;
  readonly label: string;
  readonly joliet: boolean;
}

interface Names {
  readonly image: Buffer;
  readonly joliet: boolean;
}

const ucs2 = (bytes: Buffer) => Buffer.from(bytes).swap16().toString('utf16le');

function volumesOf(image: Buffer): Volume[] {
  const found: Volume[] = [];
  for (let at = 16 * sector; at + sector <= image.length; at += sector) {
    const type = image[at];
    if (image.toString('latin1', at + 1, at + 6) !== 'CD001' || type === 255) break;
    const escape = image.toString('latin1', at + 88, at + 91);
    const joliet = type === 2 && ['%/@', '%/C', '%/E'].includes(escape);
    const raw = image.subarray(at + 40, at + 72);
    const label = (joliet ? ucs2(raw) : raw.toString('latin1')).replace(/[\s\0]+$/, '');
    if (type === 1 || joliet) found.push({ root: image.subarray(at + 156, at + 190), label, joliet });
  }
  return found;
}

/** The NM entries of a directory record's system use area. */
function rockRidgeName(record: Buffer): string | undefined {
  const length = record[32] ?? 0;
  let at = 33 + length + (length % 2 === 0 ? 1 : 0);
  let name: string | undefined;
  while (at + 4 <= record.length) {
    const size = record[at + 2] ?? 0;
    if (size < 4) break;
    if (record.toString('latin1', at, at + 2) === 'NM')
      name = (name ?? '') + record.toString('utf8', at + 5, at + size);
    at += size;
  }
  return name;
}

function nameOf(record: Buffer, joliet: boolean): string {
  const raw = record.subarray(33, 33 + (record[32] ?? 0));
  if (joliet) return ucs2(raw).replace(/;\d+$/, '');
  // Linux shows plain names in lower case, without version and trailing dot (mount option map=normal)
  return rockRidgeName(record) ?? raw.toString('latin1').replace(/;\d+$/, '').replace(/\.$/, '').toLowerCase();
}

function extentOf(image: Buffer, record: Buffer): Buffer {
  const start = record.readUInt32LE(2) * sector;
  return image.subarray(start, start + record.readUInt32LE(10));
}

function walk(names: Names, directory: Buffer, into: Map<string, Uint8Array>, path: string): void {
  const content = extentOf(names.image, directory);
  for (let at = 0; at < content.length; ) {
    const length = content[at] ?? 0;
    if (length === 0) {
      at = (Math.floor(at / sector) + 1) * sector;
      continue;
    }
    const record = content.subarray(at, at + length);
    at += length;
    const self = record[32] === 1 && (record[33] ?? 0) <= 1;
    if (self) continue;
    const name = `${path}/${nameOf(record, names.joliet)}`;
    const isDirectory = ((record[25] ?? 0) & 2) !== 0;
    if (isDirectory && path.split('/').length < 8) walk(names, record, into, name);
    else if (!isDirectory) into.set(name, new Uint8Array(extentOf(names.image, record)));
  }
}

function filesOf(image: Buffer, { root, joliet }: Volume): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  walk({ image, joliet }, root, files, '');
  return files;
}

/** SUSP's first entry, SP, stands in the root directory's own record. */
function hasRockRidge(image: Buffer, { root }: Volume): boolean {
  const content = extentOf(image, root);
  return content.subarray(34, content[0] ?? 0).includes('SP\u0007\u0001', 0, 'latin1');
}

/** undefined when it is no ISO image. */
export function readIso(bytes: Uint8Array): IsoImage | undefined {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [primary, ...others] = volumesOf(image);
  if (!primary) return undefined;
  const joliet = others.find((volume) => volume.joliet);
  try {
    const named = joliet && !hasRockRidge(image, primary) ? joliet : primary;
    return { label: primary.label, files: filesOf(image, named) };
  } catch (error) {
    if (error instanceof RangeError) return { label: primary.label, files: new Map() };
    throw error;
  }
}
