// SPDX-License-Identifier: GPL-3.0-or-later
/** Specs to render: the runbook's, and one with everything. */
import { haproxy, type HaproxySpec } from '../../../../src/api/gslb-endpoint/haproxy.ts';
import type { HaproxyModel } from '../../../../src/kinds/gslb-endpoint/haproxy/model.ts';

/** As the API server has it: every default applied. */
export function specOf(written: object): HaproxySpec {
  return haproxy.parse({ configMapName: 'gslb-haproxy', ...written });
}

export function modelOf(written: object): HaproxyModel {
  const spec = specOf(written);
  return { object: 'web/gslb', spec, servers: spec.servers ?? [] };
}

/** Runbook 2: web servers in four clouds. */
export const fourClouds = [
  { name: 'seoul', address: '3.36.122.217' },
  { name: 'london', address: '20.117.241.211' },
  { name: 'oregon', address: '35.247.86.177' },
  { name: 'hongkong', address: '47.242.248.113' },
];

export const everything = {
  secretRef: { name: 'gslb-haproxy-secret' },
  listen: [
    { port: 80, action: 'RedirectToHTTPS' },
    { port: 443, address: '192.0.2.100', tls: { certificatePaths: ['/etc/haproxy/certs/gslb.pem', '/etc/ssl/more'] } },
    { port: 8080, address: '2001:db8::7' },
  ],
  balance: 'leastconn',
  servers: [
    { name: 'seoul', address: '3.36.122.217', weight: 200, maxConnections: 256 },
    { name: 'london', address: '2001:db8::51', port: 8080, state: 'Drain' },
    { name: 'oregon', address: 'oregon.seojun.shop', port: 443, tls: {} },
    { name: 'hongkong', address: '47.242.248.113', port: 443, tls: { name: 'hk.seojun.shop', caPath: '/etc/ca.pem' } },
    { name: 'office', address: '192.168.0.10', state: 'Backup' },
    { name: 'old', address: '192.168.0.11', state: 'Maintenance' },
  ],
  check: {
    path: '/health?x=$HOME&y=%2F;z=(a)',
    host: 'gslb.seojun.shop',
    statuses: '200-299,304',
    intervalMilliseconds: 300,
  },
  stickiness: { secure: 'Always', maxIdleSeconds: 3600 },
  monitorPath: '/haproxy-alive',
  metrics: { address: '10.26.1.20' },
  stats: { passwordSecretRef: { name: 'stats-password' } },
  keepalived: {
    virtualAddress: '192.0.2.100/24',
    interface: 'eth0',
    virtualRouterID: 51,
    nodes: [
      { name: 'a', address: '192.0.2.11', priority: 110 },
      { name: 'b', address: '192.0.2.12', priority: 100 },
    ],
    passwordSecretRef: { name: 'vrrp-password' },
  },
};
