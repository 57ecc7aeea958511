// SPDX-License-Identifier: GPL-3.0-or-later
/** What dig reads of every policy, over UDP and TCP, from near and far. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { cname, txt } from '../simulator/aws/route53/sets.ts';
import { a } from '../simulator/aws/route53/world.ts';
import { digTest, reason, values } from './dig.ts';
import { newWorld } from './world.ts';

let it: Awaited<ReturnType<typeof newWorld>>;
let folder: string;
beforeAll(async () => {
  if (reason !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'dig-'));
  it = await newWorld();
  const many = Array.from({ length: 10 }, (_, i) => `192.0.2.${i + 1}`);
  const near = (Region: 'ap-northeast-2' | 'us-east-1', value: string) =>
    a('l.example.com', value, { SetIdentifier: Region, Region });
  const geo = (CountryCode: string, value: string) =>
    a('g.example.com', value, { SetIdentifier: CountryCode, GeoLocation: { CountryCode } });
  await it.fill(
    a('www.example.com', '192.0.2.1'),
    a('*.example.com', '192.0.2.9'),
    cname('c.example.com', 'www.example.com'),
    txt('t.example.com', '"one" "two"'),
    a(
      'big.example.com',
      Array.from({ length: 100 }, (_, i) => `192.0.2.${i + 1}`),
    ),
    a('w.example.com', '192.0.2.1', { SetIdentifier: '1', Weight: 1 }),
    a('w.example.com', '192.0.2.2', { SetIdentifier: '2', Weight: 3 }),
    near('ap-northeast-2', '192.0.2.3'),
    near('us-east-1', '192.0.2.4'),
    geo('KR', '192.0.2.5'),
    geo('*', '192.0.2.6'),
    ...many.map((value) => a('m.example.com', value, { SetIdentifier: value, MultiValueAnswer: true })),
  );
}, 30_000);
afterAll(async () => {
  if (reason !== undefined) return;
  await it.dns.close();
  await rm(folder, { recursive: true });
});

digTest(
  'Names and types: an address, a CNAME with its target, text, a wildcard, name servers; NXDOMAIN and NODATA with the SOA.',
  async () => {
    const { dig } = it;
    expect(await values(dig, 'WWW.Example.com', 'A')).toEqual(['192.0.2.1']);
    expect(await values(dig, 'c.example.com', 'A')).toEqual(['192.0.2.1', 'www.example.com.']);
    expect(await values(dig, 't.example.com', 'TXT')).toEqual(['"one" "two"']);
    expect(await values(dig, 'any.thing.example.com', 'A')).toEqual(['192.0.2.9']);
    expect(await values(dig, 'example.com', 'NS')).toHaveLength(4);
    const nodata = await dig('www.example.com', 'AAAA');
    expect(nodata).toMatch(/status: NOERROR[\s\S]*flags: qr aa rd;[\s\S]*ANSWER: 0, AUTHORITY: 1[\s\S]*900\s+IN\s+SOA/);
    expect(await dig('x.www.example.com', 'A')).toMatch(/status: NXDOMAIN[\s\S]*IN\s+SOA/);
    expect(await dig('example.org', 'A')).toContain('status: REFUSED');
  },
  30_000,
);

digTest(
  'An answer that does not fit comes over TCP.',
  async () => {
    const { dig } = it;
    expect(await dig('+noedns', '+ignore', 'big.example.com', 'A')).toMatch(/flags: [a-z ]*tc/);
    expect(await values(dig, '+noedns', 'big.example.com', 'A')).toHaveLength(100);
    expect(await values(dig, '+tcp', 'www.example.com', 'A')).toEqual(['192.0.2.1']);
  },
  30_000,
);

digTest(
  'Latency and geolocation go by the client subnet, and say so; other answers hold for everybody.',
  async () => {
    const { dig } = it;
    const [seoul, virginia] = ['+subnet=198.18.1.0/24', '+subnet=198.18.7.0/24'];
    expect(await values(dig, seoul, 'l.example.com', 'A')).toEqual(['192.0.2.3']);
    expect(await values(dig, virginia, 'l.example.com', 'A')).toEqual(['192.0.2.4']);
    expect(await values(dig, seoul, 'g.example.com', 'A')).toEqual(['192.0.2.5']);
    expect(await values(dig, 'g.example.com', 'A')).toEqual(['192.0.2.6']);
    expect(await dig(seoul, 'g.example.com', 'A')).toContain('CLIENT-SUBNET: 198.18.1.0/24/24');
    expect(await dig(seoul, 'www.example.com', 'A')).toContain('CLIENT-SUBNET: 198.18.1.0/24/0');
  },
  30_000,
);

digTest(
  'Multivalue gives eight; weights of one and three give a quarter and the rest, by four hundred queries.',
  async () => {
    const { dig } = it;
    expect(await values(dig, 'm.example.com', 'A')).toHaveLength(8);
    const list = join(folder, 'queries');
    const queries = 400;
    await writeFile(list, 'w.example.com A\n'.repeat(queries));
    const said = await values(dig, '-f', list);
    const light = said.filter((value) => value === '192.0.2.1').length;
    expect(said).toHaveLength(queries);
    // chi-square with one degree of freedom: chance goes beyond this once in ten thousand runs, and the server's seed is fixed
    const [quarter, rest] = [queries / 4, (queries * 3) / 4];
    expect((light - quarter) ** 2 / quarter + (queries - light - rest) ** 2 / rest).toBeLessThan(15.14);
  },
  30_000,
);
