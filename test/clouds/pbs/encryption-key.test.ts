// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { newKeyFile, readKeyFile } from '../../../src/clouds/pbs/encryption-key.ts';

const key = Uint8Array.from({ length: 32 }, (_, at) => at);
/** Of that key, reckoned by Python's hashlib from pbs-tools/src/crypt_config.rs. */
const fingerprint = '0e:ab:d4:46:0b:6e:b9:ca:34:50:23:de:e2:b7:78:c7:90:e5:4a:16:83:b9:65:9c:0a:57:ae:19:90:90:15:9b';
const file = newKeyFile(key, Date.UTC(2026, 0, 5, 9));

test('A key file is what the client writes without a passphrase, and tells the fingerprint that the client would.', () => {
  expect(JSON.parse(file)).toEqual({
    kdf: null,
    created: '2026-01-05T09:00:00Z',
    modified: '2026-01-05T09:00:00Z',
    data: Buffer.from(key).toString('base64'),
    fingerprint,
  });
  expect(readKeyFile(file)).toEqual({ is: 'Good', fingerprint, shownAs: fingerprint });
  expect(() => newKeyFile(new Uint8Array(16), 0)).toThrow('32 bytes');
});

test('An older file without a fingerprint is good; Proxmox VE shows a 1 for it.', () => {
  const { fingerprint: _, ...older } = JSON.parse(file) as Record<string, unknown>;
  expect(readKeyFile(JSON.stringify(older))).toEqual({ is: 'Good', fingerprint, shownAs: '1' });
});

const broken = (change: object) => JSON.stringify({ ...(JSON.parse(file) as object), ...change });

test.each([
  ['text', 'autogen', 'no key file'],
  ['a list', '[]', 'no key file'],
  ['a passphrase', broken({ kdf: { Scrypt: {} } }), 'passphrase'],
  ['a short key', broken({ data: 'AAAA' }), '32 bytes'],
  ['no base64', broken({ data: '*' }), 'no key file'],
  ['the fingerprint of another', broken({ fingerprint: fingerprint.replaceAll('0', '1') }), 'another key'],
])('Of %s it is said why it cannot be used, and nothing of what it holds.', (_, text, why) => {
  const read = readKeyFile(text);
  expect(read).toMatchObject({ is: 'Bad', why: expect.stringContaining(why) });
  expect(JSON.stringify(read)).not.toContain(Buffer.from(key).toString('base64'));
});
