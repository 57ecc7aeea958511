// SPDX-License-Identifier: GPL-3.0-or-later
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { complaintIn, versionIn } from '../../../src/clouds/haproxy/answers.ts';
import { InstalledHaproxy } from '../../../src/clouds/haproxy/installed-haproxy.ts';
import { selfSigned } from '../../../src/clouds/haproxy/self-signed.ts';

const now = () => Date.parse('2025-11-29T02:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'program-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program in place of HAProxy: what it says is recorded from 2.6.12. */
function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const version = 'HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/';
const refusing = `[ "$1" = -v ] && echo '${version}' && exit 0
echo x >> ${folder}/asked
dirname "$4" > ${folder}/where
echo "[NOTICE]   (22098) : haproxy version is 2.6.12-1+deb12u4" >&2
echo "[WARNING]  (22098) : config : parsing [$4:49] : a 'monitor fail' rule placed after an 'http-request' rule will still be processed before." >&2
echo "[ALERT]    (22098) : config : Some warnings were found and 'zero-warning' is set. Aborting." >&2
exit 1`;

test('Where there is no HAProxy, nothing is checked, and that is said.', async () => {
  const absent = new InstalledHaproxy({ program: join(folder, 'no-such-program'), now });
  expect(await absent.check(() => 'global\n')).toEqual({ verdict: 'NotChecked' });
});

test("A refusal has HAProxy's own line, without the number of its process and the folder of the file.", async () => {
  const haproxy = new InstalledHaproxy({ program: program('refusing', refusing), now });
  const verdict = await haproxy.check(() => 'frontend a\n');
  expect(verdict).toEqual({
    verdict: 'Refused',
    by: '2.6.12-1+deb12u4',
    complaint:
      "parsing [haproxy.cfg:49] : a 'monitor fail' rule placed after an 'http-request' rule will still be processed before",
  });
  const where = readFileSync(join(folder, 'where'), 'utf8').trim();
  expect(where).toMatch(/haproxy-check-/);
  expect(existsSync(where)).toBe(false);
});

test('Equal configurations are checked once.', async () => {
  rmSync(join(folder, 'asked'), { force: true });
  const haproxy = new InstalledHaproxy({ program: program('counting', refusing), now });
  for (const text of ['a', 'a', 'b', 'a']) await haproxy.check(() => text);
  expect(existsSync(join(folder, 'asked'))).toBe(true);
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('x\nx\n');
});

test('One that ends by a signal has said nothing: it is asked again later.', async () => {
  const haproxy = new InstalledHaproxy({ program: program('dying', 'kill -9 $$'), now });
  await expect(haproxy.check(() => 'a')).rejects.toMatchObject({ class: 'Transient', reason: 'HaproxyCheckSilent' });
});

test('The program gets an empty environment: what the operator knows is not passed on.', async () => {
  process.env['CANARY_FOR_HAPROXY'] = 'here';
  const script = `[ "$1" = -v ] && echo '${version}' && exit 0; [ -z "$CANARY_FOR_HAPROXY" ] && [ -r "$4" ]`;
  const haproxy = new InstalledHaproxy({ program: program('empty', script), now });
  expect(await haproxy.check(() => 'a')).toEqual({ verdict: 'Accepted', by: '2.6.12-1+deb12u4' });
  delete process.env['CANARY_FOR_HAPROXY'];
});

test.each([
  ['HA-Proxy version 1.8.19 2019/02/11', '1.8.19'],
  [version, '2.6.12-1+deb12u4'],
  ['', 'unknown'],
])('The version in %j is %s.', (said, expected) => {
  expect(versionIn(said)).toBe(expected);
});

test('One that says nothing is quoted with that.', () => {
  expect(complaintIn('', '/tmp/')).toBe('it says nothing more');
});

test('The certificate of nobody is one, and fits its key.', () => {
  const text = selfSigned(now());
  const certificate = new X509Certificate(text);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(text))).toBe(true);
  expect(certificate.subject).toBe('CN=nobody');
});
