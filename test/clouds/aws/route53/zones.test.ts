// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { checkerRanges, roomForHealthChecks, route53Region } from '../../../../src/clouds/aws/route53/account.ts';
import type { DNSAnswer, HealthCheckCount, ZoneFound } from '../../../../src/clouds/aws/route53/route53.ts';
import { Zones } from '../../../../src/clouds/aws/route53/zones.ts';
import { Refusal, scope, scripted, type Xml } from './script.ts';

const zone = (id: string, name: string, isPrivate = false): Xml => ({
  Id: `/hostedzone/${id}`,
  Name: `${name}.`,
  CallerReference: id,
  Config: { PrivateZone: isPrivate },
  ResourceRecordSetCount: 2,
});
const rest = { IsTruncated: false, MaxItems: 100 };
const age = { maxAgeMs: 60_000 };

function listing(...zones: Xml[]) {
  const { session, sent, clock } = scripted({
    ListHostedZonesByName: () => ({ HostedZones: { HostedZone: zones }, ...rest }),
  });
  return { zones: new Zones(session, scope), sent, clock };
}

test('A zone is found by its name, and one that only comes after it in the list is not it.', async () => {
  const { zones, sent, clock } = listing(zone('Z1', 'seojun.shop'), zone('Z2', 'zebra.shop'));
  const found: ZoneFound = { found: 'one', zone: { id: 'Z1', name: 'seojun.shop', private: false, records: 2 } };
  expect(await zones.named('seojun.shop', age)).toEqual(found);
  await clock.advance(500_000);
  expect(await zones.named('seojun.shop', age)).toEqual(found);
  expect(sent('ListHostedZonesByName')).toHaveLength(1);
  expect(await listing(zone('Z2', 'zebra.shop')).zones.named('seojun.shop', age)).toEqual({ found: 'none', of: [] });
});

test('A zone that was missed is looked for as often as somebody asks: a person may just have made it.', async () => {
  const { zones, sent, clock } = listing();
  await zones.named('seojun.shop', age);
  await zones.named('seojun.shop', age);
  expect(sent('ListHostedZonesByName')).toHaveLength(1);
  await clock.advance(61_000);
  await zones.named('seojun.shop', age);
  expect(sent('ListHostedZonesByName')).toHaveLength(2);
});

test('A private zone of the name does not make it ambiguous, two public ones do, and all that could be meant are told.', async () => {
  const both = listing(zone('Z9', 'seojun.shop', true), zone('Z1', 'seojun.shop'));
  expect(await both.zones.named('seojun.shop', age)).toMatchObject({ found: 'one', zone: { id: 'Z1' } });
  const two = listing(zone('Z2', 'seojun.shop'), zone('Z1', 'seojun.shop'));
  expect(await two.zones.named('seojun.shop', age)).toMatchObject({
    found: 'several',
    of: [{ id: 'Z1' }, { id: 'Z2' }],
  });
  const inside = listing(zone('Z9', 'seojun.shop', true));
  expect(await inside.zones.named('seojun.shop', age)).toMatchObject({
    found: 'none',
    of: [{ id: 'Z9', private: true }],
  });
});

test('A zone by its id comes with its name servers, and one that is not there is none.', async () => {
  const { session } = scripted({
    GetHostedZone: ({ parameters }) => {
      if (parameters[0]?.value !== 'Z1') throw new Refusal('NoSuchHostedZone', 'No hosted zone found', 404);
      return {
        HostedZone: zone('Z1', 'seojun.shop'),
        DelegationSet: { NameServers: { NameServer: ['ns-2.awsdns-00.com', 'ns-1.awsdns-00.org'] } },
      };
    },
  });
  const zones = new Zones(session, scope);
  expect(await zones.get('Z1', age)).toMatchObject({ nameServers: ['ns-1.awsdns-00.org', 'ns-2.awsdns-00.com'] });
  expect(await zones.get('Z2', age)).toBeUndefined();
});

test('What Route 53 answers can be asked, as if from somewhere.', async () => {
  const { session, sent } = scripted({
    TestDNSAnswer: () => ({
      Nameserver: 'ns-1.awsdns-00.org',
      RecordName: 'gslb.seojun.shop',
      RecordType: 'A',
      RecordData: { RecordDataEntry: ['192.0.2.2', '192.0.2.1'] },
      ResponseCode: 'NOERROR',
      Protocol: 'UDP',
    }),
  });
  const answer: DNSAnswer = { code: 'NOERROR', values: ['192.0.2.1', '192.0.2.2'], nameServer: 'ns-1.awsdns-00.org' };
  expect(await new Zones(session, scope).answer('Z1', 'gslb.seojun.shop', 'A', '198.51.100.7')).toEqual(answer);
  expect(sent('TestDNSAnswer')[0]?.parameters).toContainEqual({ name: 'EDNS0ClientSubnetIP', value: '198.51.100.7' });
});

test('How many health checks there may be is asked once a minute, and where that is denied it is not known.', async () => {
  const { session, sent } = scripted({
    GetAccountLimit: () => ({ Limit: { Type: 'MAX_HEALTH_CHECKS_BY_OWNER', Value: 200 }, Count: 7 }),
  });
  const room: HealthCheckCount = { have: 7, most: 200 };
  expect(await roomForHealthChecks(session)).toEqual(room);
  await roomForHealthChecks(session);
  expect(sent('GetAccountLimit')).toHaveLength(1);
  const denied = scripted({
    GetAccountLimit: () => {
      throw new Refusal('AccessDenied', 'not authorized', 403);
    },
  });
  expect(await roomForHealthChecks(denied.session)).toBeUndefined();
});

test('The ranges of the checkers come sorted.', async () => {
  const { session } = scripted({
    GetCheckerIpRanges: () => ({ CheckerIpRanges: { member: ['54.232.40.64/26', '15.177.0.0/18'] } }),
  });
  expect(await checkerRanges(session)).toEqual(['15.177.0.0/18', '54.232.40.64/26']);
});

test('Route 53 is in one place of each partition, wherever an object is at work.', () => {
  expect(['ap-northeast-2', 'cn-north-1', 'us-gov-east-1'].map(route53Region)).toEqual([
    'us-east-1',
    'cn-northwest-1',
    'us-gov-west-1',
  ]);
});
