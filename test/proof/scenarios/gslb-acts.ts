// SPDX-License-Identifier: GPL-3.0-or-later
/** A GslbEndpoint, the zone that it is in, and what people do with both: what all its scenarios are made of. */
import type { Resource } from '../../../src/kube/resource.ts';
import { zoneIn } from '../oracles/gslb-picture.ts';
import type { UserAction } from '../script.ts';
import type { Hands, Worlds } from '../worlds.ts';
import { region } from '../worlds.ts';

export const gslbEndpoints: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'gslbendpoints',
  kind: 'GslbEndpoint',
  namespaced: true,
};

export const place = { namespace: 'default', name: 'gslb' };
export const zoneName = 'seojun.shop';
export const name = `gslb.${zoneName}`;
export const addresses = { seoul: '3.36.122.217', london: '20.117.241.211', oregon: '35.88.90.147' } as const;

export async function change(
  { do: act }: Hands,
  worlds: Worlds,
  Action: string,
  ResourceRecordSet: object,
): Promise<void> {
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  await act('route53', 'ChangeResourceRecordSets', { HostedZoneId: zoneIn(worlds), ChangeBatch });
  await worlds.clock.advance(60_000);
}

export const foreignRecord = { Name: name, Type: 'A', TTL: 300, ResourceRecords: [{ Value: '192.0.2.7' }] };

/** The zone with a record beside ours, one that external-dns wrote, and a health check of somebody. */
export const others: UserAction = {
  user: 'others are there',
  async does(hands, worlds) {
    await hands.do('route53', 'CreateHostedZone', { Name: zoneName, CallerReference: zoneName });
    await change(hands, worlds, 'CREATE', { ...foreignRecord, Name: `www.${zoneName}` });
    await change(hands, worlds, 'CREATE', {
      Name: `a-www.${zoneName}`,
      Type: 'TXT',
      TTL: 300,
      ResourceRecords: [
        { Value: '"heritage=external-dns,external-dns/owner=other,external-dns/resource=service/web/www"' },
      ],
    });
    await hands.do('route53', 'CreateHealthCheck', {
      CallerReference: 'theirs',
      HealthCheckConfig: { Type: 'TCP', IPAddress: '192.0.2.7', Port: 443 },
    });
    await worlds.clock.advance(60_000);
  },
};

export function endpoint(city: keyof typeof addresses, more: object = {}): object {
  const address = addresses[city];
  return {
    name: city,
    target: { type: 'Addresses', addresses: [address] },
    healthCheck: { type: 'TCP', address, port: 443, intervalSeconds: 30, failureThreshold: 1 },
    ...more,
  };
}

export const failover = [endpoint('seoul', { role: 'Primary' }), endpoint('london', { role: 'Secondary' })];

export function manifest(spec: object = {}, annotations: object = {}): object {
  return {
    metadata: { ...place, annotations },
    spec: {
      aws: { region },
      zone: { name: zoneName },
      record: { name: 'gslb', ttlSeconds: 60 },
      policy: 'Failover',
      endpoints: failover,
      ...spec,
    },
  };
}

export function creates(spec: object = {}, annotations: object = {}): UserAction {
  return {
    user: 'creates it',
    does: async ({ kube }) => void (await kube.create(gslbEndpoints, place, manifest(spec, annotations))),
  };
}

export const create = creates();

export function changes(user: string, spec: object): UserAction {
  return {
    user,
    does: async ({ kube }) => void (await kube.patch(gslbEndpoints, place, { type: 'merge', body: { spec } })),
  };
}

export const remove: UserAction = {
  user: 'deletes it',
  does: async ({ kube }) => void (await kube.remove(gslbEndpoints, place)),
};
