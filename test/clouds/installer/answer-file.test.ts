// SPDX-License-Identifier: GPL-3.0-or-later
import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { assert, constantFrom, oneof, property, record, string } from 'fast-check';
import { parse } from 'smol-toml';
import { answerFile } from '../../../src/clouds/installer/answer-file.ts';
import { sha512Crypt } from '../../../src/clouds/installer/sha512-crypt.ts';
import { parseAnswer } from '../../../src/simulator/proxmox/iso/answer.ts';
import { cryptFits } from '../../../src/simulator/proxmox/shadow.ts';
import { answer } from './answers.ts';

test('The answer is what the installer of Proxmox Backup Server needs, and nothing that it does not know.', () => {
  const text = answerFile(answer, '$6$salt$hash');
  expect(parse(text)).toEqual({
    global: {
      keyboard: 'en-us',
      country: 'us',
      fqdn: 'pbs-main.example.com',
      mailto: 'backup@example.com',
      timezone: 'Asia/Seoul',
      'root-password-hashed': '$6$salt$hash',
      'reboot-on-error': false,
      'reboot-mode': 'power-off',
    },
    network: {
      source: 'from-answer',
      cidr: '192.168.0.20/24',
      gateway: '192.168.0.1',
      dns: '192.168.0.53',
      filter: { ID_NET_NAME_MAC: '*bc24110a0b0c' },
    },
    'disk-setup': { filesystem: 'ext4', filter: { ID_SERIAL: '*drive-scsi0' } },
  });
  expect(parseAnswer(text)).toMatchObject({ rebootMode: 'power-off', rootPassword: 'hash:$6$salt$hash' });
});

test('With DHCP the network gives all, and no card is chosen.', () => {
  const text = answerFile({ ...answer, network: { source: 'DHCP' } }, '$6$salt$hash');
  expect(parse(text)['network']).toEqual({ source: 'from-dhcp' });
  expect(parseAnswer(text).network).toEqual({ source: 'from-dhcp' });
});

test('Whatever stands in a value stays in its place: a parser reads it back, and no key is added.', () => {
  const any = oneof(
    string({ unit: 'binary' }),
    string({ unit: 'grapheme' }),
    constantFrom('"\nroot-password = "x', '"""', "'''", '\\', '\\"', '\u0000\u007f', ']\n[global]\n', '\ud800'),
  );
  const hostile = record({ fqdn: any, mailTo: any, timeZone: any, cidr: any, gateway: any, dns: any, hash: any });
  assert(
    property(hostile, ({ fqdn, mailTo, timeZone, cidr, gateway, dns, hash }) => {
      const network = { source: 'Static', cidr, gateway, dns } as const;
      const parsed = parse(answerFile({ ...answer, fqdn, mailTo, timeZone, network }, hash));
      const known = parse(answerFile(answer, 'x'));
      for (const table of ['global', 'network', 'disk-setup'])
        expect(Object.keys(parsed[table] as object)).toEqual(Object.keys(known[table] as object));
      expect(Object.keys(parsed)).toEqual(Object.keys(known));
      expect(parsed['global']).toMatchObject({
        fqdn: fqdn.toWellFormed(),
        mailto: mailTo.toWellFormed(),
        timezone: timeZone.toWellFormed(),
        'root-password-hashed': hash.toWellFormed(),
      });
      expect(parsed['network']).toMatchObject({
        cidr: cidr.toWellFormed(),
        gateway: gateway.toWellFormed(),
        dns: dns.toWellFormed(),
      });
    }),
    { numRuns: 200 },
  );
});

/** Of the description itself (SHA-crypt.txt, "Test vectors"), those with 5000 rounds; and what `openssl passwd -6` makes. */
test.each([
  [
    'Hello world!',
    'saltstring',
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'correct horse',
    'abcdefgh',
    '$6$abcdefgh$yIZAF3gQPvtKZO/9qOJKffAKKbtS3ef3qmwyugk4uWVjX8YZf/GV3A8SkFxEPY0T56CcilGrHKLffBsp6dLMG.',
  ],
])('%s is hashed as everybody does.', (password, salt, hash) => {
  expect(sha512Crypt(password, salt)).toBe(hash);
});

test('Any password fits its hash, and another does not; a salt that is none is refused.', () => {
  for (const password of ['', 'a', 'ü'.repeat(40), 'x'.repeat(65), 'y'.repeat(130)]) {
    const hash = sha512Crypt(password, 'salt');
    expect(cryptFits(password, hash)).toBe(true);
    expect(cryptFits(`${password}!`, hash)).toBe(false);
  }
  for (const salt of ['', 'x'.repeat(17), 'a$b', 'ü']) expect(() => sha512Crypt('x', salt)).toThrow(RangeError);
});

const program = 'openssl';
const openssl = 'openssl makes the same of random passwords and salts.';
try {
  execFileSync(program, ['version'], { stdio: 'ignore' });
  test(openssl, () => {
    const word = (lengths: { minLength: number; maxLength: number }) =>
      string({ ...lengths, unit: constantFrom('a', 'b', 'X', 'Y', '0', '9', '.', '/') });
    assert(
      property(word({ minLength: 1, maxLength: 100 }), word({ minLength: 1, maxLength: 16 }), (password, salt) => {
        const made = execFileSync(program, ['passwd', '-6', '-salt', salt, '-stdin'], { input: password });
        expect(sha512Crypt(password, salt)).toBe(made.toString().trim());
      }),
      { numRuns: 8 },
    );
  });
} catch {
  test.skip(`${openssl} skipped: openssl is not on this machine`, () => undefined);
}
