// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoint from its creation to its end, in a zone with records of others, and what people do by hand. */
import { kinds } from '../../../src/kinds/index.ts';
import type { Resource } from '../../../src/kube/resource.ts';
import { GslbEndpointJudge } from '../oracles/gslb-endpoint.ts';
import { checkersTold, gslbIn, gslbPicture, ownerTag, recordsIn, tagsOf, zoneIn } from '../oracles/gslb-picture.ts';
import type { Proof, Scenario, UserAction } from '../script.ts';
import type { Hands, Worlds } from '../worlds.ts';
import { region } from '../worlds.ts';

const gslbEndpoints: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'gslbendpoints',
  kind: 'GslbEndpoint',
  namespaced: true,
};

const place = { namespace: 'default', name: 'gslb' };
const zoneName = 'seojun.shop';
const name = `gslb.${zoneName}`;
const addresses = { seoul: '3.36.122.217', london: '20.117.241.211', oregon: '35.88.90.147' } as const;

async function change({ do: act }: Hands, worlds: Worlds, Action: string, ResourceRecordSet: object): Promise<void> {
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  await act('route53', 'ChangeResourceRecordSets', { HostedZoneId: zoneIn(worlds), ChangeBatch });
  await worlds.clock.advance(60_000);
}

const foreignRecord = { Name: name, Type: 'A', TTL: 300, ResourceRecords: [{ Value: '192.0.2.7' }] };

/** The zone with a record beside ours, one that external-dns wrote, and a health check of somebody. */
const others: UserAction = {
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

function endpoint(city: keyof typeof addresses, more: object = {}): object {
  const address = addresses[city];
  return {
    name: city,
    target: { type: 'Addresses', addresses: [address] },
    healthCheck: { type: 'TCP', address, port: 443, intervalSeconds: 30, failureThreshold: 1 },
    ...more,
  };
}

const failover = [endpoint('seoul', { role: 'Primary' }), endpoint('london', { role: 'Secondary' })];

function manifest(spec: object = {}, annotations: object = {}): object {
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

function creates(spec: object = {}, annotations: object = {}): UserAction {
  return {
    user: 'creates it',
    does: async ({ kube }) => void (await kube.create(gslbEndpoints, place, manifest(spec, annotations))),
  };
}

const create = creates();

function changes(user: string, spec: object): UserAction {
  return {
    user,
    does: async ({ kube }) => void (await kube.patch(gslbEndpoints, place, { type: 'merge', body: { spec } })),
  };
}

const remove: UserAction = {
  user: 'deletes it',
  does: async ({ kube }) => void (await kube.remove(gslbEndpoints, place)),
};

const approve: UserAction = {
  user: 'approves the plan that is shown',
  async does({ kube }, worlds) {
    const hash = gslbIn(worlds)?.status?.plan?.hash ?? 'none';
    const body = { metadata: { annotations: { 'hybridcloud.dev/approve': hash } } };
    await kube.patch(gslbEndpoints, place, { type: 'merge', body });
  },
};

const drift: UserAction = {
  user: 'deletes the primary record and its health check',
  unseen: true,
  async does(hands, worlds) {
    const found = recordsIn(worlds).find(({ setIdentifier }) => setIdentifier === 'seoul');
    await change(hands, worlds, 'DELETE', {
      Name: found?.name,
      Type: found?.type,
      SetIdentifier: 'seoul',
      Failover: found?.failover,
      TTL: found?.ttl,
      ResourceRecords: found?.values.map((Value) => ({ Value })),
      HealthCheckId: found?.healthCheckID,
    });
    const check = worlds.aws.route53
      .checks()
      .find((one) => tagsOf(one)[ownerTag] !== undefined && tagsOf(one)['hybridcloud.dev/endpoint'] === 'seoul');
    await hands.do('route53', 'DeleteHealthCheck', { HealthCheckId: check?.id });
  },
};

const byHand: UserAction = {
  user: 'has made the record by hand',
  does: (hands, worlds) => change(hands, worlds, 'CREATE', foreignRecord),
};

const running = [others, create, 'rest'] as const;

const weighted = [
  endpoint('seoul', { weight: 3 }),
  endpoint('london', { weight: 1 }),
  endpoint('oregon', { weight: 1 }),
];

const overHTTP = (city: 'seoul' | 'london', role: string) =>
  endpoint(city, {
    role,
    healthCheck: { type: 'HTTP', address: addresses[city], path: '/', intervalSeconds: 30, failureThreshold: 1 },
  });

const scenarios: readonly Scenario[] = [
  { name: 'gslb-create', before: [others], script: [create, 'rest'], ends: 'Ready' },
  { name: 'gslb-steady', before: running, script: [{ looks: 3 }, 'rest'], ends: 'Ready' },
  {
    name: 'gslb-update',
    before: running,
    script: [
      changes('writes another TTL and port', {
        record: { ttlSeconds: 30 },
        endpoints: [
          endpoint('seoul', {
            role: 'Primary',
            healthCheck: {
              type: 'TCP',
              address: addresses.seoul,
              port: 8443,
              intervalSeconds: 30,
              failureThreshold: 2,
            },
          }),
          endpoint('london', { role: 'Secondary' }),
        ],
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'gslb-checks-replaced',
    before: running,
    script: [
      changes('lets both be asked over HTTP', {
        endpoints: [overHTTP('seoul', 'Primary'), overHTTP('london', 'Secondary')],
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'gslb-policy',
    before: running,
    script: [
      changes('spreads by weight over three', { policy: 'Weighted', endpoints: weighted, failover: null }),
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'gslb-endpoint-out',
    before: [others, creates({ policy: 'Weighted', endpoints: weighted }), 'rest'],
    script: [changes('takes one away', { endpoints: weighted.slice(0, 2) }), 'rest'],
    ends: 'Ready',
  },
  { name: 'gslb-drift', before: running, script: [drift, 'rest'], ends: 'Ready' },
  {
    name: 'gslb-adopt',
    before: [others, byHand],
    script: [creates({}, { 'hybridcloud.dev/adopt': name }), 'rest', approve, 'rest'],
    ends: 'Ready',
  },
  { name: 'gslb-foreign', before: [others, byHand], script: [create, 'rest', remove, 'rest'], ends: 'gone' },
  { name: 'gslb-delete', before: running, script: [remove, 'rest'], ends: 'gone' },
  { name: 'gslb-delete-at-once', before: [others], script: [create, { looks: 1 }, remove, 'rest'], ends: 'gone' },
  {
    name: 'gslb-delete-mid-look',
    before: [others],
    script: [create, 'rest'],
    // right after the first health check was asked for
    interrupt: { afterCall: 16, action: remove },
    ends: 'gone',
  },
];

const { kind } = kinds.find(({ api }) => api.kind === 'GslbEndpoint') ?? {};
if (!kind) throw new Error('GslbEndpoint is no kind');

export const gslbEndpointProof: Proof = {
  kind: kind.kind,
  program: { name: 'operator', kind, resource: gslbEndpoints },
  scenarios,
  picture: gslbPicture,
  told: checkersTold,
  judge: (worlds, scenario, lagMs) => new GslbEndpointJudge(worlds, scenario, lagMs),
};
