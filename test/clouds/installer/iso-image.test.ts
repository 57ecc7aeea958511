// SPDX-License-Identifier: GPL-3.0-or-later
/** The image that we write, read back by programs of others; each is skipped where it is not installed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'smol-toml';
import { answerFile, answerLabel, answerName } from '../../../src/clouds/installer/answer-file.ts';
import { isoImage } from '../../../src/clouds/installer/iso-image.ts';
import { readIso } from '../../../src/simulator/proxmox/iso/read.ts';
import { answer } from './answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'answer-iso-'));
const file = join(folder, 'answer.iso');
const text = answerFile(answer, '$6$salt$hash');
const image = isoImage({ label: answerLabel, files: { [answerName]: text } });
writeFileSync(file, image);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, ...options: readonly string[]): string {
  return execFileSync(program, options, { encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'pipe'] });
}

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const keys = ['global', 'network', 'disk-setup'];

const isoinfo = 'isoinfo (Debian package genisoimage) finds label, Joliet and the file, and its TOML is read.';
if (has('isoinfo'))
  test(isoinfo, () => {
    const told = run('isoinfo', '-d', '-i', file);
    expect(told).toContain(`Volume id: ${answerLabel}`);
    expect(told).toContain('Joliet with UCS level 3 found');
    const read = run('isoinfo', '-J', '-x', `/${answerName}`, '-i', file);
    expect(read).toBe(text);
    expect(Object.keys(parse(read))).toEqual(keys);
    // without Joliet, too: in capitals, which Linux shows in small letters
    expect(run('isoinfo', '-x', '/ANSWER.TOML;1', '-i', file)).toBe(text);
  });
else test.skip(`${isoinfo} skipped: isoinfo is not on this machine`, () => undefined);

const xorriso = 'xorriso finds every block readable, the label and the file.';
if (has('xorriso'))
  test(xorriso, () => {
    const out = join(folder, 'read.toml');
    run('xorriso', '-osirrox', 'on', '-indev', file, '-check_media', '--', '-extract', `/${answerName}`, out);
    expect(run('cat', out)).toBe(text);
    expect(run('xorriso', '-indev', file, '-pvd_info')).toContain(answerLabel);
  });
else test.skip(`${xorriso} skipped: xorriso is not on this machine`, () => undefined);

const blkid = 'blkid, by which udev makes /dev/disk/by-label, tells the label.';
if (has('blkid'))
  test(blkid, () => {
    expect(run('blkid', '-p', '-s', 'LABEL', '-o', 'value', file).trim()).toBe(answerLabel);
    expect(run('blkid', '-p', '-s', 'TYPE', '-o', 'value', file).trim()).toBe('iso9660');
  });
else test.skip(`${blkid} skipped: blkid is not on this machine`, () => undefined);

test('The simulated installer finds it, too, and the same answer gives the same bytes.', () => {
  expect(readIso(image)).toMatchObject({ label: answerLabel });
  expect(Buffer.from(readIso(image)?.files.get(`/${answerName}`) ?? []).toString()).toBe(text);
  expect(Buffer.from(isoImage({ label: answerLabel, files: { [answerName]: text } })).equals(image)).toBe(true);
  expect(image.length % 2048).toBe(0);
});

test('Files longer than a sector, empty ones and several are kept apart.', () => {
  const files = { 'a.txt': 'x'.repeat(5000), 'empty.txt': '', 'b.txt': 'y'.repeat(2048), c: 'ü' };
  const found = readIso(isoImage({ label: 'A', files }))?.files ?? new Map<string, Uint8Array>();
  for (const [name, content] of Object.entries(files))
    expect(Buffer.from(found.get(`/${name}`) ?? []).toString()).toBe(content);
});

test.each([
  ['a label in small letters', { label: 'answers', files: {} }],
  ['a label that is too long for Joliet', { label: 'A'.repeat(17), files: {} }],
  ['a folder', { label: 'A', files: { 'a/b': '' } }],
  ['a name that is too long', { label: 'A', files: { [`${'a'.repeat(27)}.toml`]: '' } }],
  ['two dots', { label: 'A', files: { 'a.b.c': '' } }],
  [
    'too many files',
    { label: 'A', files: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`file-${n}`, ''])) },
  ],
])('What would not be read back as it was given is refused: %s.', (_, content) => {
  expect(() => isoImage(content)).toThrow(RangeError);
});
