// SPDX-License-Identifier: GPL-3.0-or-later
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Resolver } from 'node:dns/promises';
import { afterEach, expect, test } from '@jest/globals';
import { decode, encode, streamDecode, streamEncode, type DecodedPacket, type Packet } from 'dns-packet';
import * as fc from 'fast-check';
import type { Answer, Question, Resolve } from '../../../src/simulator/dns/question.ts';
import { notImplemented, read, write } from '../../../src/simulator/dns/packet.ts';
import { serveDns, type ServedDns } from '../../../src/simulator/dns/server.ts';

let served: ServedDns | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const found: Answer = {
  code: 'NOERROR',
  authoritative: true,
  answers: [{ name: 'www.example.com', type: 'A', ttl: 60, value: '192.0.2.1' }],
  authorities: [],
  byLocation: false,
};

async function start(resolve: Resolve): Promise<ServedDns> {
  served = await serveDns(resolve);
  return served;
}

async function udp({ port, address }: ServedDns, message: Buffer): Promise<DecodedPacket> {
  const socket = createSocket('udp4');
  socket.send(message, port, address);
  const [bytes] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return decode(bytes);
}

const query = (more: Partial<Packet> = {}): Packet => ({
  type: 'query',
  id: 7,
  flags: 256,
  questions: [{ type: 'A', name: 'www.example.com' }],
  ...more,
});

test('A resolver of Node reads every type that is sent.', async () => {
  const values: Record<string, string> = {
    A: '192.0.2.1',
    AAAA: '2001:db8::1',
    CNAME: 'other.example.net',
    TXT: '"one" "t\\167o"',
    MX: '10 mail.example.net.',
    NS: 'ns.example.net.',
    SRV: '1 2 443 host.example.net',
    CAA: '0 issue "ca.example.net"',
    SOA: 'ns.example.net. admin.example.net. 1 7200 900 1209600 86400',
  };
  const resolve = ({ name, type }: Question): Answer => ({
    ...found,
    answers: [{ name, type, ttl: 5, value: values[type] ?? '' }],
  });
  const { address, port } = await start(resolve);
  const resolver = new Resolver();
  resolver.setServers([`${address}:${port}`]);
  const name = 'www.example.com';
  expect(await resolver.resolve4(name, { ttl: true })).toEqual([{ address: '192.0.2.1', ttl: 5 }]);
  expect(await resolver.resolve6(name)).toEqual(['2001:db8::1']);
  expect(await resolver.resolveCname(name)).toEqual(['other.example.net']);
  expect(await resolver.resolveTxt(name)).toEqual([['one', 'two']]);
  expect(await resolver.resolveMx(name)).toMatchObject([{ priority: 10, exchange: 'mail.example.net' }]);
  expect(await resolver.resolveNs(name)).toEqual(['ns.example.net']);
  expect(await resolver.resolveSrv(name)).toMatchObject([
    { priority: 1, weight: 2, port: 443, name: 'host.example.net' },
  ]);
  expect(await resolver.resolveCaa(name)).toMatchObject([{ critical: 0, issue: 'ca.example.net' }]);
  expect(await resolver.resolveSoa(name)).toMatchObject({ nsname: 'ns.example.net', serial: 1, minttl: 86_400 });
});

test('Over TCP several questions go through one connection, however they are cut.', async () => {
  const { port, address } = await start(() => found);
  const socket = connect(port, address);
  const both = Buffer.concat([streamEncode(query({ id: 1 })), streamEncode(query({ id: 2 }))]);
  socket.write(both.subarray(0, 5));
  await once(socket, 'connect');
  socket.write(both.subarray(5));
  let held = Buffer.alloc(0);
  const ids: number[] = [];
  while (ids.length < 2) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    held = Buffer.concat([held, bytes]);
    while (held.byteLength >= 2 && held.byteLength >= 2 + held.readUInt16BE(0)) {
      ids.push(streamDecode(held)?.id ?? 0);
      held = held.subarray(2 + held.readUInt16BE(0));
    }
  }
  socket.destroy();
  expect(ids).toEqual([1, 2]);
});

test('What does not fit into a datagram is cut, and says so; EDNS makes room.', async () => {
  const answers = Array.from({ length: 60 }, (_, i) => ({
    name: 'www.example.com',
    type: 'A',
    ttl: 60,
    value: `192.0.2.${i}`,
  }));
  const dns = await start(() => ({ ...found, answers }));
  const short = await udp(dns, encode(query()));
  expect(short).toMatchObject({ flag_tc: true, answers: [] });
  const opt = { type: 'OPT' as const, name: '.' as const, udpPayloadSize: 4096, flags: 0, options: [] };
  const long = await udp(dns, encode(query({ additionals: [opt as never] })));
  expect(long.flag_tc).toBe(false);
  expect(long.answers).toHaveLength(60);
});

test('The client subnet of a query is whose location counts, and comes back with what was looked at.', async () => {
  const clients: string[] = [];
  const dns = await start(({ client }) => {
    clients.push(client);
    return { ...found, byLocation: true };
  });
  const subnet = { code: 'CLIENT_SUBNET', family: 1, ip: '198.18.1.0', sourcePrefixLength: 24, scopePrefixLength: 0 };
  const opt = { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [subnet] };
  const reply = await udp(dns, encode(query({ additionals: [opt as never] })));
  await udp(dns, encode(query()));
  expect(clients).toEqual(['198.18.1.0', '127.0.0.1']);
  expect(reply.additionals?.[0]).toMatchObject({
    options: [{ type: 'CLIENT_SUBNET', ip: '198.18.1.0', sourcePrefixLength: 24, scopePrefixLength: 24 }],
  });
});

test('What is no question of the Internet is not implemented; what is no query gets no answer, and harms nobody.', async () => {
  const dns = await start(() => found);
  const chaos = encode(query({ questions: [{ type: 'TXT', name: 'version.bind', class: 'CH' }] }));
  expect(await udp(dns, chaos)).toMatchObject({ rcode: 'NOTIMP', answers: [] });
  const socket = createSocket('udp4');
  socket.send(Buffer.from('nonsense'), dns.port, dns.address);
  socket.send(encode({ ...query(), type: 'response' }), dns.port, dns.address);
  expect(await udp(dns, encode(query()))).toMatchObject({ rcode: 'NOERROR', id: 7, flag_aa: true, flag_rd: true });
  socket.close();
});

test('A question that cannot be answered is told so (SERVFAIL), and the next one is answered.', async () => {
  let broken = true;
  const dns = await start(() => {
    if (broken) throw new TypeError('No.');
    return found;
  });
  expect(await udp(dns, encode(query()))).toMatchObject({ rcode: 'SERVFAIL', id: 7 });
  broken = false;
  expect(await udp(dns, encode(query()))).toMatchObject({ rcode: 'NOERROR' });
});

test('Whatever bytes come, they are a question, or nothing; every question gets one answer that can be read.', () => {
  const whole = encode(query());
  const spoiled = fc.tuple(fc.nat(whole.byteLength - 1), fc.nat(255)).map(([at, byte]) => {
    const bytes = Buffer.from(whole);
    bytes[at] = byte;
    return bytes;
  });
  const any = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(spoiled, any), (bytes) => {
      const request = read(bytes, '127.0.0.1');
      if (request) expect(decode(write(request, notImplemented, 512)).type).toBe('response');
    }),
    { numRuns: 500 },
  );
});
