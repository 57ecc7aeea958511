// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoint from its creation to its end, in a zone with records of others, and what people do by hand. */
import { kinds } from '../../../src/kinds/index.ts';
import { GslbEndpointJudge } from '../oracles/gslb-endpoint.ts';
import { ownerTag } from '../oracles/gslb-holdings.ts';
import { checkersTold, gslbIn, gslbPicture, recordsIn, tagsOf } from '../oracles/gslb-picture.ts';
import type { Proof, Scenario, UserAction } from '../script.ts';
import {
  addresses,
  change,
  changes,
  create,
  creates,
  endpoint,
  foreignRecord,
  gslbEndpoints,
  name,
  others,
  place,
  remove,
} from './gslb-acts.ts';
import { certificateScenarios } from './gslb-certificate.ts';
import { haproxyScenarios } from './gslb-haproxy.ts';
import { siteScenarios } from './gslb-sites.ts';

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
  {
    name: 'gslb-mass-change',
    before: [others, creates({ policy: 'Weighted', endpoints: weighted }), 'rest'],
    script: [
      changes('has lost two of three', { endpoints: weighted.slice(0, 1) }),
      'rest',
      changes('has all three again', { endpoints: weighted }),
      'rest',
    ],
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
    interrupt: { afterCall: 9, action: remove },
    ends: 'gone',
  },
  ...haproxyScenarios,
  ...certificateScenarios,
  ...siteScenarios,
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
