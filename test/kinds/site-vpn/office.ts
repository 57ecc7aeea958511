// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole operator between simulated worlds, with the VPC and the office of runbook 2 in them. */
import type { SiteVpnStatus } from '../../../src/api/site-vpn.ts';
import type { KubeObject } from '../../../src/core/objects.ts';
import type { Resource } from '../../../src/kube/resource.ts';
import { secrets, worlds, type Worlds, type WorldsOptions } from '../../operator/worlds.ts';

export const siteVpns: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  kind: 'SiteVpn',
  plural: 'sitevpns',
  namespaced: true,
};

const accountID = '123456789012';
export const region = 'ap-northeast-2';

export function office(spec: object = {}, name = 'office'): object {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'SiteVpn',
    metadata: { name, namespace: 'default' },
    spec: {
      aws: { region },
      vpc: { tag: { Name: 'MY-VPC' } },
      gateway: { name: 'MY-VGW' },
      site: { name: 'MY-CGW', publicIP: '123.142.252.25', cidrs: ['192.168.0.0/20'] },
      connection: { name: 'MY-VPN' },
      device: { type: 'Libreswan', secretRef: { name: `${name}-gateway` } },
      ...spec,
    },
  };
}

export interface Office extends Worlds {
  readonly vpc: string;
  readonly apply: (manifest: object) => Promise<void>;
  readonly remove: (name?: string) => Promise<void>;
  readonly annotate: (annotations: Record<string, string | null>, name?: string) => Promise<void>;
  readonly object: (name?: string) => KubeObject | undefined;
  readonly status: (name?: string) => SiteVpnStatus;
  readonly is: (type: string, status: string, name?: string) => boolean;
  readonly network: () => ReturnType<ReturnType<Worlds['aws']['account']>['network']>;
  /** Says of one tunnel of an object's connection, by its place, how it is. */
  readonly tunnel: (at: 0 | 1, change: { readonly status: 'UP' | 'DOWN' }, name?: string) => void;
  /** Values of a Secret. */
  readonly secret: (name?: string) => Readonly<Record<string, string>> | undefined;
  readonly events: () => readonly { readonly reason: string; readonly note: string }[];
}

/** The VPC of runbook 2: two route tables. */
export function makeOfficeVpc({ aws }: Pick<Worlds, 'aws'>): string {
  const { id } = aws.account(accountID).makeVpc({
    region,
    cidr: '10.26.0.0/16',
    tags: { Name: 'MY-VPC' },
    routeTables: [{ main: true }, { routes: [{ destination: '0.0.0.0/0', target: 'nat-0123456789abcdef0' }] }],
  });
  return id;
}

export function offices(options: WorldsOptions = {}): Office {
  const world = worlds(options);
  const account = world.aws.account(accountID);
  const vpc = makeOfficeVpc(world);
  const object = (name = 'office') =>
    world.kubernetes.objects('sitevpns', 'default').find(({ metadata }) => metadata.name === name) as
      | KubeObject
      | undefined;
  const status = (name?: string) => (object(name)?.status ?? {}) as SiteVpnStatus;
  const place = (name: string) => ({ namespace: 'default', name });
  return {
    ...world,
    vpc,
    object,
    status,
    network: () => account.network(region),
    async apply(manifest) {
      const { name } = (manifest as KubeObject).metadata;
      await world.admin.patch(siteVpns, place(name), {
        type: 'apply',
        body: manifest,
        fieldManager: 'person',
        force: true,
      });
    },
    async remove(name = 'office') {
      const { uid } = object(name)?.metadata ?? { uid: '' };
      await world.admin.remove(siteVpns, place(name), { uid });
    },
    async annotate(annotations, name = 'office') {
      await world.admin.patch(siteVpns, place(name), { type: 'merge', body: { metadata: { annotations } } });
    },
    is: (type, wanted, name) =>
      status(name).conditions?.some((one) => one.type === type && one.status === wanted) ?? false,
    tunnel(at, change, name) {
      const { vpnConnectionID = '', tunnels = [] } = status(name);
      account.tunnel(vpnConnectionID, tunnels[at]?.outsideIP ?? '').set(change);
    },
    secret(name = 'office-gateway') {
      const found = world.kubernetes.objects(secrets.plural, 'default').find(({ metadata }) => metadata.name === name);
      const { data } = (found ?? {}) as { data?: Record<string, string> };
      return (
        data &&
        Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
      );
    },
    events: () =>
      world.kubernetes.objects('events', 'default').map((event) => {
        const { reason = '', message = '' } = event as unknown as { reason?: string; message?: string };
        return { reason, note: message };
      }),
  };
}
