// SPDX-License-Identifier: GPL-3.0-or-later
/** Sections that hold for the whole of HAProxy: global, defaults, resolvers. */
import { isName } from './backend.ts';
import type { HaproxyModel, Where } from './model.ts';
import { line } from './word.ts';

/** https://ssl-config.mozilla.org, intermediate, without DHE, which needs parameters of its own. */
const ciphers = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305']
  .flatMap((cipher) => [`ECDHE-ECDSA-${cipher}`, `ECDHE-RSA-${cipher}`])
  .join(':');
const suites = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

/** A line that needs what only the machine itself has. */
function ofMachine({ at }: Where, text: string): string {
  return at === 'Home' ? line(text) : line('#', text);
}

export function global({ spec }: HaproxyModel, where: Where): readonly string[] {
  const debian = spec.platform === 'Debian';
  const tls = spec.listen.some((one) => one.tls);
  return [
    'global',
    ...(debian
      ? [
          // as the package has it: its socket is what `haproxyctl`, hatop and socat look for
          line('log', where.at === 'Home' ? '/dev/log' : '127.0.0.1', 'local0'),
          ofMachine(where, 'chroot /var/lib/haproxy'),
          ofMachine(where, 'stats socket /run/haproxy/admin.sock mode 660 level admin'),
          ofMachine(where, 'stats timeout 30s'),
          ofMachine(where, 'user haproxy'),
          ofMachine(where, 'group haproxy'),
        ]
      : [line('log stdout format raw local0')]),
    line('maxconn', spec.maxConnections),
    ...(tls
      ? [
          line('ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets'),
          line('ssl-default-bind-ciphers', ciphers),
          line('ssl-default-bind-ciphersuites', suites),
        ]
      : []),
  ];
}

function retries({ mode, retries: most }: HaproxyModel['spec']): readonly string[] {
  if (most === 0) return [line('retries 0')];
  return [
    line('retries', most),
    line('option redispatch 1'),
    // what may not be done twice is kept from it in the backend
    ...(mode === 'HTTP' ? [line('retry-on conn-failure empty-response response-timeout')] : []),
  ];
}

export function defaults({ spec }: HaproxyModel): readonly string[] {
  const { timeouts, mode } = spec;
  const http = mode === 'HTTP';
  return [
    'defaults',
    line('mode', mode.toLowerCase()),
    line('log global'),
    line(http ? 'option httplog' : 'option tcplog'),
    line('option dontlognull'),
    ...retries(spec),
    line('timeout connect', `${timeouts.connectSeconds}s`),
    line('timeout client', `${timeouts.clientSeconds}s`),
    line('timeout server', `${timeouts.serverSeconds}s`),
    line('timeout queue', `${timeouts.queueSeconds}s`),
    line('timeout tunnel', `${timeouts.tunnelSeconds}s`),
    ...(http
      ? [
          line('timeout http-request', `${timeouts.httpRequestSeconds}s`),
          line('timeout http-keep-alive', `${timeouts.keepAliveSeconds}s`),
        ]
      : []),
  ];
}

/** Only where a server is a name. Answers are kept for a while when the name servers fail: a server is not lost with them. */
export function resolvers({ servers }: HaproxyModel, { at }: Where): readonly string[] {
  if (!servers.some(({ address }) => isName(address))) return [];
  return [
    '',
    'resolvers system',
    line(at === 'Home' ? 'parse-resolv-conf' : 'nameserver nobody 127.0.0.1:53'),
    line('resolve_retries 3'),
    line('timeout resolve 1s'),
    line('timeout retry 1s'),
    line('hold valid 10s'),
    ...['nx', 'other', 'refused', 'timeout', 'obsolete'].map((outcome) => line('hold', outcome, '30s')),
  ];
}
