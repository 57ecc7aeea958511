// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { LineSplitter, LineTooLong } from '../../src/kube/lines.ts';
import { seeded } from './seeded.ts';

const text = '{"a":"é€🦀"}\r\n\n{"b":2}\n   \n{"c":"x"}\nrest without an end';
const lines = ['{"a":"é€🦀"}', '{"b":2}', '{"c":"x"}'];

test('a stream cut at every byte, or in random pieces, gives the same lines', () => {
  const bytes = Buffer.from(text);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const splitter = new LineSplitter();
    expect([...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))]).toEqual(lines);
  }
  const random = seeded(5);
  for (let round = 0; round < 2000; round++) {
    const splitter = new LineSplitter();
    const got: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const next = at + 1 + Math.floor(random() * 12);
      got.push(...splitter.push(bytes.subarray(at, next)));
      at = next;
    }
    expect(got).toEqual(lines);
  }
});

test('bytes that are no UTF-8 do not stop it', () => {
  expect(new LineSplitter().push(Buffer.from([0xff, 0xfe, 0x0a, 0x41, 0x0a]))).toHaveLength(2);
});

test('a line without end is refused', () => {
  const splitter = new LineSplitter(1000);
  splitter.push(Buffer.alloc(900, 0x20));
  expect(() => splitter.push(Buffer.alloc(200, 0x20))).toThrow(LineTooLong);
});
