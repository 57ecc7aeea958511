// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A program for a host in a namespace. `echo ADDRESS PORT` gives back what it gets, and says `ready`.
 * `talk ADDRESS PORT` opens one connection, sends each line of its input, and prints each line that comes back.
 * `dial ADDRESS PORT` tries it as the operator does, for 2 s, and prints `accepted`, `refused` or nothing.
 */
import { connect, createServer } from 'node:net';
import { tcpDial } from '../../src/wire/tcp-dial.ts';

const [does, host = '', port = '0'] = process.argv.slice(2);

if (does === 'echo')
  createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket)).listen(Number(port), host, () => {
    process.stdout.write('ready\n');
  });
else if (does === 'dial')
  process.stdout.write(await tcpDial({ host, port: Number(port) }, AbortSignal.timeout(2000)).catch(() => ''));
else {
  const socket = connect(Number(port), host);
  process.stdin.pipe(socket).pipe(process.stdout);
}
