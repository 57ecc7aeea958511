// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoints with a certificate: asked for, proven in the zone, issued, exchanged, taken away. */
import { certificatesIn, ownerTag } from '../oracles/gslb-holdings.ts';
import { recordsIn, zoneIn } from '../oracles/gslb-picture.ts';
import type { Scenario, UserAction } from '../script.ts';
import { region } from '../worlds.ts';
import { changes, creates, name, others, remove, zoneName } from './gslb-acts.ts';

const theirs: UserAction = {
  user: 'has a certificate of another',
  async does({ do: act }) {
    await act('acm', 'RequestCertificate', { DomainName: `www.${zoneName}`, ValidationMethod: 'DNS' });
  },
};

const drift: UserAction = {
  user: 'deletes the certificate and what proves its name',
  unseen: true,
  async does({ do: act }, worlds) {
    const proofs = recordsIn(worlds).filter(({ name: one }) => one.includes('_'));
    const Changes = proofs.map(({ name: Name, type: Type, ttl: TTL, values }) => ({
      Action: 'DELETE',
      ResourceRecordSet: { Name, Type, TTL, ResourceRecords: values.map((Value) => ({ Value })) },
    }));
    await act('route53', 'ChangeResourceRecordSets', { HostedZoneId: zoneIn(worlds), ChangeBatch: { Changes } });
    await worlds.clock.advance(60_000);
    const ours = certificatesIn(worlds, region).find(({ tags }) => tags[ownerTag] !== undefined);
    await act('acm', 'DeleteCertificate', { CertificateArn: ours?.arn });
  },
};

const create = creates({ certificate: { domains: [name] } });
const begun = [others, theirs] as const;
const running = [...begun, create, 'rest'] as const;
const more = { certificate: { domains: [name, `*.${zoneName}`] } };

/** ACM tells nobody when it is done: it is asked every fifteen seconds. */
const busy = { polls: 4 } as const;

export const certificateScenarios: readonly Scenario[] = [
  { name: 'gslb-certificate', before: begun, script: [create, 'rest'], ends: 'Ready', ...busy },
  {
    name: 'gslb-certificate-change',
    before: running,
    script: [changes('wants one more name in it', more), 'rest'],
    ends: 'Ready',
    ...busy,
  },
  { name: 'gslb-certificate-drift', before: running, script: [drift, 'rest'], ends: 'Ready', ...busy },
  {
    name: 'gslb-certificate-out',
    before: running,
    script: [changes('wants no certificate any more', { certificate: null }), 'rest'],
    ends: 'Ready',
    ...busy,
  },
  { name: 'gslb-certificate-delete', before: running, script: [remove, 'rest'], ends: 'gone', ...busy },
];
