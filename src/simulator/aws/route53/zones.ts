// SPDX-License-Identifier: GPL-3.0-or-later
import { nextRandom, type RandomState } from '../../kernel/random.ts';
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, whole, type Fields, type Members } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { invalidInput, part } from './body.ts';
import { newChange, changeXml } from './change-log.ts';
import { canonicalName, compareText, isName, reversed } from './names.ts';
import { on, onAll } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { apexRecords, commit } from './record-shelf.ts';
import { newID, put, seenZones, stateOf, trueRecords, zoneNamed } from './shelf.ts';
import type { HostedZone } from './state.ts';

const page = { maxitems: whole(1, 10_000), marker: text({ max: 64 }) };
const config: Members = { Comment: text({ max: 256 }), PrivateZone: { is: 'flag' } };

export const zoneOperations: Route53Operations = {
  CreateHostedZone: {
    effect: 'write',
    method: 'POST',
    path: '/hostedzone',
    status: 201,
    body: {
      Name: required(text({ max: 1024 })),
      CallerReference: required(text({ min: 1, max: 128 })),
      HostedZoneConfig: { is: 'structure', members: config },
    },
    authorize: onAll('route53:CreateHostedZone'),
    run: create,
  },
  GetHostedZone: {
    effect: 'read',
    method: 'GET',
    path: '/hostedzone/{Id}',
    authorize: on('route53:GetHostedZone', 'hostedzone', 'Id'),
    run: get,
  },
  DeleteHostedZone: {
    effect: 'write',
    method: 'DELETE',
    path: '/hostedzone/{Id}',
    authorize: on('route53:DeleteHostedZone', 'hostedzone', 'Id'),
    run: remove,
  },
  ListHostedZones: {
    effect: 'read',
    method: 'GET',
    path: '/hostedzone',
    query: page,
    authorize: onAll('route53:ListHostedZones'),
    run: list,
  },
  ListHostedZonesByName: {
    effect: 'read',
    method: 'GET',
    path: '/hostedzonesbyname',
    query: { maxitems: page.maxitems, dnsname: text({ max: 1024 }), hostedzoneid: text({ max: 32 }) },
    authorize: onAll('route53:ListHostedZonesByName'),
    run: listByName,
  },
  GetHostedZoneCount: {
    effect: 'read',
    method: 'GET',
    path: '/hostedzonecount',
    authorize: onAll('route53:GetHostedZoneCount'),
    run: (call) => ({ xml: { HostedZoneCount: seenZones(call).length } }),
  },
};

/** API_CreateHostedZone. */
function create(call: Call, input: Fields): { xml: Record<string, Xml>; location: string } {
  const given = must(input, 'Name');
  if (!isName(given) || !/^[^\s]+$/.test(given))
    throw new AwsError('InvalidDomainName', `The domain name '${given}' is not valid`);
  const settings = part(input, 'HostedZoneConfig') ?? {};
  if (may(settings, 'PrivateZone') === 'true')
    throw invalidInput('When you are creating a private hosted zone, you must specify a VPC.');
  const callerReference = must(input, 'CallerReference');
  const own = [...stateOf(call).zones.values()].flatMap((slot) => truth(slot) ?? []);
  const mine = own.filter(({ account }) => account === call.principal.account);
  if (mine.some((zone) => zone.callerReference === callerReference))
    throw new AwsError(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference.`,
      409,
    );
  const { quotas } = call.world.state.accounts.get(call.principal.account) ?? {};
  if (mine.length >= (quotas?.hostedZones ?? 500))
    throw new AwsError(
      'TooManyHostedZones',
      `Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones.`,
    );
  const zone: HostedZone = {
    id: newID(call, 'Z'),
    account: call.principal.account,
    name: canonicalName(given),
    callerReference,
    comment: may(settings, 'Comment'),
    createdAt: call.now,
    nameServers: nameServers(call.world.state.random),
    tags: [],
  };
  put(call, stateOf(call).zones, zone.id, zone);
  const change = newChange(call, undefined);
  for (const record of apexRecords(zone)) commit(call, zone.id, { record, insyncAt: change.insyncAt });
  const xml = { HostedZone: zoneXml(call, zone), ChangeInfo: changeXml(call, change), DelegationSet: delegation(zone) };
  return { xml, location: `hostedzone/${zone.id}` };
}

/** Four of them, under four top level domains (Developer Guide, "Getting the name servers for a public hosted zone"). */
function nameServers(random: RandomState): string[] {
  return ['com', 'net', 'org', 'co.uk'].map((domain, i) => {
    const number = i * 512 + Math.floor(nextRandom(random) * 512);
    return `ns-${number}.awsdns-${String(number % 64).padStart(2, '0')}.${domain}`;
  });
}

function get(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const zone = zoneNamed(call, must(input, 'Id'));
  return { xml: { HostedZone: zoneXml(call, zone), DelegationSet: delegation(zone) } };
}

/** API_DeleteHostedZone: only the SOA and NS records of the zone itself may be left. */
function remove(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const zone = zoneNamed(call, must(input, 'Id'));
  const own = (name: string, type: string): boolean => name === zone.name && ['NS', 'SOA'].includes(type);
  if (trueRecords(stateOf(call), zone.id).some(({ name, type }) => !own(name, type)))
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
    );
  const change = newChange(call, undefined);
  put(call, stateOf(call).zones, zone.id, undefined);
  for (const record of trueRecords(stateOf(call), zone.id))
    commit(call, zone.id, { record, insyncAt: change.insyncAt, gone: true });
  return { xml: { ChangeInfo: changeXml(call, change) } };
}

/** API_ListHostedZones: 100 a page. */
function list(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const all = seenZones(call).toSorted((a, b) => compareText(a.id, b.id));
  const size = Math.min(100, Number(may(input, 'maxitems') ?? 100));
  const marker = may(input, 'marker');
  if (marker !== undefined && !all.some(({ id }) => id === marker))
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${marker}`, 404);
  const rest = all.filter(({ id }) => marker === undefined || id >= marker);
  const next = rest[size];
  const xml = {
    HostedZones: { HostedZone: rest.slice(0, size).map((zone) => zoneXml(call, zone)) },
    Marker: marker,
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
    MaxItems: size,
  };
  return { xml };
}

/** API_ListHostedZonesByName: in the order of their names with the labels reversed. */
function listByName(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const [name, from] = [may(input, 'dnsname'), may(input, 'hostedzoneid')];
  if (name === undefined && from !== undefined)
    throw invalidInput('Parameters hostedZoneId and dnsName must be specified together');
  const size = Math.min(100, Number(may(input, 'maxitems') ?? 100));
  const start = `${reversed(canonicalName(name ?? '.'))} ${from ?? ''}`;
  const key = (zone: HostedZone): string => `${reversed(zone.name)} ${zone.id}`;
  const all = seenZones(call).toSorted((a, b) => compareText(key(a), key(b)));
  const rest = name === undefined ? all : all.filter((zone) => key(zone) >= start);
  const next = rest[size];
  const xml = {
    HostedZones: { HostedZone: rest.slice(0, size).map((zone) => zoneXml(call, zone)) },
    DNSName: name,
    HostedZoneId: from,
    IsTruncated: next !== undefined,
    NextDNSName: next?.name,
    NextHostedZoneId: next?.id,
    MaxItems: size,
  };
  return { xml };
}

function zoneXml(call: Call, zone: HostedZone): Xml {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: { Comment: zone.comment, PrivateZone: false },
    ResourceRecordSetCount: trueRecords(stateOf(call), zone.id).length,
  };
}

function delegation({ nameServers }: HostedZone): Xml {
  return { NameServers: { NameServer: nameServers } };
}
