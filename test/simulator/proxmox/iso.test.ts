// SPDX-License-Identifier: GPL-3.0-or-later
import { inflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { readIso } from '../../../src/simulator/proxmox/iso/read.ts';
import { writeIso } from '../../../src/simulator/proxmox/iso/write.ts';
import { parseToml } from '../../../src/simulator/proxmox/iso/toml.ts';

/** `xorriso -as mkisofs -V PROXMOX-AIS -R` (1.5.4) of answer.toml and nested/deeper/another-long-name.txt. */
const rockRidge =
  'eNrt2d9qHFUcAOCZFGJItUjTVii5mIbSK7PsJrYQxIvNZGIGszPLzKSmiLQpWVoxTSSJqCBCQdAH6Ut44xsFH0Fnd7O2sTVRUqEm38funpk5Z86Z' +
  'f/Cb39kgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADCeKnZbIVBdIJuka938vXZdlq+sn7U3y9HimPGrT/9bzAxEdwabrp17Xn1e/2f' +
  'meDycO1yMNEvJoIfLl575+ZUMDbaPzrn1vOiSMt8ttW43fggmmvOtRrNVmO+2Wjdbta39f1oNV2s6xfXimzYZrRluXxh/Xl1xHHqC3yn1Zqba83P' +
  '32ktNJvBSxuaf/HyBg/teSfo8Mb4/TD+AwDnx48n5thl963w19+C7vrN8KDdb9I+CP/M4Y+qlq+Hlw73P1rEyXQ4NWw0NWp9MCoenHQM4ekG/z64' +
  'MWxyY3pYTh9WHM5DvN3Oyk+TolHlnQ9bgxN99rRf9/TZvx8r67wbBhvbe9/0dhv7O0+2doMrw12uvPrcxrOkrJKlU17erHMxDLZ7e/u9TY80AP9A' +
  'UhyEk9VPYVGk3futhYVWu1pJoiKPP4mKdOnjJEqzKinilXZWL3eLvMrjfLW/cDddSsqoXOt286KKlvMi6uZluh4tp6tJVN6rg1onKpNOO6vSuOyu' +
  'Ju0yieI8q9pxFS2lZRx11xZX03IlKQY7l90kTpfTuF2leRaV+VoRJ42o7iF5oWE9ZN3dctpfzOqDSDvt4l50N19d6yRRfThxfRJVPuxwNFaa1Wud' +
  'QbcNtxsABh6ckJ+Gp8xM/+vcfje4Omxy9W/y66Uk6SbF68ivN3u9r3q7HhkAzkT8Pz5+nj7+n/B+ccr4/3MwM2wyc2FYXjg6t3+pneXVSlLcb1Tr' +
  '1WuY3b/en93f2X/c253d2tl+NLu98aTX2P9235MEwP9JOMjP+yFwfBCpw2D4h/T44L1gLDhMnwGAMxX/g/7cfNiP/4MsPRzF/8GcwJj4DwAAAAAA' +
  'AAAAAAAAAAAAAAAAAACn99mjrZ2HG1ufT37Z++7hzsbuZvRRNNPbnv16b2bS1QGAs+nxF8I8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAABvvj8AzuV7lg==';

/** `genisoimage -V PROXMOX-AIS -J` (1.1.11) of the same. */
const joliet =
  'eNrt3WtP21YYAODXVKpQx/ZlUzVNvbjtVtFJpEmY6FC1DxEYSJcLSlKVapoqKlA7rYWp7bTty37Y/tx27IB6A9IPvVD2PMb28TnHDnGO9OYYHxMB' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGRLy/V6I4tOu3d7Iz/c+qC/0e1vzLXawwPL94/3z0urI143/ZRzTE/H1XHW1S+eF58tF5fj' +
  '3HjrXEyXq+n4+5Ozn379eUzt75/zQa0Wvfaw3+62Vos8JfLFhYX69bWVYb7S7hTDu8NR0c2XBkVr1B/ks0vX8sbi4nxe1O72b/dWl1udYj/zxlyz' +
  'Xl/Ib9XWi9Zg2O9dv1UbLq21O6lVrlZ1yuKyzo18aXnwY3uUj4pW972/3Wa9udBoNJuN+fmF7xbr9Xgto/6K12totP93gg7HxtRe/I9OtKMXt2Mj' +
  '8gOn9RhEP5V2q+VctFL94Qvlr8T/b64Xbxz/m+Os5pfPi78ax/+L462Lh8X/Q35X0/uaVqNIraZsCf207KZWUebkezl5LMZCmupxL9ZipWovK6ms' +
  'k+oM426aRynVTblLqXUVae9R2muQtmdTzrW0bqQjLMZ8ShVRS3v0UwvtpddYTnU71StNnt5eJfEf8Z8T5N/9+A8AAACcWFn1N/ay/386zlepXjEc' +
  'Fcun40LamorlolgvBs4TAAAAfNz9/yjvr8/K/n9yPrL9/n9yIab0/wEAAOAk9P8v7l0FmKkG8aXUTmzH03iWllszcSnKuwBiK21tx29pfuKcAQAA' +
  'wMfX/4/y+TpZ2f+P8iko2cv9/+RSTOn/AwAAwMds8jP2J9bIaqnO+GD7NfdqjK8vZDOt3vBOMaiN+t2bjZitnjMQ5ViDA493ejwAwUcDAO8w/h8d' +
  'jd8k/s9WzwqKcrzgwRHdIEIAOGbx/+jYnU3+hpDV48q4xpVT4/Wpl/v/n7V6/dFaMbhXG22MbjacdAD44PF/0v/Ym1gj+37C9f+zsRk78TT+qG4f' +
  'rMWz2I3H8Sil8nH9/OAjz7x4K6KPCgDeYvw/Oga/SfyvVU8JiHKkwCFx3PABADhe8f/o2J1N/oaQdSZc//+26v/vpn78w+obwFzq+++mnAcptZPK' +
  'Hqfc8qrAn2kGAN69nx482r2/+ejnM79u/3V/d/PJVv5Dfnl7Z+73p5fPODsAcDI9/EWYBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAADg+PsPkuKX9w==';

const opened = (text: string) => readIso(inflateSync(Buffer.from(text, 'base64')));
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8');

test.each([
  ['xorriso with Rock Ridge', rockRidge],
  ['genisoimage with Joliet', joliet],
])('What %s wrote is read: its label, its long names, its folders.', (_, image) => {
  const found = opened(image);
  expect(found?.label).toBe('PROXMOX-AIS');
  expect([...(found?.files.keys() ?? [])]).toEqual(['/answer.toml', '/nested/deeper/another-long-name.txt']);
  expect(text(found?.files.get('/answer.toml'))).toBe('[global]\nkeyboard = "en-us"\n');
});

test('What is written here is read here; without Joliet a name has three letters after its dot.', () => {
  const files = { 'answer.toml': 'x'.repeat(5000), '.cd-info': '' };
  const found = readIso(writeIso({ label: 'A LABEL', files }));
  expect([found?.label, text(found?.files.get('/answer.toml')), text(found?.files.get('/.cd-info'))]).toEqual([
    'A LABEL',
    'x'.repeat(5000),
    '',
  ]);
  expect([...(readIso(writeIso({ label: 'a', files, joliet: false }))?.files.keys() ?? [])]).toContain('/answer.tom');
});

test('What is no image is none, and one that breaks off has what it has.', () => {
  expect(readIso(new Uint8Array(0))).toBeUndefined();
  expect(readIso(new Uint8Array(100_000))).toBeUndefined();
  expect(readIso(writeIso({ label: 'a', files: { x: 'y' } }).subarray(0, 18 * 2048))).toMatchObject({ label: 'a' });
});

test('TOML: tables, dotted keys, both kinds of strings, numbers, lists, inline tables.', () => {
  const parsed = parseToml(`a = 'lit\\eral' # comment
b.c = "\\u0041\\t\\""
[x.y]
n = 1_000
list = [
  "p", # why
  'q',
]
inline = { k = true, l.m = -2.5 }
"quoted key" = false`);
  expect(JSON.parse(JSON.stringify(parsed))).toEqual({
    a: 'lit\\eral',
    b: { c: 'A\t"' },
    x: { y: { n: 1000, list: ['p', 'q'], inline: { k: true, l: { m: -2.5 } }, 'quoted key': false } },
  });
});

test.each([
  'a = 1\na = 2',
  '[a]\n[a]',
  'a',
  'a =',
  'a = "open',
  "a = 'two\nlines'",
  '[a',
  'a = 1 b = 2',
  'a = [1',
  'a.b = 1\na = 2',
])('%j is no TOML.', (bad) => {
  expect(() => parseToml(bad)).toThrow(/TOML parse error at line/);
});
