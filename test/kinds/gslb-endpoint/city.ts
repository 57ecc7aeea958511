// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole operator between simulated worlds, with the zone of runbook 2 in them. */
import type { GslbEndpointStatus } from '../../../src/api/gslb-endpoint.ts';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { write, type AwsRequest } from '../../../src/clouds/aws/request.ts';
import type { KubeObject } from '../../../src/core/objects.ts';
import type { Resource } from '../../../src/kube/resource.ts';
import type { AwsWorld } from '../../../src/simulator/aws/index.ts';
import type { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { worlds, type Worlds, type WorldsOptions } from '../../operator/worlds.ts';

export const gslbEndpoints: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  kind: 'GslbEndpoint',
  plural: 'gslbendpoints',
  namespaced: true,
};

const accountID = '123456789012';
export const region = 'ap-northeast-2';
export const zoneName = 'seojun.shop';
export const seoul = '3.36.122.217';
export const london = '20.117.241.211';

const tcp = (address: string) => ({ type: 'TCP', address, port: 443, intervalSeconds: 10, failureThreshold: 1 });

export function endpoint(name: string, address: string, more: object = {}): object {
  return { name, target: { type: 'Addresses', addresses: [address] }, healthCheck: tcp(address), ...more };
}

/** Failover of two addresses. */
export function gslb(spec: object = {}, name = 'gslb'): KubeObject {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'GslbEndpoint',
    metadata: { name, namespace: 'default' },
    spec: {
      aws: { region },
      zone: { name: zoneName },
      record: { name: 'gslb', ttlSeconds: 60 },
      policy: 'Failover',
      endpoints: [
        endpoint('seoul', seoul, { role: 'Primary', provider: 'AWS' }),
        endpoint('london', london, { role: 'Secondary', provider: 'Azure' }),
      ],
      ...spec,
    },
  } as unknown as KubeObject;
}

/** What the account's administrator does. */
export async function asRoot<Answer = object>(
  { aws, clock }: { readonly aws: AwsWorld; readonly clock: VirtualClock },
  request: AwsRequest,
  at: { readonly region: string } = { region: 'us-east-1' },
): Promise<Answer> {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const session = new Aws({ wire, clock }).bare({
    ...at,
    account: accountID,
    credentials: aws.account(accountID).rootKey,
  });
  return session.send<Answer>(request);
}

/** A public zone's id. */
export async function makeZone(world: Pick<Worlds, 'aws' | 'clock'>, name = zoneName): Promise<string> {
  const request = write('route53', 'CreateHostedZone', { Name: name, CallerReference: name });
  const { HostedZone } = await asRoot<{ HostedZone: { Id: string } }>(world, request);
  return HostedZone.Id.replace('/hostedzone/', '');
}

/** A record that somebody else makes, changes or takes away. */
export async function byHand(
  world: Pick<Worlds, 'aws' | 'clock'>,
  zone: string,
  Action: 'CREATE' | 'UPSERT' | 'DELETE',
  ResourceRecordSet: object,
): Promise<void> {
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  await asRoot(world, write('route53', 'ChangeResourceRecordSets', { HostedZoneId: zone, ChangeBatch }));
}

export interface City extends Worlds {
  readonly zone: string;
  readonly apply: (manifest: object) => Promise<void>;
  readonly remove: (name?: string) => Promise<void>;
  readonly annotate: (annotations: Record<string, string | null>, name?: string) => Promise<void>;
  readonly object: (name?: string) => KubeObject | undefined;
  readonly status: (name?: string) => GslbEndpointStatus;
  readonly is: (type: string, status: string, name?: string) => boolean;
  readonly because: (type: string, name?: string) => string | undefined;
  /** Record sets of the zone but its own SOA and NS, as `name type identifier`. */
  readonly records: () => readonly string[];
  readonly events: () => readonly { readonly reason: string; readonly note: string }[];
}

export async function city(options: WorldsOptions = {}): Promise<City> {
  const world = worlds(options);
  const zone = await makeZone(world);
  const place = (name: string) => ({ namespace: 'default', name });
  const object = (name = 'gslb') =>
    world.kubernetes.objects('gslbendpoints', 'default').find(({ metadata }) => metadata.name === name) as
      | KubeObject
      | undefined;
  const status = (name?: string) => (object(name)?.status ?? {}) as GslbEndpointStatus;
  return {
    ...world,
    zone,
    object,
    status,
    async apply(manifest) {
      const { name } = (manifest as KubeObject).metadata;
      await world.admin.patch(gslbEndpoints, place(name), {
        type: 'apply',
        body: manifest,
        fieldManager: 'person',
        force: true,
      });
    },
    async remove(name = 'gslb') {
      const { uid } = object(name)?.metadata ?? { uid: '' };
      await world.admin.remove(gslbEndpoints, place(name), { uid });
    },
    async annotate(annotations, name = 'gslb') {
      await world.admin.patch(gslbEndpoints, place(name), { type: 'merge', body: { metadata: { annotations } } });
    },
    is: (type, wanted, name) =>
      status(name).conditions?.some((one) => one.type === type && one.status === wanted) ?? false,
    because: (type, name) => status(name).conditions?.find((one) => one.type === type)?.reason,
    records: () =>
      world.aws.route53
        .records(zone)
        .filter(({ type }) => type !== 'SOA' && type !== 'NS')
        .map(({ name, type, setIdentifier }) =>
          [name.replace(/[.]$/, ''), type, ...(setIdentifier ? [setIdentifier] : [])].join(' '),
        )
        .toSorted(),
    events: () =>
      world.kubernetes.objects('events', 'default').map((event) => {
        const { reason = '', message = '' } = event as unknown as { reason?: string; message?: string };
        return { reason, note: message };
      }),
  };
}
