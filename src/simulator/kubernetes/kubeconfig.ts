// SPDX-License-Identifier: GPL-3.0-or-later
/** A kubeconfig with one context for each known user. */
import { stringify } from 'yaml';
import type { User } from './world.ts';

/** Of `system:serviceaccount:NAMESPACE:NAME` the last part: people type it after --context. */
function shortName(user: string): string {
  return /^system:serviceaccount:[^:]+:([^:]+)$/.exec(user)?.[1] ?? user;
}

/** @param authority PEM of who signed an https server's certificate. */
export function kubeconfig(server: string, users: ReadonlyMap<string, User>, authority?: string): string {
  const trust =
    authority === undefined ? {} : { 'certificate-authority-data': Buffer.from(authority).toString('base64') };
  const contexts = [...users].map(([token, { name }]) => ({ token, name: shortName(name) }));
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: contexts.map(({ token, name }) => ({
      name,
      cluster: { server: server.startsWith('http:') ? `${server}/as/${token}` : server, ...trust },
    })),
    users: contexts.map(({ token, name }) => ({ name, user: { token } })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: name, namespace: 'default' } })),
    'current-context': contexts[0]?.name ?? '',
  });
}
