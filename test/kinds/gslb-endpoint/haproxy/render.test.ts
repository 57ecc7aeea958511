// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { assert, property, stringMatching } from 'fast-check';
import { haproxyDesired } from '../../../../src/kinds/gslb-endpoint/haproxy/desired.ts';
import { renderConfiguration, renderHaproxy } from '../../../../src/kinds/gslb-endpoint/haproxy/render.ts';
import { secretFiles, wellFormed } from '../../../../src/kinds/gslb-endpoint/haproxy/secret-files.ts';
import { serversFor } from '../../../../src/kinds/gslb-endpoint/haproxy/servers.ts';
import { anySpec } from './arbitraries.ts';
import { everything, fourClouds, modelOf, specOf } from './models.ts';
import { linesOf } from './reading.ts';

const golden = join(import.meta.dirname, 'golden');
const samples = { 'four-clouds': { servers: fourClouds }, everything };

describe.each(Object.entries(samples))('Byte for byte, the files of %s', (name, written) => {
  const { files } = renderHaproxy(modelOf(written));
  const secret = name === 'everything' ? secretFiles({ stats: "it's 100% #1 $HOME", vrrp: 'Vrrp1234' }) : [];
  const all = [...files, ...secret.map((file) => ({ ...file, name: `secret-${file.name}` }))];
  const folder = join(golden, name);
  if (process.env.GOLDEN === 'write') {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const file of all) writeFileSync(join(folder, file.name), file.content);
  }

  test('are these and no others', () => {
    expect(all.map((file) => file.name).toSorted()).toEqual(readdirSync(folder).toSorted());
  });

  test.each(all)('$name', (file) => {
    expect(file.content).toBe(readFileSync(join(folder, file.name), 'utf8'));
  });
});

test('Equal specs have equal files and digests, whatever the order in which their fields were written.', () => {
  const one = renderHaproxy(modelOf({ servers: fourClouds, balance: 'source', retries: 2 }));
  const other = renderHaproxy(modelOf({ retries: 2, balance: 'source', servers: fourClouds }));
  expect(other).toEqual(one);
  expect(renderHaproxy(modelOf({ servers: fourClouds, balance: 'first', retries: 2 })).digest).not.toBe(one.digest);
});

test('What is checked has the same lines as what is published: HAProxy says of the one what is true of the other.', () => {
  assert(
    property(anySpec, (written) => {
      const model = modelOf(written);
      const home = renderConfiguration(model).split('\n');
      const check = renderConfiguration(model, { at: 'Check', certificatePath: '/tmp/x.pem' }).split('\n');
      expect(check.length).toBe(home.length);
      const keyword = (line: string) =>
        line
          .replace(/^ {4}# /, '    ')
          .split(' ')
          .slice(0, 6)
          .join(' ');
      for (const [index, line] of home.entries())
        if (!/^ {4}(log|parse-resolv-conf)/.test(line))
          expect(keyword(check[index] ?? '').slice(0, 12)).toBe(keyword(line).slice(0, 12));
    }),
    { numRuns: 50 },
  );
});

test('No spec breaks out of its line: sections and keywords are ours, and as many servers and ports as were written.', () => {
  const sections =
    /^(global|defaults|resolvers system|frontend (clients|to-https|metrics|stats|alive)|backend servers)$/;
  const keywords = new Set(
    'log chroot stats user group maxconn ssl-default-bind-options ssl-default-bind-ciphers ssl-default-bind-ciphersuites mode option retries retry-on timeout parse-resolv-conf resolve_retries hold bind http-request monitor-uri monitor default_backend balance http-check default-server cookie server'.split(
      ' ',
    ),
  );
  assert(
    property(anySpec, (written) => {
      const model = modelOf(written);
      const lines = linesOf(renderConfiguration(model));
      for (const { indented, words } of lines)
        expect(indented ? keywords.has(words[0] ?? '') : sections.test(words.join(' '))).toBe(true);
      const named = (name: string) => lines.filter(({ words: [first] }) => first === name);
      expect(named('server').map(({ words }) => words[1])).toEqual(model.servers.map(({ name }) => name));
      const { metrics, stats, keepalived, listen } = model.spec;
      const more = [metrics, stats, keepalived].filter(Boolean).length;
      expect(named('bind')).toHaveLength(listen.length + more);
      for (const { words } of named('server')) expect(words.join(' ')).not.toMatch(/\$|"/);
    }),
    { numRuns: 100 },
  );
});

test('Statistics and what keepalived asks are on the loopback, whatever is written.', () => {
  assert(
    property(anySpec, (written) => {
      const lines = linesOf(renderConfiguration(modelOf(written)));
      for (const name of ['stats', 'alive']) {
        const from = lines.findIndex(({ words }) => words[0] === 'frontend' && words[1] === name);
        if (from < 0) continue;
        const behind = lines.slice(from + 1);
        const end = behind.findIndex(({ indented }) => !indented);
        const binds = behind.slice(0, end).filter(({ words }) => words[0] === 'bind');
        expect(binds.map(({ words }) => words[1]?.split(':')[0])).toEqual(['127.0.0.1']);
      }
    }),
    { numRuns: 100 },
  );
});

describe('Servers that are not written are the endpoints:', () => {
  const at = (addresses: readonly string[]) => ({ type: 'Addresses', addresses });

  test('each address of each endpoint, with its weight; drained ones drain, the secondary is a backup', () => {
    const servers = serversFor(specOf({ endpointPort: 8080 }), [
      { name: 'seoul', state: 'Active', role: 'Primary', weight: 7, target: at(['3.36.122.217', '2001:db8::7']) },
      {
        name: 'tokyo',
        state: 'Active',
        role: 'Secondary',
        target: { type: 'Hostname', hostname: 'Tokyo.Seojun.Shop.' },
      },
      { name: 'oregon', state: 'Drained', target: at(['35.247.86.177']) },
      { name: 'hongkong', state: 'Active', target: { type: 'LoadBalancer' } },
    ]);
    expect(servers.map(({ name, address, port, weight, state }) => [name, address, port, weight, state])).toEqual([
      ['seoul.1', '3.36.122.217', 8080, 7, 'Active'],
      ['seoul.2', '2001:db8::7', 8080, 7, 'Active'],
      ['tokyo', 'tokyo.seojun.shop', 8080, 100, 'Backup'],
      ['oregon', '35.247.86.177', 8080, 100, 'Drain'],
    ]);
  });

  test('all of weight 0 are alike, as to Route 53', () => {
    const both = ['a', 'b'].map((name) => ({ name, state: 'Active' as const, weight: 0, target: at(['192.0.2.1']) }));
    expect(serversFor(specOf({}), both).map(({ weight }) => weight)).toEqual([100, 100]);
  });

  test('where only those of weight 0 are left that do not drain, they are alike, too', () => {
    const both = [
      { name: 'a', state: 'Drained' as const, weight: 10, target: at(['192.0.2.1']) },
      { name: 'b', state: 'Active' as const, weight: 0, target: at(['192.0.2.2']) },
    ];
    expect(serversFor(specOf({}), both).map(({ state, weight }) => [state, weight])).toEqual([
      ['Drain', 100],
      ['Active', 100],
    ]);
  });

  test('a failover by hand is one here, too: who is preferred serves, the other is the backup', () => {
    const both = (['Primary', 'Secondary'] as const).map((role) => ({
      name: role.toLowerCase(),
      state: 'Active' as const,
      role,
      target: at(['192.0.2.1']),
    }));
    const of = (failover: { failover?: { prefer: 'Primary' | 'Secondary' } }) => {
      const spec = { haproxy: specOf({}), endpoints: both, ...failover };
      const { model } = haproxyDesired({ name: 'gslb', namespace: 'default', spec }) ?? {};
      return model?.servers.map(({ name, state }) => `${name} ${state}`);
    };
    expect(of({})).toEqual(['primary Active', 'secondary Backup']);
    expect(of({ failover: { prefer: 'Secondary' } })).toEqual(['primary Backup', 'secondary Active']);
  });

  test('those that are written stand for themselves', () => {
    const servers = serversFor(specOf({ servers: fourClouds }), [
      { name: 'x', state: 'Active', target: at(['192.0.2.1']) },
    ]);
    expect(servers.map(({ name }) => name)).toEqual(['seoul', 'london', 'oregon', 'hongkong']);
  });
});

test('Passwords are words of their own, whatever is in them; those that keepalived cuts are not taken.', () => {
  assert(
    property(stringMatching(wellFormed.stats), (password) => {
      const [file] = secretFiles({ stats: password });
      expect(linesOf(file?.content ?? '').at(-1)?.words).toEqual(['user', 'admin', 'insecure-password', password]);
    }),
  );
  expect(['Vrrp1234', 'x'].every((text) => wellFormed.vrrp.test(text))).toBe(true);
  expect(['', 'Vrrp12345', 'a b', 'a}', 'a\n'].some((text) => wellFormed.vrrp.test(text))).toBe(false);
});
