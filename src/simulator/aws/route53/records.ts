// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { may, must, text, whole, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { invalidInput } from './body.ts';
import { canonicalName, compareText, reversed } from './names.ts';
import { on } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { recordTypes, recordXml } from './record-xml.ts';
import { stateOf, trueRecords, zoneNamed } from './shelf.ts';
import type { RecordSet } from './state.ts';

export const recordOperations: Route53Operations = {
  ListResourceRecordSets: {
    effect: 'read',
    method: 'GET',
    path: '/hostedzone/{HostedZoneId}/rrset',
    query: {
      name: text({ max: 1024 }),
      type: text({ oneOf: recordTypes }),
      identifier: text({ min: 1, max: 128 }),
      maxitems: whole(1, 10_000),
    },
    authorize: on('route53:ListResourceRecordSets', 'hostedzone', 'HostedZoneId'),
    run: list,
  },
};

/** API_ListResourceRecordSets: at most 300 a page; what is still PENDING is listed too. */
function list(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const zone = zoneNamed(call, must(input, 'HostedZoneId'));
  const size = Math.min(300, Number(may(input, 'maxitems') ?? 300));
  const start = startOf(input);
  const all = sorted(trueRecords(stateOf(call), zone.id));
  const rest = start === undefined ? all : all.filter((record) => compareRecords(record, start) >= 0);
  const next = rest[size];
  const xml = {
    ResourceRecordSets: { ResourceRecordSet: rest.slice(0, size).map(recordXml) },
    IsTruncated: next !== undefined,
    NextRecordName: next?.name,
    NextRecordType: next?.type,
    NextRecordIdentifier: next?.setIdentifier,
    MaxItems: size,
  };
  return { xml };
}

function startOf(input: Fields): Place | undefined {
  const [name, type, identifier] = ['name', 'type', 'identifier'].map((parameter) => may(input, parameter));
  if ((type !== undefined && name === undefined) || (identifier !== undefined && type === undefined))
    throw invalidInput('StartRecordType needs StartRecordName, StartRecordIdentifier needs both.');
  return name === undefined
    ? undefined
    : { name: canonicalName(name), type: type ?? '', setIdentifier: identifier ?? '' };
}

type Place = Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>;

interface Keyed {
  readonly record: RecordSet;
  readonly key: string;
}

/** By name with the labels reversed, by type, by set identifier. */
function sorted(records: readonly RecordSet[]): RecordSet[] {
  const keyed = records.map((record): Keyed => ({ record, key: reversed(record.name) }));
  const order = (a: Keyed, b: Keyed): number => compareText(a.key, b.key) || compareRest(a.record, b.record);
  return keyed.toSorted(order).map(({ record }) => record);
}

function compareRecords(a: Place, b: Place): number {
  return compareText(reversed(a.name), reversed(b.name)) || compareRest(a, b);
}

function compareRest(a: Place, b: Place): number {
  return compareText(a.type, b.type) || compareText(a.setIdentifier ?? '', b.setIdentifier ?? '');
}
