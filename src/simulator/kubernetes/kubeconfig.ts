// SPDX-License-Identifier: GPL-3.0-or-later
/** A kubeconfig with one context for each known user. */
import { stringify } from 'yaml';
import type { User } from './world.ts';

export function kubeconfig(server: string, users: ReadonlyMap<string, User>): string {
  const contexts = [...users].map(([token, { name }]) => ({ token, name }));
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: contexts.map(({ token, name }) => ({
      name,
      cluster: { server: server.startsWith('http:') ? `${server}/as/${token}` : server },
    })),
    users: contexts.map(({ token, name }) => ({ name, user: { token } })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: name, namespace: 'default' } })),
    'current-context': contexts[0]?.name ?? '',
  });
}
