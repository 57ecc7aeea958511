// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { siteUserData } from '../../../../src/kinds/gslb-endpoint/haproxy/user-data.ts';
import { renderConfiguration } from '../../../../src/kinds/gslb-endpoint/haproxy/render.ts';
import { cloudConfig } from './cloud-init.ts';
import { everything, fourClouds, modelOf } from './models.ts';

const limit = 16_384;

function many(count: number) {
  const address = (index: number) => `192.0.${index % 250}.${(index * 7) % 250}`;
  return Array.from({ length: count }, (_, index) => ({
    name: `server-${index}-${'x'.repeat(40)}`,
    address: address(index),
    tls: { name: `very-long-name-of-a-server-${(index * 7919) % 1000}.some-domain.example.com` },
  }));
}

function unpacked(userData: string): { readonly text: string; readonly size: number } {
  const bytes = Buffer.from(userData, 'base64');
  const text = bytes[0] === 0x1f ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
  return { text, size: bytes.length };
}

test("The user data of runbook 2's HAProxy is a cloud-config that installs the package and this configuration.", () => {
  const { text, size } = unpacked(siteUserData(modelOf({ servers: fourClouds })));
  expect(size).toBeLessThan(limit);
  expect(text).toMatch(/^#cloud-config\n/);
  const { packages, write_files: files, runcmd } = cloudConfig.parse(parse(text));
  expect(packages).toEqual(['haproxy']);
  expect(files?.find(({ path }) => path === '/etc/haproxy/haproxy.cfg')?.content).toBe(
    renderConfiguration(modelOf({ servers: fourClouds })),
  );
  expect(runcmd?.at(-1)).toEqual(['systemctl', 'restart', 'haproxy']);
});

test('What is too long is compressed, the same bytes each time.', () => {
  const long = siteUserData(modelOf({ servers: many(60) }));
  expect(Buffer.from(long, 'base64').subarray(0, 10).toString('hex')).toMatch(/^1f8b0800000000000[0-9]ff$/);
  expect(unpacked(long).text.length).toBeGreaterThan(limit);
  expect(unpacked(long).size).toBeLessThanOrEqual(limit);
  expect(siteUserData(modelOf({ servers: many(60) }))).toBe(long);
  expect(cloudConfig.safeParse(parse(unpacked(long).text)).success).toBe(true);
});

/** Names that nothing makes shorter. */
function noisy(count: number) {
  let seed = 1;
  const letter = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(seed % 36);
  };
  const label = () => `a${Array.from({ length: 60 }, letter).join('')}a`;
  return Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    address: `${label()}.${label()}.${label()}.${label()}`,
  }));
}

test('What stays too long for EC2 is refused, with what to do.', () => {
  expect(() => siteUserData(modelOf({ servers: noisy(100) }))).toThrow('take out some of haproxy.servers');
});

test('A site gets no password, no keepalived and no certificate: TLS ends at its load balancer.', () => {
  const { text } = unpacked(siteUserData(modelOf(everything)));
  expect(text).not.toMatch(/ssl crt|http_auth|keepalived|frontend alive/);
  expect(text).toContain('frontend stats');
  expect(text).toContain('bind *:80\\n');
  expect(text).not.toContain('redirect scheme');
});

test('A site that nobody could reach without TLS is refused.', () => {
  const listen = [{ port: 443, tls: { certificatePaths: ['/etc/haproxy/certs/gslb.pem'] } }];
  expect(() => siteUserData(modelOf({ servers: fourClouds, listen }))).toThrow('add one, e.g. {port: 80}');
});

const folder = 'examples/cloud-init';

describe.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('examples/cloud-init/%s', (file) => {
  const text = readFileSync(`${folder}/${file}`, 'utf8');

  test('is a cloud-config without an unknown key, says how it is given to a machine, and fits into any cloud.', () => {
    expect(text).toMatch(/^#cloud-config\n# A web server in \w+/);
    expect(text).toContain(file);
    // Azure 64 KB, Google Cloud 256 KB, Alibaba Cloud 32 KB, EC2 16 KB
    expect(text.length).toBeLessThan(limit);
    const { packages, write_files: files } = cloudConfig.parse(parse(text));
    expect(packages).toEqual(['nginx']);
    expect(files?.map(({ path }) => path)).toEqual(['/var/www/html/index.html']);
  });

  test('serves a page that names its city.', () => {
    const city = /# A web server in (\w+( \w+)?) \(/.exec(text)?.[1] ?? '?';
    const [page] = cloudConfig.parse(parse(text)).write_files ?? [];
    expect(page?.content).toContain(`<h1>${city}</h1>`);
  });
});
