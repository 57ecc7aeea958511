// SPDX-License-Identifier: GPL-3.0-or-later
/** Record sets as requests have them and as replies write them. */
import {
  may,
  must,
  records as structures,
  required,
  text,
  whole,
  type Fields,
  type Members,
} from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { count, part } from './body.ts';
import { canonicalName } from './names.ts';
import type { GeoLocation, RecordSet } from './state.ts';

/** API_ResourceRecordSet. */
export const recordTypes = [
  'SOA',
  'A',
  'TXT',
  'NS',
  'CNAME',
  'MX',
  'NAPTR',
  'PTR',
  'SRV',
  'SPF',
  'AAAA',
  'CAA',
  'DS',
  'TLSA',
  'SSHFP',
  'SVCB',
  'HTTPS',
];

/** API_ResourceRecordSet, "Region". */
export const latencyRegions = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'ca-west-1',
  'mx-central-1',
  'sa-east-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'ap-east-1',
  'ap-east-2',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'me-south-1',
  'me-central-1',
  'il-central-1',
  'af-south-1',
  'cn-north-1',
  'cn-northwest-1',
];

export const recordMembers: Members = {
  Name: required(text({ max: 1024 })),
  Type: required(text({ oneOf: recordTypes })),
  SetIdentifier: text({ min: 1, max: 128 }),
  Weight: whole(0, 255),
  Region: text({ oneOf: latencyRegions }),
  GeoLocation: {
    is: 'structure',
    members: {
      ContinentCode: text({ min: 2, max: 2 }),
      CountryCode: text({ min: 1, max: 2 }),
      SubdivisionCode: text({ min: 1, max: 3 }),
    },
  },
  Failover: text({ oneOf: ['PRIMARY', 'SECONDARY'] }),
  MultiValueAnswer: { is: 'flag' },
  TTL: whole(0, 2_147_483_647),
  ResourceRecords: {
    is: 'list',
    of: { is: 'structure', members: { Value: required(text({ max: 4000 })) } },
  },
  AliasTarget: {
    is: 'structure',
    members: {
      HostedZoneId: required(text({ max: 32 })),
      DNSName: required(text({ max: 1024 })),
      EvaluateTargetHealth: { is: 'flag', required: true },
    },
  },
  HealthCheckId: text({ max: 64 }),
};

/** A member that is not given is not there: two equal record sets have equal JSON. */
export function recordOf(fields: Fields): RecordSet {
  const [setIdentifier, region, healthCheckID] = ['SetIdentifier', 'Region', 'HealthCheckId'].map((name) =>
    may(fields, name),
  );
  const [weight, ttl] = [count(fields, 'Weight'), count(fields, 'TTL')];
  const failover = may(fields, 'Failover') as RecordSet['failover'];
  const [alias, geo] = [part(fields, 'AliasTarget'), part(fields, 'GeoLocation')];
  const multivalue = may(fields, 'MultiValueAnswer');
  return {
    name: canonicalName(must(fields, 'Name')),
    type: must(fields, 'Type'),
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
    ...(weight === undefined ? {} : { weight }),
    ...(region === undefined ? {} : { region }),
    ...(failover === undefined ? {} : { failover }),
    ...(geo ? { geo: geoOf(geo) } : {}),
    ...(multivalue === undefined ? {} : { multivalue: multivalue === 'true' }),
    ...(ttl === undefined ? {} : { ttl }),
    values: structures(fields, 'ResourceRecords').map((record) => must(record, 'Value').trim()),
    ...(alias ? { alias: aliasOf(alias) } : {}),
    ...(healthCheckID === undefined ? {} : { healthCheckID }),
  };
}

function geoOf(fields: Fields): GeoLocation {
  const [continent, country, subdivision] = ['ContinentCode', 'CountryCode', 'SubdivisionCode'].map((name) =>
    may(fields, name),
  );
  return {
    ...(continent === undefined ? {} : { continent }),
    ...(country === undefined ? {} : { country }),
    ...(subdivision === undefined ? {} : { subdivision }),
  };
}

function aliasOf(fields: Fields): NonNullable<RecordSet['alias']> {
  const zoneID = must(fields, 'HostedZoneId').replace(/^\/?hostedzone\//, '');
  return {
    zoneID,
    dnsName: canonicalName(must(fields, 'DNSName')),
    evaluate: must(fields, 'EvaluateTargetHealth') === 'true',
  };
}

export function recordXml(record: RecordSet): Xml {
  const { alias, geo } = record;
  return {
    Name: record.name,
    Type: record.type,
    SetIdentifier: record.setIdentifier,
    Weight: record.weight,
    Region: record.region,
    GeoLocation: geo && { ContinentCode: geo.continent, CountryCode: geo.country, SubdivisionCode: geo.subdivision },
    Failover: record.failover,
    MultiValueAnswer: record.multivalue,
    TTL: record.ttl,
    ResourceRecords: alias ? undefined : { ResourceRecord: record.values.map((Value) => ({ Value })) },
    AliasTarget: alias && { HostedZoneId: alias.zoneID, DNSName: alias.dnsName, EvaluateTargetHealth: alias.evaluate },
    HealthCheckId: record.healthCheckID,
  };
}
