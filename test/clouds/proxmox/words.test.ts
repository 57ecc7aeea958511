// SPDX-License-Identifier: GPL-3.0-or-later
/** What both products have in common, read as they write it. */
import { expect, test } from '@jest/globals';
import { assert, dictionary, option, property, string, stringMatching } from 'fast-check';
import { count, flag, text } from '../../../src/clouds/proxmox/loose.ts';
import { parsePropertyString, propertyString } from '../../../src/clouds/proxmox/property-string.ts';
import { taskEnd } from '../../../src/clouds/proxmox/task-end.ts';
import { parseUpid } from '../../../src/clouds/proxmox/upid.ts';

test('A task of Proxmox VE is read from its name, with a token and without.', () => {
  expect(parseUpid('UPID:node1:0003A1B2:1C2D3E4F5:66E0C0A1:qmcreate:104:root@pam!hybrid:')).toEqual({
    text: 'UPID:node1:0003A1B2:1C2D3E4F5:66E0C0A1:qmcreate:104:root@pam!hybrid:',
    node: 'node1',
    startedAt: 0x66e0c0a1,
    type: 'qmcreate',
    id: '104',
    user: 'root@pam!hybrid',
  });
  expect(parseUpid('UPID:pve-2.lan:0003A1B2:1C2D3E4F:66E0C0A1:imgcopy::root@pam:')).toMatchObject({
    node: 'pve-2.lan',
    id: '',
  });
});

test('A task of Proxmox Backup Server has its number in the name, too.', () => {
  const name = String.raw`UPID:pbs:000002A4:00000D5B:00000012:66E0C0A1:garbage_collection:vm\x2dbackup\x2ds3:hybrid@pbs!op:`;
  expect(parseUpid(name)).toMatchObject({
    node: 'pbs',
    startedAt: 0x66e0c0a1,
    type: 'garbage_collection',
    user: 'hybrid@pbs!op',
  });
});

test.each(['', 'UPID:', 'UPID:n:x:y:z:t:i:u:', 'UPID:node1:0003A1B2:1C2D3E4F:66E0C0A1:imgcopy::root@pam', 'OK'])(
  '"%s" names no task.',
  (name) => {
    expect(parseUpid(name)).toBeUndefined();
  },
);

test('Warnings are success; what is stopped without a word, or after a reboot, is not.', () => {
  expect(taskEnd({ status: 'running' })).toEqual({ is: 'Running' });
  expect(taskEnd({ status: 'stopped', exitstatus: 'OK' })).toEqual({ is: 'Done', warnings: 0 });
  expect(taskEnd({ status: 'stopped', exitstatus: 'WARNINGS: 12' })).toEqual({ is: 'Done', warnings: 12 });
  expect(taskEnd({ status: 'stopped', exitstatus: 'unexpected status' })).toMatchObject({
    is: 'Failed',
    message: 'unexpected status',
  });
  expect(taskEnd({ status: 'stopped' })).toMatchObject({ is: 'Failed' });
  expect(taskEnd({ status: 'stopped', exitstatus: 'a\nb OK' })).toEqual({ is: 'Failed', message: 'a b OK' });
});

test.each([
  [1, true],
  ['1', true],
  [true, true],
  ['on', true],
  [0, false],
  ['0', false],
  [false, false],
  ['', false],
])('The flag %j is %s.', (given, read) => expect(flag.parse(given)).toBe(read));

test('What is no flag and no number is refused; a number may be text.', () => {
  for (const given of [2, 'maybe', null, {}]) expect(flag.safeParse(given).success).toBe(false);
  expect([count.parse('4096'), count.parse(1_000_000), text.parse(7)]).toEqual([4096, 1_000_000, '7']);
  for (const given of ['4e3', '-1', -1, 1.5, 'G']) expect(count.safeParse(given).success).toBe(false);
});

const name = stringMatching(/^[a-z][a-z\d-]{0,8}$/);
const value = string({ maxLength: 20 }).filter((one) => !/[,\p{Cc}]/u.test(one));

test('A property string reads back as it was written.', () => {
  assert(
    property(
      dictionary(name, value),
      option(value.filter((one) => one !== '' && !one.includes('='))),
      (options, first) => {
        const written = propertyString({ options, ...(first === null ? {} : { first }) });
        expect(parsePropertyString(written)).toEqual({ options: { ...options }, ...(first === null ? {} : { first }) });
      },
    ),
  );
});

test('Nothing that a value holds becomes an option of its own.', () => {
  for (const given of ['a,b=1', 'a\nb', 'a\u0000'])
    expect(() => propertyString({ options: { name: given } })).toThrow(RangeError);
  expect(() => propertyString({ first: 'media=disk', options: {} })).toThrow(RangeError);
});
