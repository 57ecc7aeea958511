// SPDX-License-Identifier: GPL-3.0-or-later
/** What stands at the sites of the examples, by the names that these have: a firewall at home, and a cloud of the office's. */
import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../simulator/kernel/snapshot.ts';
import type { SimService } from '../../simulator/kernel/service.ts';
import { createOpenStack, type OpenStackRouter, type OpenStackWorld } from '../../simulator/openstack/index.ts';
import { createOpnsense, type OpnsenseWorld } from '../../simulator/opnsense/index.ts';

/** As examples/03 and 04 name them; home.arpa is for homes (RFC 8375). */
export const siteHosts = { opnsense: 'opnsense.home.arpa', openstack: 'openstack.example.com' } as const;

type SiteName = keyof typeof siteHosts;

/** By name of the Secret, as the examples refer to them. */
type SecretTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Sites {
  readonly opnsense: OpnsenseWorld;
  readonly openstack: OpenStackWorld;
  /** Of the office; it has an interface in the network that the gateway is in. */
  readonly router: OpenStackRouter;
  /** By host. */
  readonly services: ReadonlyMap<string, SimService>;
  /** What a person would have got there: an API key, and an application credential. */
  readonly credentials: SecretTexts;
  snapshot(): Json;
  restore(snapshot: Json): void;
}

/** Those Secrets that hold how each is known. @param pem Certificates of the authorities. */
export function authorities(pem: Readonly<Record<SiteName, string>>): SecretTexts {
  return { 'home-opnsense-ca': { 'ca.crt': pem.opnsense }, 'office-openstack-ca': { 'ca.crt': pem.openstack } };
}

export function secretManifests(texts: SecretTexts, namespace: string): object[] {
  return Object.entries(texts).map(([name, data]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name, namespace },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  }));
}

export function createSites(clock: Clock): Sites {
  const opnsense = createOpnsense({ clock });
  const openstack = createOpenStack({ clock, url: `https://${siteHosts.openstack}` });
  const project = openstack.project('office');
  const subnet = project.subnet('192.168.0.0/20');
  const router = project.router('office', [{ subnet, address: '192.168.0.1' }]);
  const { id, secret } = project.credential({ name: 'hybrid-cloud-operator' });
  return {
    opnsense,
    openstack,
    router,
    services: new Map([
      [siteHosts.opnsense, opnsense.service],
      [siteHosts.openstack, openstack.service],
    ]),
    credentials: {
      'home-opnsense': opnsense.apiKey(),
      'office-openstack': { applicationCredentialID: id, applicationCredentialSecret: secret },
    },
    snapshot: () => ({ opnsense: opnsense.snapshot(), openstack: openstack.snapshot() }),
    restore(snapshot) {
      const { opnsense: firewall = null, openstack: cloud = null } = snapshot as { readonly [name: string]: Json };
      opnsense.restore(firewall);
      openstack.restore(cloud);
    },
  };
}
