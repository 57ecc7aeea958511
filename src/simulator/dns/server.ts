// SPDX-License-Identifier: GPL-3.0-or-later
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { failed, notImplemented, read, write, type Asked } from './packet.ts';
import type { Resolve } from './question.ts';

export interface ServedDns {
  readonly address: string;
  /** The same for UDP and TCP. */
  readonly port: number;
  close(): Promise<void>;
}

const address = '127.0.0.1';
/** What fits into the two bytes that say how long a message over TCP is (RFC 1035, 4.2.2). */
const longest = 65_535;

/** A DNS server on loopback. @param port 0, the default, takes any that is free for both. */
export async function serveDns(resolve: Resolve, { port = 0 }: { port?: number } = {}): Promise<ServedDns> {
  const { udp, tcp, bound } = await listen(port);
  udp.on('message', (bytes, { address: from, port: to }) => {
    const request = read(bytes, from);
    if (request) udp.send(reply(resolve, request, request.size), to, from);
  });
  // a client that is gone is nobody's trouble
  udp.on('error', () => undefined);
  const open = new Set<Socket>();
  tcp.on('connection', (socket) => {
    converse(resolve, socket);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return { address, port: bound, close: () => close(udp, tcp, open) };
}

interface Pair {
  readonly udp: Datagrams;
  readonly tcp: Server;
  readonly bound: number;
}

/** One port for both: when UDP's of the number that TCP was given is taken, another number is asked for. */
async function listen(port: number, attempts = 10): Promise<Pair> {
  const tcp = createServer();
  tcp.listen(port, address);
  await once(tcp, 'listening');
  const bound = (tcp.address() as AddressInfo).port;
  const udp = createSocket('udp4');
  try {
    udp.bind(bound, address);
    await once(udp, 'listening');
    return { udp, tcp, bound };
  } catch (error) {
    tcp.close();
    udp.close();
    if (port !== 0 || attempts <= 1) throw error;
    return listen(port, attempts - 1);
  }
}

async function close(udp: Datagrams, tcp: Server, open: ReadonlySet<Socket>): Promise<void> {
  const closed = [once(udp, 'close'), once(tcp, 'close')];
  udp.close();
  tcp.close();
  for (const socket of open) socket.destroy();
  await Promise.all(closed);
}

function reply(resolve: Resolve, request: Asked, limit: number): Buffer {
  try {
    return write(request, request.question ? resolve(request.question) : notImplemented, limit);
  } catch {
    return write(request, failed, limit);
  }
}

/** Messages one after the other, each behind its length. */
function converse(resolve: Resolve, socket: Socket): void {
  let held = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.byteLength >= 2 && held.byteLength >= 2 + held.readUInt16BE(0)) {
      const length = held.readUInt16BE(0);
      const request = read(held.subarray(2, 2 + length), socket.remoteAddress ?? '');
      held = held.subarray(2 + length);
      if (request) socket.write(framed(reply(resolve, request, longest)));
    }
  });
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.byteLength, 0);
  return Buffer.concat([length, message]);
}
