// SPDX-License-Identifier: GPL-3.0-or-later
/** Where HAProxy listens: for clients, and for who watches it. */
import type { HaproxyModel, Where } from './model.ts';
import { line, socket, word } from './word.ts';

type Listener = HaproxyModel['spec']['listen'][number];

const loopback = '127.0.0.1';
const nobody = '{ nbsrv(servers) lt 1 }';

function bind({ address, port, tls }: Listener, { mode }: HaproxyModel['spec'], where: Where): string {
  const place = word(socket(address ?? '*', port));
  if (!tls) return line('bind', place);
  const paths = where.at === 'Home' ? tls.certificatePaths : tls.certificatePaths.map(() => where.certificatePath);
  return line('bind', place, 'ssl', ...paths.map((path) => `crt ${word(path)}`), mode === 'HTTP' && 'alpn h2,http/1.1');
}

function forClients({ spec }: HaproxyModel, where: Where): readonly string[] {
  const serving = spec.listen.filter(({ action }) => action === 'Serve');
  const http = spec.mode === 'HTTP';
  return [
    '',
    'frontend clients',
    ...serving.map((one) => bind(one, spec, where)),
    ...(spec.monitorPath === undefined
      ? []
      : [line('monitor-uri', word(spec.monitorPath)), line('monitor fail if', nobody)]),
    ...(http ? [line('option forwardfor')] : []),
    // where TLS does not end here, a load balancer before us has said it
    ...(http && serving.some((one) => one.tls)
      ? [
          line('http-request set-header X-Forwarded-Proto https if { ssl_fc }'),
          line('http-request set-header X-Forwarded-Proto http unless { ssl_fc }'),
        ]
      : []),
    line('default_backend servers'),
  ];
}

function redirecting({ spec }: HaproxyModel, where: Where): readonly string[] {
  const plain = spec.listen.filter(({ action }) => action === 'RedirectToHTTPS');
  if (plain.length === 0) return [];
  return [
    '',
    'frontend to-https',
    ...plain.map((one) => bind(one, spec, where)),
    line('http-request redirect scheme https code 301'),
  ];
}

function watching(name: string, place: string, ...lines: readonly string[]): readonly string[] {
  return ['', `frontend ${name}`, line('mode http'), line('bind', place), line('option dontlog-normal'), ...lines];
}

function metrics({ spec }: HaproxyModel): readonly string[] {
  if (!spec.metrics) return [];
  return watching(
    'metrics',
    socket(spec.metrics.address, spec.metrics.port),
    line('http-request use-service prometheus-exporter if { path /metrics }'),
    line('http-request return status 404'),
  );
}

/** The list of users is in a file of its own, in the Secret. */
export const users = 'stats-users';

function stats({ spec }: HaproxyModel): readonly string[] {
  if (!spec.stats) return [];
  const guarded = spec.stats.passwordSecretRef !== undefined;
  return watching(
    'stats',
    socket(loopback, spec.stats.port),
    ...(guarded ? [line('http-request auth realm HAProxy unless', `{ http_auth(${users}) }`)] : []),
    line('stats enable'),
    line('stats uri /'),
    line('stats refresh 10s'),
  );
}

/** What keepalived asks. */
function alive({ spec }: HaproxyModel): readonly string[] {
  if (!spec.keepalived) return [];
  const place = socket(loopback, spec.keepalived.checkPort);
  return watching('alive', place, line('monitor-uri /'), line('monitor fail if', nobody));
}

export function frontends(model: HaproxyModel, where: Where): readonly string[] {
  return [
    ...forClients(model, where),
    ...redirecting(model, where),
    ...metrics(model),
    ...stats(model),
    ...alive(model),
  ];
}
