// SPDX-License-Identifier: GPL-3.0-or-later
/** The sites of examples/03 and 04 beside an operator in a process of its own: on loopback, at addresses that only this run has. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { authorities, createSites, secretManifests, type Sites } from '../../../src/cli/simulate/sites.ts';
import { loopbackCertificate } from '../../../src/simulator/kernel/certificate.ts';
import { realClock } from '../../../src/simulator/kernel/clock.ts';
import { serve } from '../../../src/simulator/kernel/http.ts';

interface Example {
  readonly metadata: object;
  readonly spec: {
    readonly device: { readonly push?: { readonly opnsense: object } };
    readonly openstack?: object;
    readonly probe: object;
  };
}

export interface UserSites extends Sites {
  /** What a user makes before: credentials, and certificates of the authorities. */
  readonly secrets: readonly object[];
  /** What an administrator writes before, as all of it is on loopback: grants, a line each. */
  readonly grants: readonly string[];
  /** The example, with the addresses of this run; without its probe, which would leave this machine. */
  example(file: string): object;
  close(): Promise<void>;
}

export async function userSites(namespace: string): Promise<UserSites> {
  const sites = createSites(realClock());
  const certificate = loopbackCertificate(Date.now());
  const [firewall, cloud] = await Promise.all([
    sites.opnsense.serve(),
    serve(sites.openstack.service, { certificate }),
  ]);
  sites.openstack.moveTo(cloud.url);
  const known = authorities({ opnsense: firewall.certificate, openstack: certificate.cert });
  return {
    ...sites,
    secrets: [sites.credentials, known].flatMap((texts) => secretManifests(texts, namespace)),
    grants: [firewall.url, cloud.url].map((url) => `endpoint ${url}`),
    example(file) {
      const { spec, ...rest } = parse(readFileSync(`examples/${file}`, 'utf8')) as Example;
      const { probe: _elsewhere, device, openstack, ...others } = spec;
      const push = device.push && { opnsense: { ...device.push.opnsense, url: firewall.url } };
      return {
        ...rest,
        spec: {
          ...others,
          device: { ...device, ...(push ? { push } : {}) },
          ...(openstack ? { openstack: { ...openstack, authURL: sites.openstack.authURL } } : {}),
        },
      };
    },
    close: async () => void (await Promise.all([firewall.close(), cloud.close()])),
  };
}
