// SPDX-License-Identifier: GPL-3.0-or-later
import { connect, isIP } from 'node:net';
import type { Destination, Reached } from './call.ts';

/** The real network. A reset answers for its port as well as a handshake does (RFC 9293, 3.5.2). */
export function tcpDial({ host, port }: Destination, signal: AbortSignal): Promise<Reached> {
  if (isIP(host) === 0) return Promise.reject(new TypeError(`${host} is no address`));
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const settle = (outcome: () => void): void => {
      signal.removeEventListener('abort', abandon);
      socket.destroy();
      outcome();
    };
    const abandon = (): void => settle(() => reject(signal.reason as Error));
    socket.once('connect', () => settle(() => resolve('accepted')));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(() => (error.code === 'ECONNREFUSED' ? resolve('refused') : reject(error))),
    );
    signal.addEventListener('abort', abandon, { once: true });
    if (signal.aborted) abandon();
  });
}
