// SPDX-License-Identifier: GPL-3.0-or-later
/** The servers: how they are chosen, checked and spoken to. */
import type { HaproxyModel, HaproxyServer, Where } from './model.ts';
import { line, socket, word } from './word.ts';

/** Not an address: the last label of a name begins with a letter, and so does no address without a colon. */
export function isName(address: string): boolean {
  return /[.][a-z][a-z0-9-]*$/.test(address);
}

function checks({ check, mode }: HaproxyModel['spec']): readonly string[] {
  if (check.type === 'None') return [];
  const { intervalMilliseconds: slow, fastIntervalMilliseconds: fast, rise, fall } = check;
  const http = [
    line('option httpchk'),
    line(
      'http-check send meth',
      check.method,
      'uri',
      word(check.path),
      ...(check.host === undefined ? [] : ['ver HTTP/1.1 hdr Host', word(check.host)]),
    ),
    line('http-check expect status', check.statuses),
  ];
  return [
    ...(check.type === 'HTTP' ? http : []),
    ...(check.type === 'TCP' && mode === 'HTTP' ? [line('option tcp-check')] : []),
    line('timeout check', `${check.timeoutMilliseconds}ms`),
    line(
      'default-server check inter',
      `${slow}ms`,
      'fastinter',
      `${Math.min(slow, fast)}ms`,
      `rise ${rise} fall ${fall}`,
      'on-marked-down shutdown-sessions',
    ),
  ];
}

function cookie({ stickiness }: HaproxyModel['spec']): readonly string[] {
  if (!stickiness) return [];
  const { cookie: name, secure, maxIdleSeconds } = stickiness;
  return [
    line(
      'cookie',
      word(name),
      'insert indirect nocache httponly',
      secure === 'Always' && 'secure',
      maxIdleSeconds !== undefined && `maxidle ${maxIdleSeconds}s`,
    ),
  ];
}

function tlsOf({ tls, address }: HaproxyServer, where: Where): readonly string[] {
  if (!tls) return [];
  const name = word(tls.name ?? address);
  const home = tls.caPath === undefined ? '@system-ca' : word(tls.caPath);
  const authorities = where.at === 'Home' ? home : word(where.certificatePath);
  return [`ssl verify required ca-file ${authorities} sni str(${name}) verifyhost ${name} check-sni ${name}`];
}

function server(one: HaproxyServer, { spec }: HaproxyModel, where: Where): string {
  const { name, address, port, weight, state, maxConnections } = one;
  // a blocking look first: else a reload has no server until the name servers have answered
  const follow = where.at === 'Home' ? 'last,libc,none' : 'none';
  return line(
    'server',
    word(name),
    word(socket(address, port)),
    `weight ${state === 'Drain' ? 0 : weight}`,
    spec.stickiness && `cookie ${word(name)}`,
    state === 'Backup' && 'backup',
    state === 'Maintenance' && 'disabled',
    maxConnections !== undefined && `maxconn ${maxConnections}`,
    isName(address) && `resolvers system init-addr ${follow}`,
    ...tlsOf(one, where),
  );
}

export function backend(model: HaproxyModel, where: Where): readonly string[] {
  const { spec, servers } = model;
  const again = spec.mode === 'HTTP' && spec.retries > 0;
  return [
    '',
    'backend servers',
    line('balance', spec.balance),
    ...checks(spec),
    // a request that may have been carried out is not carried out twice (RFC 9110, 9.2.2)
    ...(again ? [line('http-request disable-l7-retry unless { method GET HEAD OPTIONS }')] : []),
    ...cookie(spec),
    ...servers.map((one) => server(one, model, where)),
  ];
}
