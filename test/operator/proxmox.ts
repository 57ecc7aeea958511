// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole operator between simulated worlds, with the Proxmox VE of runbook 1 in them, and a BackupTarget for its bucket. */
import { X509Certificate } from 'node:crypto';
import type { PbsInstanceStatus } from '../../src/api/pbs-instance.ts';
import { createProxmoxSite, proxmoxHosts, type ProxmoxSite } from '../../src/cli/simulate/proxmox-site.ts';
import { Failure } from '../../src/core/failure.ts';
import type { Resource } from '../../src/kube/resource.ts';
import type { Transport } from '../../src/wire/call.ts';
import { CertificateRefused } from '../../src/wire/trusted-agent.ts';
import { worlds, type Running, type Start, type Worlds, type WorldsOptions } from './worlds.ts';

export const pbsInstances: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  kind: 'PbsInstance',
  plural: 'pbsinstances',
  namespaced: true,
};

export const pbsPlace = { namespace: 'default', name: 'pbs-main' };

interface Told {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface Proxmox extends Worlds {
  readonly site: ProxmoxSite;
  /** The way there, for an operator. */
  readonly ways: Start;
  readonly start: (options?: Start) => Running;
  readonly status: () => PbsInstanceStatus & { readonly conditions?: readonly Told[] };
  readonly told: (type: string) => Told | undefined;
  readonly isThere: () => boolean;
}

/** Runbook 1, parts 3 to 5. */
export function pbsInstance(spec: object = {}): object {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'PbsInstance',
    metadata: { name: pbsPlace.name, namespace: 'default' },
    spec: {
      proxmox: {
        url: `https://${proxmoxHosts.pve}`,
        node: 'node1',
        tls: { fingerprints: ['AB'.repeat(32)] },
        credentialsSecretRef: { name: 'node1-token' },
      },
      server: {
        vm: {
          network: { address: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
          iso: { file: 'proxmox-backup-server_4.2-1-auto.iso' },
          fqdn: 'pbs-main.example.com',
        },
      },
      s3: { id: 'aws-s3-storage', backupTargetRef: { name: 'vm-backups' } },
      datastore: { name: 'vm-backup-s3' },
      storage: { id: 'pbs-main', encryption: { secretRef: { name: 'pbs-main-key' } } },
      jobs: [{ id: 'nightly', schedule: '02:00' }],
      ...spec,
    },
  };
}

function secretOf(name: string, values: Readonly<Record<string, string>>): object {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  return { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name, namespace: 'default' }, data };
}

/** Proxmox VE's and the backup servers', wherever they are. */
const ports = new Set(['8006', '8007']);

interface Pinned {
  readonly spec: {
    readonly server: { readonly existing?: { readonly tls?: { readonly fingerprints?: readonly string[] } } };
  };
}

/** What certificates a backup server may show: as a user gave them, or as the operator has pinned them by now. */
function pinsIn({ kubernetes }: Worlds): readonly string[] {
  const object = kubernetes.objects('pbsinstances', 'default')[0] as Pinned | undefined;
  const secret = kubernetes
    .objects('secrets', 'default')
    .find(({ metadata }) => metadata.name === `${pbsPlace.name}-pbs-operator`) as
    | { readonly data?: Readonly<Record<string, string>> }
    | undefined;
  const kept = Buffer.from(secret?.data?.['fingerprint'] ?? '', 'base64').toString();
  return object?.spec.server.existing?.tls?.fingerprints ?? kept.split(',').filter((one) => one !== '');
}

/** Another S3 than AWS's, and what is not as everywhere. */
export interface SiteOptions {
  readonly site?: Parameters<typeof createProxmoxSite>[2];
  /** Between a backup server and S3. */
  readonly s3?: (aws: Worlds['aws']['service']) => Worlds['aws']['service'];
  /** One more cluster, with Proxmox VE of the first one. */
  readonly beside?: Proxmox;
}

export function withProxmox(world: Worlds, { site: more, s3 = (aws) => aws, beside }: SiteOptions = {}): Proxmox {
  const { clock, aws, kubernetes } = world;
  const site = beside?.site ?? createProxmoxSite(clock, s3(aws.service), more);
  for (const [name, values] of Object.entries(site.credentials)) kubernetes.install([secretOf(name, values)]);
  const transport: Transport = async (request) => {
    if (!ports.has(request.url.port)) return world.transport(request);
    const { dispatcher: _none, ...plain } = request;
    const pem = request.url.port === '8007' ? site.world.certificateAt(request.url.host) : undefined;
    const seen = pem && new X509Certificate(pem).fingerprint256;
    // as the agents of the wire do, which are not on the way here
    if (seen !== undefined && !pinsIn(world).includes(seen)) throw new CertificateRefused('OtherFingerprint', seen);
    return await site.world.service(plain);
  };
  const certificate = async (url: string) => {
    const pem = site.world.certificateAt(new URL(url).host);
    if (pem === undefined)
      throw new Failure({ class: 'Transient', reason: 'Unreachable', message: `${url} does not answer` });
    return new X509Certificate(pem).fingerprint256;
  };
  const object = () => kubernetes.objects('pbsinstances', 'default')[0];
  const status = () => (object()?.['status'] ?? {}) as ReturnType<Proxmox['status']>;
  return {
    ...world,
    site,
    ways: { transport, certificate },
    start: (given = {}) => world.operator({ transport, certificate, ...given }),
    status,
    told: (type) => status().conditions?.find((one) => one.type === type),
    isThere: () => object() !== undefined,
  };
}

export function proxmox(options: WorldsOptions & SiteOptions = {}): Proxmox {
  return withProxmox(worlds(options), options);
}
