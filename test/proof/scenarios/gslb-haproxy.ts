// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoints with an HAProxy configuration: in a ConfigMap, with passwords in a Secret, and keepalived beside it. */
import { configMaps, secrets, type Resource } from '../../../src/kube/resource.ts';
import type { Scenario, UserAction } from '../script.ts';
import { changes, creates, others, place, remove } from './gslb-acts.ts';

const published = 'gslb-haproxy';
const sealed = 'gslb-haproxy-passwords';
const passwordSecrets = { stats: 'stats-password', vrrp: 'vrrp-password' } as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const at = (name: string) => ({ namespace: place.namespace, name });

const haproxy = {
  configMapName: published,
  secretRef: { name: sealed },
  servers: [
    { name: 'seoul', address: '3.36.122.217' },
    { name: 'london', address: '20.117.241.211', port: 8080 },
  ],
  stats: { passwordSecretRef: { name: passwordSecrets.stats } },
  keepalived: {
    virtualAddress: '192.0.2.100/24',
    interface: 'eth0',
    virtualRouterID: 51,
    nodes: [
      { name: 'a', address: '192.0.2.11', priority: 110 },
      { name: 'b', address: '192.0.2.12', priority: 100 },
    ],
    passwordSecretRef: { name: passwordSecrets.vrrp },
  },
};

const passwords: UserAction = {
  user: 'has two passwords',
  async does({ kube }) {
    await kube.create(secrets, at(passwordSecrets.stats), {
      metadata: at(passwordSecrets.stats),
      data: { password: base64('first_password_of_the_page') },
    });
    await kube.create(secrets, at(passwordSecrets.vrrp), {
      metadata: at(passwordSecrets.vrrp),
      data: { password: base64('vrrpOne1') },
    });
  },
};

const newPassword: UserAction = {
  // no new generation: what is due then is another preview's
  user: 'waits, and changes the password of the page',
  async does({ kube }) {
    const body = { data: { password: base64('second_password_of_the_page') } };
    await kube.patch(secrets, at(passwordSecrets.stats), { type: 'merge', body });
  },
};

const drift: UserAction = {
  user: 'edits the configuration, and deletes the Secret',
  unseen: true,
  async does({ kube }) {
    await kube.patch(configMaps, at(published), { type: 'merge', body: { data: { 'haproxy.cfg': 'global\n' } } });
    await kube.remove(secrets, at(sealed));
  },
};

const theirs = (resource: Resource, name: string): UserAction => ({
  user: `has ${resource.kind} ${name} of their own`,
  does: async ({ kube }) =>
    void (await kube.create(resource, at(name), { metadata: at(name), data: { theirs: base64('theirs') } })),
});

const create = creates({ haproxy });
const begun = [others, passwords] as const;
const running = [...begun, create, 'rest'] as const;

export const haproxyScenarios: readonly Scenario[] = [
  { name: 'gslb-haproxy', before: begun, script: [create, 'rest'], ends: 'Ready' },
  {
    name: 'gslb-haproxy-change',
    before: running,
    script: [changes('weighs a server', { haproxy: { retries: 1 } }), 'rest', newPassword, 'rest'],
    ends: 'Ready',
  },
  { name: 'gslb-haproxy-drift', before: running, script: [drift, 'rest'], ends: 'Ready' },
  {
    name: 'gslb-haproxy-out',
    before: running,
    script: [changes('wants no HAProxy any more', { haproxy: null }), 'rest'],
    ends: 'Ready',
  },
  {
    name: 'gslb-haproxy-foreign',
    before: [...begun, theirs(configMaps, published)],
    script: [create, 'rest', remove, 'rest'],
    ends: 'gone',
  },
  { name: 'gslb-haproxy-delete', before: running, script: [remove, 'rest'], ends: 'gone' },
];
